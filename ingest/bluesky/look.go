package bluesky

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// maxDepth is how many replies below each other are looked at.
const maxDepth = 100

// look is the Look of the source. It asks in the session that fetch has made:
// whoever makes one must save it, which look cannot.
func (s *source) look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	if !isPost(p.ID) {
		return nil, nil // a repost has no thread
	}
	if s.account.name != "" && !s.client.inSession() {
		return nil, &directdial.Error{Kind: directdial.Temporary, Msg: "there is no session with the server yet", After: s.every}
	}
	var answer struct {
		Thread json.RawMessage `json:"thread"`
	}
	params := url.Values{"uri": {p.ID}, "depth": {strconv.Itoa(maxDepth)}, "parentHeight": {"0"}}
	err := s.client.get(ctx, "app.bsky.feed.getPostThread", params, &answer)
	top := &thread{}
	_ = json.Unmarshal(answer.Thread, top) // as far as it can be read
	gone := &directdial.Deletion{Platform: platform, ID: p.ID, At: s.now()}
	switch {
	case errors.Is(err, errExpired):
		return nil, &directdial.Error{Kind: directdial.Temporary, Msg: "the session is being renewed", After: s.every, Err: err}
	case errors.Is(err, errNotFound):
		return []directdial.Item{gone}, nil
	case err != nil:
		return nil, err
	case top.NotFound:
		return []directdial.Item{gone}, nil
	case top.Blocked:
		return nil, nil // it is there, and not to be seen
	case top.Post == nil || top.Post.URI != p.ID:
		return nil, directdial.Errorf(directdial.Invalid, "the answer of getPostThread has not the post that was asked for")
	case !top.Post.heard(true):
		return []directdial.Item{gone}, nil // hidden or taken down meanwhile
	}
	now := s.now()
	replies := top.below(nil)
	replies = slices.DeleteFunc(replies, func(r *post) bool { return !r.heard(true) || r.past(p.Since, now) })
	slices.SortStableFunc(replies, func(a, b *post) int { return a.said(now).Compare(b.said(now)) })
	var items []directdial.Item
	for _, r := range append([]*post{top.Post}, replies...) {
		if m := r.mention(now, r.shown()); m != nil {
			items = append(items, m)
		}
	}
	return items, nil
}

// inSession reports whether there is a session.
func (c *client) inSession() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.Access != ""
}

// below appends the posts that stand below a node. At the places of posts that
// are deleted or blocked the server shows nothing, nor below them.
func (t *thread) below(posts []*post) []*post {
	for _, reply := range t.Replies {
		if reply == nil {
			continue
		}
		if reply.Post != nil {
			posts = append(posts, reply.Post)
		}
		posts = reply.below(posts)
	}
	return posts
}
