package reddit

import (
	"context"
	"net/url"
)

// query is one list of Reddit that is walked.
type query struct {
	name   string // in the state, and to people
	path   string
	params url.Values
	words  []word // what is heard of the list; nil: all of it
}

// search finds posts, on all of Reddit. Comments cannot be searched.
func search(w word) *query {
	return &query{
		name: "search " + string(w), path: "r/all/search",
		params: url.Values{"q": {w.query()}, "sort": {"new"}, "t": {"all"}, "type": {"link"}, "restrict_sr": {"false"}},
	}
}

// links are the posts of a community.
func links(community string) *query {
	return &query{name: "posts of r/" + community, path: "r/" + community + "/new"}
}

// comments are those of a community; with words, those that hold one of them.
func comments(community string, words []word) *query {
	return &query{name: "comments of r/" + community, path: "r/" + community + "/comments", words: words}
}

// page asks for the page behind the post of a name.
func (q *query) page(ctx context.Context, c *client, after string) ([]*post, string, error) {
	return c.list(ctx, q.path, q.params, after)
}

// heard reports whether a post of the list is heard.
func (q *query) heard(p *post) bool { return q.words == nil || anyOf(q.words, p.text()) }
