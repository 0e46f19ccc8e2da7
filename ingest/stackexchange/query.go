package stackexchange

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/directdial/directdial"
)

// query is one word or one tag at one site.
type query struct {
	site, word, tag string
}

// name is the query in the state and in errors.
func (q query) name() string {
	if q.tag != "" {
		return q.site + " [" + q.tag + "]"
	}
	return q.site + " " + q.word
}

// Methods, as the API names them.
const (
	methodSearch    = "/search/excerpts"
	methodTagged    = "/questions"
	methodQuestions = "/questions/{ids}"
	methodAnswers   = "/answers/{ids}"
	methodAnswersOf = "/questions/{ids}/answers"
	methodComments  = "/posts/{ids}/comments"
	methodComment   = "/comments/{ids}"
)

// withBody is the filter of the API that adds the text to posts.
const withBody = "withbody"

// find asks for one page of what a query finds, by time of creation. Search
// finds questions and answers, and only their numbers are used; a tag brings
// whole questions.
func (c *client) find(ctx context.Context, q query, order string, from int64, page int) (*wrapper, error) {
	params := url.Values{
		"sort": {"creation"}, "order": {order}, "fromdate": {strconv.FormatInt(from, 10)}, "page": {strconv.Itoa(page)},
	}
	if q.tag != "" {
		params.Set("tagged", q.tag)
		params.Set("filter", withBody)
		return c.get(ctx, methodTagged, q.site, nil, params)
	}
	params.Set("q", `"`+q.word+`"`)
	return c.get(ctx, methodSearch, q.site, nil, params)
}

// read makes mentions of what a query has found, oldest first. What is gone in
// the meantime is left out.
func (c *client) read(ctx context.Context, q query, found []post) ([]directdial.Item, error) {
	posts := found
	if q.tag == "" {
		var questions, answers []int64
		for i := range found {
			if p := &found[i]; p.ItemType == "answer" {
				answers = append(answers, p.id())
			} else {
				questions = append(questions, p.id())
			}
		}
		var err error
		if posts, err = c.posts(ctx, methodQuestions, q.site, questions); err != nil {
			return nil, err
		}
		more, err := c.posts(ctx, methodAnswers, q.site, answers)
		if err != nil {
			return nil, err
		}
		posts = append(posts, more...)
	}
	return mentions(q.site, posts), nil
}

// posts asks for posts by their numbers, at most pageSize.
func (c *client) posts(ctx context.Context, method, site string, ids []int64) ([]post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	w, err := c.get(ctx, method, site, ids, url.Values{"filter": {withBody}})
	if err != nil {
		return nil, err
	}
	return w.Items, nil
}

// mentions makes mentions of posts, oldest first.
func mentions(site string, posts []post) (items []directdial.Item) {
	slices.SortStableFunc(posts, func(a, b post) int {
		// In one second a comment comes after what it may be about.
		return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.Comment, b.Comment), cmp.Compare(a.id(), b.id()))
	})
	for i := range posts {
		if m := posts[i].mention(site); m.Text != "" {
			items = append(items, m)
		}
	}
	return items
}
