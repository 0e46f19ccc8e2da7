package bluesky

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/directdial/directdial"
)

// query is one list of the server that is walked.
type query struct {
	name   string // in the state
	method string
	params url.Values
	// personal says that the posts were written to the account.
	personal bool

	// What needs not survive a restart; see walk.go.
	emitted map[string]time.Time // what was emitted, by uri, and when it was said
	met     map[string]bool      // uris that the walk under way has met; nil: it began in another life
}

// pageSize is the most that a server gives at a time. A walk that goes far down
// has its pages end elsewhere: where the cursor is a time alone, of posts of
// the same millisecond that a page divides the second is not shown.
const (
	pageSize     = 100
	deepPageSize = 93
)

// reasons of notifications that are heard. The others tell of likes, of
// followers, and of reposts of what the account itself has written.
var reasons = []string{"mention", "reply", "quote"}

func search(words string) *query {
	return &query{name: "search " + words, method: "app.bsky.feed.searchPosts", params: url.Values{"q": {words}, "sort": {"latest"}}}
}

func notifications() *query {
	return &query{name: "notifications", method: "app.bsky.notification.listNotifications", params: url.Values{"reasons": reasons}, personal: true}
}

// page is one page of a list, the newest post first. Posts that cannot be shown
// are left out by the server, so that one with a cursor may be empty.
type page struct {
	posts  []*post
	cursor string // of the next, "": there is none
}

// page asks for the page at which a walk stands.
func (q *query) page(ctx context.Context, c *client, w *walk) (page, error) {
	params := url.Values{"limit": {strconv.Itoa(pageSize)}}
	if w.deep() {
		params.Set("limit", strconv.Itoa(deepPageSize))
	}
	if w.Cursor != "" {
		params.Set("cursor", w.Cursor)
	}
	if !w.Until.IsZero() {
		params.Set("until", w.Until.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	for name, values := range q.params {
		params[name] = values
	}
	var answer struct {
		Cursor        string            `json:"cursor"`
		Posts         []json.RawMessage `json:"posts"`
		Notifications []json.RawMessage `json:"notifications"`
	}
	if err := c.get(ctx, q.method, params, &answer); err != nil {
		return page{}, err
	}
	list := answer.Posts
	if q.personal {
		list = answer.Notifications
	}
	if list == nil { // an object, but not the one that was asked for
		return page{}, directdial.Errorf(directdial.Invalid, "the answer of %s has no list", q.method)
	}
	got := page{cursor: answer.Cursor}
	for _, raw := range list {
		// As far as it can be read: a field of another type than it should be
		// must not cost the post.
		p := &post{}
		_ = json.Unmarshal(raw, p)
		if !q.personal || slices.Contains(reasons, p.Reason) { // not every server knows reasons
			got.posts = append(got.posts, p)
		}
	}
	return got, nil
}

// maxURIs is how many posts can be asked for at a time.
const maxURIs = 25

// posts asks for posts by their uris, at most maxURIs. What is not among the
// answers is deleted, taken down, or its author is gone or has blocked the
// account.
func (c *client) posts(ctx context.Context, uris []string) (map[string]*post, error) {
	var answer struct {
		Posts []json.RawMessage `json:"posts"`
	}
	if err := c.get(ctx, "app.bsky.feed.getPosts", url.Values{"uris": uris}, &answer); err != nil {
		return nil, err
	}
	if answer.Posts == nil {
		return nil, directdial.Errorf(directdial.Invalid, "the answer of getPosts has no list")
	}
	found := map[string]*post{}
	for _, raw := range answer.Posts {
		p := &post{}
		_ = json.Unmarshal(raw, p)
		found[p.URI] = p
	}
	return found, nil
}
