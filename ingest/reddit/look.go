package reddit

import (
	"context"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// look is the ingest.Look of the source. It costs two requests, and up to maxRequests
// if the thread is long.
func (c *client) look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	if !fullname.MatchString(p.ID) {
		return nil, directdial.Errorf(directdial.Invalid, "%.40q is no post on Reddit", p.ID)
	}
	found, err := c.info(ctx, []string{p.ID})
	if err != nil {
		return nil, err
	}
	itself := found[p.ID]
	if itself == nil || itself.gone() {
		return []directdial.Item{&directdial.Deletion{Platform: platform, ID: p.ID, At: c.now()}}, nil
	}
	var items []directdial.Item
	if m := itself.mention(); m != nil {
		items = append(items, m)
	}
	t := &thread{client: c, root: itself}
	err = t.read(ctx)
	slices.SortStableFunc(t.replies, func(a, b *post) int { return int(a.Created.seconds() - b.Created.seconds()) })
	for _, reply := range t.replies {
		if reply.gone() || reply.Created.seconds() < p.Since.Unix() {
			continue
		}
		if m := reply.mention(); m != nil {
			items = append(items, m)
		}
	}
	return items, err
}
