package stackexchange

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// maxPages bounds what is read of one list for one look.
const maxPages = 10

// look is the ingest.Look of the source. A look at a question costs three requests: the
// question, its answers, and the comments on all of them. A look at an answer
// or a comment costs two: the post, and the comments beside it.
func (c *client) look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	site, kind, id, err := parseID(p)
	if err != nil {
		return nil, err
	}
	posts, err := c.posts(ctx, kind, site, []int64{id})
	if err != nil {
		return nil, err
	}
	if len(posts) == 0 {
		return []directdial.Item{&directdial.Deletion{Platform: platform, ID: p.ID, At: c.now()}}, nil
	}
	itself := posts[0].mention(site)
	itself.Thread = cmp.Or(itself.Thread, p.Thread)
	replies, err := c.replies(ctx, site, kind, &posts[0], p.Since)
	thread := cmp.Or(itself.Thread, p.ID)
	items := []directdial.Item{itself}
	for _, it := range mentions(site, replies) {
		m := it.(*directdial.Mention)
		m.Thread = thread
		items = append(items, m)
	}
	return items, err
}

// parseID reads the identity of a post: its site, the method that shows it, and
// its number. A question stands in no thread but its own.
func parseID(p ingest.Post) (site, method string, id int64, err error) {
	site, number, _ := strings.Cut(p.ID, "/")
	method = methodQuestions
	if p.Thread != "" && p.Thread != p.ID {
		method = methodAnswers
	}
	if n, ok := strings.CutPrefix(number, comment); ok {
		number, method = n, methodComment
	}
	id, err = strconv.ParseInt(number, 10, 64)
	if err != nil || id <= 0 || !siteName.MatchString(site) {
		return "", "", 0, directdial.Errorf(directdial.Invalid, "%q is no post of Stack Exchange", p.ID)
	}
	return site, method, id, nil
}

// replies reads the answers and comments below a post that were made at since
// or later. Beside an error it returns those that it has.
func (c *client) replies(ctx context.Context, site, kind string, p *post, since time.Time) (found []post, err error) {
	below := []int64{p.id()}
	switch kind {
	case methodComment:
		below[0] = p.Post
	case methodQuestions:
		// All answers, whatever their age: a new comment may stand below an
		// old one.
		answers, err := c.list(ctx, methodAnswersOf, site, below, time.Time{})
		if err != nil {
			return nil, err
		}
		for i := range answers {
			below = append(below, answers[i].Answer)
			if answers[i].Created >= since.Unix() {
				found = append(found, answers[i])
			}
		}
	}
	for ids := range slices.Chunk(below, pageSize) {
		comments, err := c.list(ctx, methodComments, site, ids, since)
		if err != nil {
			return found, err
		}
		found = append(found, comments...)
	}
	return slices.DeleteFunc(found, func(r post) bool { return kind == methodComment && r.Comment == p.Comment }), nil
}

// list reads a list to its end, oldest first.
func (c *client) list(ctx context.Context, method, site string, ids []int64, since time.Time) (all []post, err error) {
	for page := 1; page <= maxPages; page++ {
		query := url.Values{"filter": {withBody}, "sort": {"creation"}, "order": {"asc"}, "page": {strconv.Itoa(page)}}
		if !since.IsZero() {
			query.Set("fromdate", strconv.FormatInt(since.Unix(), 10))
		}
		w, err := c.get(ctx, method, site, ids, query)
		if err != nil {
			return nil, err
		}
		all = append(all, w.Items...)
		if !w.HasMore {
			break
		}
	}
	return all, nil
}
