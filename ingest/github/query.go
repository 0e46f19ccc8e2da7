package github

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/directdial/directdial"
)

// query is one search: a query of the configuration for one kind of post.
type query struct {
	name  string // in the state and in gaps
	text  string
	kind  string
	terms terms

	incomplete int // answers in a row that were cut short; see walk.go
}

func newQuery(text, kind string) *query {
	return &query{name: kind + ": " + text, text: text, kind: kind, terms: termsOf(text)}
}

// GitHub shows the first thousand of what a search finds.
const maxFound = 1000

// pageSize is how many it shows at a time.
func (q *query) pageSize() int {
	if q.kind == kindDiscussion {
		return 50 // they come with their authors, and cost more
	}
	return 100
}

// page is one page of what a search found, by the time of the last update.
type page struct {
	posts      []post
	total      int    // that the search found
	full       bool   // there may be more behind it
	next       string // the page that follows, "" if there is none to be had
	incomplete bool   // the search took too long: there may be more
}

// search asks for a page of the posts updated at from or later and, unless it
// is zero, at until or before. Posts that are not public are left out.
func (q *query) search(ctx context.Context, c *client, from, until time.Time, which string) (*page, error) {
	text := q.text + " is:public is:" + q.kind + " updated:>=" + stamp(from)
	if !until.IsZero() {
		text = q.text + " is:public is:" + q.kind + " updated:" + stamp(from) + ".." + stamp(until)
	}
	var p *page
	var err error
	if q.kind == kindDiscussion {
		p, err = c.searchDiscussions(ctx, text+" sort:updated-asc", q.pageSize(), which)
	} else {
		p, err = c.searchIssues(ctx, text, q.pageSize(), which)
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(p.posts, func(a, b post) int { return a.Updated.Compare(b.Updated.Time) })
	return p, nil
}

// searchIssues asks for a page by its number.
func (c *client) searchIssues(ctx context.Context, text string, size int, which string) (*page, error) {
	number := 1
	if which != "" {
		n, err := strconv.Atoi(which)
		if err != nil {
			return nil, directdial.Errorf(directdial.Internal, "the state names the page %q", which)
		}
		number = n
	}
	var f found
	_, err := c.get(ctx, bucketSearch, "/search/issues", url.Values{
		"q": {text}, "sort": {"updated"}, "order": {"asc"},
		"per_page": {strconv.Itoa(size)}, "page": {strconv.Itoa(number)},
	}, &f)
	if err != nil {
		return nil, err
	}
	if f.Total == nil || f.Items == nil { // null and {} are JSON, but no answer
		return nil, directdial.Errorf(directdial.Invalid, "the answer of the search is none")
	}
	p := &page{posts: f.Items, total: *f.Total, incomplete: f.Incomplete, full: len(f.Items) >= size}
	if p.full && (number+1)*size <= maxFound {
		p.next = strconv.Itoa(number + 1)
	}
	return p, nil
}

// stamp is a time as a query has it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
