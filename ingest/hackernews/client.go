package hackernews

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

// client asks both interfaces. Several goroutines may use it.
type client struct {
	search, items *url.URL
	http          *http.Client
	now           func() time.Time
}

// pageSize is how many hits are asked for at a time, and maxHits how many the
// index shows of one query, whatever it counts.
const (
	pageSize = 100
	maxHits  = 1000
)

// kinds are the kinds of posts that are heard. Jobs are advertisements, and the
// options of a poll are a part of it.
const kinds = "(story,comment,poll)"

// get asks for one document.
func (c *client) get(ctx context.Context, u *url.URL, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return web.ErrorOf(resp, c.now())
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return directdial.Errorf(directdial.Invalid, "read the answer of %s: %w", u.Path, err)
	}
	return nil
}

// span is a stretch of time in seconds since 1970: from included, until not. An
// until of 0 is no end.
type span struct{ from, until int64 }

func (s span) filters() string {
	filters := "created_at_i>=" + strconv.FormatInt(s.from, 10)
	if s.until != 0 {
		filters += ",created_at_i<" + strconv.FormatInt(s.until, 10)
	}
	return filters
}

// page asks the index for one page of hits, the newest first.
//
// Left to itself the index takes a word for another that is nearly the same
// ("acne" for "acme"), finds words in any place, and finds every post of a user
// who is called like the brand; hence the parameters.
func (c *client) page(ctx context.Context, q url.Values, size, page int) (*results, error) {
	q.Set("hitsPerPage", strconv.Itoa(size))
	q.Set("page", strconv.Itoa(page))
	u := c.search.JoinPath("/api/v1/search_by_date")
	u.RawQuery = q.Encode()
	var r results
	if err := c.get(ctx, u, &r); err != nil {
		return nil, err
	}
	if r.Hits == nil {
		return nil, directdial.Errorf(directdial.Invalid, "the answer of %s has no hits", u.Path)
	}
	for _, h := range r.Hits {
		if h.ID == 0 || h.CreatedAt <= 0 {
			return nil, directdial.Errorf(directdial.Invalid, "the answer of %s has a hit without number or time", u.Path)
		}
	}
	return &r, nil
}

// matching is the query for the posts of a span that hold a word.
func matching(w word, s span) url.Values {
	return url.Values{
		"query": {w.query()}, "tags": {kinds}, "numericFilters": {s.filters()},
		"typoTolerance": {"false"}, "advancedSyntax": {"true"},
		"restrictSearchableAttributes": {"title,story_text,comment_text,url"},
	}
}

// head is the newest post of the index, zero if the index is empty.
type head struct {
	ID number
	At int64
}

func (c *client) head(ctx context.Context) (head, error) {
	r, err := c.page(ctx, url.Values{"query": {""}, "tags": {kinds}}, 1, 0)
	if err != nil || len(r.Hits) == 0 {
		return head{}, err
	}
	return head{ID: r.Hits[0].ID, At: r.Hits[0].CreatedAt}, nil
}

// newest returns the highest number that a post has.
func (c *client) newest(ctx context.Context) (number, error) {
	var n *number
	u := c.items.JoinPath("/v0/maxitem.json")
	if err := c.get(ctx, u, &n); err != nil {
		return 0, err
	}
	if n == nil || *n == 0 {
		return 0, directdial.Errorf(directdial.Invalid, "the answer of %s is no number", u.Path)
	}
	return *n, nil
}

// post asks the tree for a post; nil if it has none of that number (yet).
func (c *client) post(ctx context.Context, id number) (*post, error) {
	var p *post
	u := c.items.JoinPath("/v0/item/" + id.String() + ".json")
	if err := c.get(ctx, u, &p); err != nil {
		return nil, err
	}
	if p != nil && p.ID != id {
		return nil, directdial.Errorf(directdial.Invalid, "the answer of %s is about another post", u.Path)
	}
	return p, nil
}
