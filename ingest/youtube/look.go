package youtube

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// maxLook bounds the pages of comments on a video that are read for one look.
const maxLook = 5

// look is the ingest.Look of the source. A look at a comment costs two units, and one
// for each further hundred replies; a look at a video likewise, and one for each
// comment with more than five replies.
func (c *client) look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	switch {
	case videoForm.MatchString(p.ID):
		return c.lookAtVideo(ctx, p)
	case commentForm.MatchString(p.ID):
		return c.lookAtComment(ctx, p)
	}
	return nil, directdial.Errorf(directdial.Invalid, "%.80q is no video and no comment", p.ID)
}

func (c *client) gone(p ingest.Post) []directdial.Item {
	return []directdial.Item{&directdial.Deletion{Platform: platform, ID: p.ID, At: c.now()}}
}

func (c *client) lookAtComment(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	found, err := c.comments(ctx, []string{p.ID})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return c.gone(p), nil
	}
	on := watchedIn(p.URL)
	var items []directdial.Item
	if m := found[0].mention(on); m != nil {
		items = append(items, m)
	}
	top, _, _ := strings.Cut(p.ID, ".")
	replies, err := c.replies(ctx, top)
	return append(items, mentions(replies, on, p, "")...), err
}

func (c *client) lookAtVideo(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	found, err := c.videos(ctx, []string{p.ID})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return c.gone(p), nil
	}
	var items []directdial.Item
	if m := found[0].mention(); m != nil {
		items = append(items, m)
	}
	below, err := c.below(ctx, p)
	return append(items, mentions(below, p.ID, p, p.ID)...), err
}

// below are the comments on a video, with their replies, the newest threads
// first.
func (c *client) below(ctx context.Context, p ingest.Post) (all []comment, err error) {
	q, w := onVideo(p.ID), &walk{}
	for range maxLook {
		got, err := q.page(ctx, c, w, "")
		if errors.Is(err, errDisabled) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		for i := range got.threads {
			t := &got.threads[i]
			replies := t.Replies.Comments
			if int(t.Snippet.Replies) > len(replies) {
				if replies, err = c.replies(ctx, t.Snippet.TopLevel.ID); err != nil {
					return all, err
				}
			}
			all = append(append(all, t.Snippet.TopLevel), replies...)
		}
		if w.Token = got.next; w.Token == "" || behind(got.times, p.Since) {
			break
		}
	}
	return all, nil
}

// mentions are those of comments since a time, oldest first. Those that answer
// no other comment answer the video.
func mentions(comments []comment, on string, p ingest.Post, video string) (items []directdial.Item) {
	slices.SortStableFunc(comments, byTime)
	since := p.Since.Truncate(time.Second)
	for i := range comments {
		c := &comments[i]
		m := c.mention(on)
		if m == nil || c.ID == p.ID || c.Snippet.Published.Before(since) {
			continue
		}
		if m.InReplyTo == "" {
			m.InReplyTo = video
		}
		if video != "" {
			m.Thread = video
		}
		items = append(items, m)
	}
	return items
}

// watchedIn is the video in the address of a comment.
func watchedIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Query().Get("v")
}
