package hackernews

import (
	"context"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// While the index lags behind, the posts that it lacks are read from the tree,
// by number. The index is read over the same time once it has caught up, and a
// mention that comes by both is one. The tree tells sooner; and if the index
// comes back with the newest posts first, it has told what comes after them,
// since patience is shorter than the overlap.
const (
	patience = 10 * time.Minute // how old the newest post of the index may be
	maxPosts = 100              // read from the tree at a time
	// maxBehind is how far back the tree is read, in posts: about a day. What is
	// older comes by the index.
	maxBehind = 20_000
)

// catchUp reads posts that the index lacks, if it lags behind. It reports
// whether there are more.
func (s *source) catchUp(ctx context.Context, st *state) (items []directdial.Item, more bool, err error) {
	if s.head.At == 0 || s.client.now().Sub(time.Unix(s.head.At, 0)) < patience {
		return nil, false, nil
	}
	newest, err := s.client.newest(ctx)
	if err != nil {
		return nil, false, err
	}
	last := max(st.Read, s.head.ID, newest-maxBehind)
	end := min(newest, last+maxPosts)
	for id := last + 1; id <= end; id++ {
		m, err := s.unindexed(ctx, id)
		if err != nil {
			return items, false, err
		}
		if m != nil {
			items = append(items, m)
		}
		st.Read = id
	}
	return items, end < newest, nil
}

// unindexed reads a post from the tree; nil if it is not to be heard.
func (s *source) unindexed(ctx context.Context, id number) (*directdial.Mention, error) {
	p, err := s.client.post(ctx, id)
	if err != nil || p == nil || !p.heard() || !slices.ContainsFunc(s.words, p.holds) {
		return nil, err
	}
	story, err := s.client.root(ctx, p)
	if err != nil {
		return nil, err
	}
	return p.mention(story), nil
}

// maxDepth bounds the way up from a comment to its story.
const maxDepth = 100

// root returns the number of the story under which a comment stands, 0 if that
// cannot be told.
func (c *client) root(ctx context.Context, p *post) (number, error) {
	for range maxDepth {
		if p.Type != "comment" {
			return p.ID, nil
		}
		above, err := c.post(ctx, p.Parent)
		if err != nil || above == nil {
			return 0, err
		}
		p = above
	}
	return 0, nil
}
