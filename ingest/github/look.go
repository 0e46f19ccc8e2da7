package github

import (
	"context"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// Look implements ingest.Looker: it asks for the post, and for the comments in
// its thread.
func (s *source) Look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	a, ok := parseAddress(p.URL)
	if !ok {
		return nil, directdial.Errorf(directdial.Invalid, "the address of the post is none of GitHub")
	}
	if a.kind == "discussions" {
		return s.lookDiscussion(ctx, p)
	}
	return s.lookIssue(ctx, p, a)
}

func (s *source) lookIssue(ctx context.Context, p ingest.Post, a address) ([]directdial.Item, error) {
	var now post
	path := a.path("/issues/" + a.number)
	if a.comment != "" {
		path = a.path("/issues/comments/" + a.comment)
	}
	_, err := s.client.get(ctx, bucketCore, path, nil, &now)
	switch kind := directdial.KindOf(err); {
	case kind == directdial.NotFound && err != nil, kind == directdial.Gone && err != nil:
		// A repository that is not public any more answers the same: nobody may
		// read the post there.
		return s.gone(p), nil
	case err != nil:
		return nil, err
	case now.NodeID == "":
		return nil, directdial.Errorf(directdial.Invalid, "the answer is no post")
	case now.NodeID != p.ID && moved(a, now.URL):
		return s.gone(p), nil // to another repository, as another post
	}
	now.NodeID = p.ID // the same in another form
	if a.comment != "" && now.Updated.After(now.Created.Time) {
		now.edited = now.Updated.Time
	}
	thread := p.Thread
	if a.comment == "" {
		thread = p.ID
	}
	comments, err := s.client.issueComments(ctx, a, p.Since)
	if err != nil {
		return nil, err
	}
	return items(&now, comments, thread, p.Since), nil
}

// moved reports whether a post stands at another address than it stood.
func moved(from address, url string) bool {
	to, ok := parseAddress(url)
	return ok && (to.number != from.number || to.comment != from.comment)
}

func (s *source) lookDiscussion(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	a, err := s.client.ask(ctx, "Post", map[string]any{"id": p.ID})
	if directdial.KindOf(err) == directdial.NotFound || err == nil && a.Data.Node == nil {
		return s.gone(p), nil
	}
	if err != nil {
		return nil, err
	}
	n := a.Data.Node
	thread := n.ID
	if n.Discussion != nil {
		thread = n.Discussion.ID
	}
	if n.ID == "" || thread == "" {
		return nil, directdial.Errorf(directdial.Invalid, "the answer is no post")
	}
	comments, err := s.client.discussionComments(ctx, thread, p.Since)
	if err != nil {
		return nil, err
	}
	now := n.post()
	now.NodeID = p.ID
	return items(&now, comments, thread, p.Since), nil
}

// items are a post, and what was said in its thread since. GitHub does not tell
// which comment on an issue answers which.
func items(now *post, comments []post, thread string, since time.Time) (all []directdial.Item) {
	if now.heard() {
		all = append(all, now.mention(thread))
	}
	slices.SortStableFunc(comments, func(a, b post) int { return a.Created.Compare(b.Created.Time) })
	for i := range comments {
		if c := &comments[i]; c.NodeID != now.NodeID && !c.Created.Before(since) && c.heard() {
			all = append(all, c.mention(thread))
		}
	}
	return all
}

func (s *source) gone(p ingest.Post) []directdial.Item {
	return []directdial.Item{&directdial.Deletion{Platform: platform, ID: p.ID, At: s.now()}}
}
