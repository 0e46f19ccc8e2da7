package hackernews

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// maxLook is how many posts of a thread are read from the tree for one look.
const maxLook = 200

// look is the ingest.Look of the source. The post and what stands below it are read
// from the tree, which has every reply at once. Of a thread that is larger than
// maxLook, the rest comes from the index.
func (c *client) look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	n, err := strconv.ParseInt(p.ID, 10, 64)
	if err != nil || n <= 0 {
		return nil, directdial.Errorf(directdial.Invalid, "%q is no post of Hacker News", p.ID)
	}
	top, err := c.post(ctx, number(n))
	if err != nil {
		return nil, err
	}
	if top == nil {
		return nil, directdial.Errorf(directdial.NotFound, "Hacker News knows no post %d at this moment", n)
	}
	story, err := c.storyOf(ctx, top, p.Thread)
	if err != nil {
		return nil, err
	}
	items := []directdial.Item{c.itself(top, story)}
	replies, err := c.replies(ctx, top, story, p.Since)
	return append(items, once(replies)...), err
}

// itself is the post now. It was heard once, so that one without a text now is
// gone as well.
func (c *client) itself(p *post, story number) directdial.Item {
	if p.gone() || p.text() == "" {
		return &directdial.Deletion{Platform: platform, ID: p.ID.String(), At: c.now()}
	}
	return p.mention(story)
}

// storyOf returns the story of a post, from its mention if that knows it.
func (c *client) storyOf(ctx context.Context, p *post, thread string) (number, error) {
	if n, err := strconv.ParseInt(thread, 10, 64); err == nil && p.Type == "comment" {
		return number(n), nil
	}
	return c.root(ctx, p)
}

// replies reads the replies below a post that were made at since or later.
func (c *client) replies(ctx context.Context, top *post, story number, since time.Time) (found []*directdial.Mention, err error) {
	waiting := slices.Clone(top.Kids)
	known := map[number]bool{top.ID: true}
	for read := 0; len(waiting) > 0; read++ {
		if read == maxLook {
			rest, err := c.indexed(ctx, story, waiting, known, since)
			return append(found, rest...), err
		}
		id := waiting[0]
		waiting = waiting[1:]
		if known[id] {
			continue
		}
		known[id] = true
		p, err := c.post(ctx, id)
		if err != nil {
			return found, err
		}
		if p == nil {
			continue // not there yet
		}
		waiting = append(waiting, p.Kids...)
		if p.heard() && p.Time >= since.Unix() {
			found = append(found, p.mention(story))
		}
	}
	return found, nil
}

// indexed finds, in the index, the comments of a thread that were made at since
// or later and that stand below the posts that are known or waited for.
func (c *client) indexed(ctx context.Context, story number, waiting []number, known map[number]bool, since time.Time) (found []*directdial.Mention, err error) {
	for _, id := range waiting {
		known[id] = true
	}
	var comments []hit
	for page := range maxHits / pageSize {
		r, err := c.page(ctx, url.Values{
			"query": {""}, "tags": {"comment,story_" + story.String()}, "numericFilters": {span{from: since.Unix()}.filters()},
		}, pageSize, page)
		if err != nil {
			return nil, err
		}
		comments = append(comments, r.Hits...)
		if len(r.Hits) < pageSize {
			break
		}
	}
	for i := range slices.Backward(comments) { // oldest first: a comment before its replies
		p := comments[i].post()
		if !known[p.ID] && !known[p.Parent] {
			continue
		}
		known[p.ID] = true
		if p.heard() {
			found = append(found, p.mention(story))
		}
	}
	return found, nil
}
