package x

import (
	"context"
	"strconv"

	"github.com/directdial/directdial"
)

// query is one list of X that is walked.
type query struct {
	name   string // in the state
	bucket string
	path   string
	words  string // of a search, "" for mentions
	token  string // how the parameter is called that names the next page
	most   int    // posts that the list shows at all, 0: as many as there are
}

// How many posts X gives at a time: a search of fewer it refuses.
const (
	minPage  = 10
	pageSize = 100
)

func search(words string) *query {
	return &query{name: "search " + words, bucket: bucketSearch, path: "/2/tweets/search/recent", words: words, token: "next_token"}
}

func mentions(account string) *query {
	return &query{
		name: "mentions " + account, bucket: bucketMentions, path: "/2/users/" + account + "/mentions",
		token: "pagination_token", most: 800,
	}
}

// page asks for the page at which a walk stands, of at most size posts.
func (q *query) page(ctx context.Context, c *client, since id, token string, size int) (*page, error) {
	params := fields()
	params.Set("max_results", strconv.Itoa(min(size, pageSize)))
	if q.words != "" {
		params.Set("query", q.words)
	}
	if since != 0 {
		params.Set("since_id", since.String())
	}
	if token != "" {
		params.Set(q.token, token)
	}
	return c.posts(ctx, q.bucket, q.path, params)
}

// left counts the posts above one id and below another that the list has and
// nobody has read, -1 if X does not count them. A server that fails is an error.
func (q *query) left(ctx context.Context, c *client, above, below id) (int, error) {
	if q.words == "" {
		return -1, nil // there is a count of searches only
	}
	n, err := c.count(ctx, q.words, above, below)
	if k := directdial.KindOf(err); err != nil && k != directdial.Temporary && k != directdial.Internal {
		return -1, nil
	}
	return n, err
}
