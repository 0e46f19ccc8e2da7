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

// Look implements ingest.Looker. A look at a comment costs two units, and one
// for each further hundred replies; a look at a video likewise, and one for each
// comment with more than five replies.
func (l *listener) Look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	switch {
	case videoForm.MatchString(p.ID):
		return l.lookAtVideo(ctx, p)
	case commentForm.MatchString(p.ID):
		return l.lookAtComment(ctx, p)
	}
	return nil, directdial.Errorf(directdial.Invalid, "%.80q is no video and no comment", p.ID)
}

func (l *listener) gone(p ingest.Post) []directdial.Item {
	return []directdial.Item{&directdial.Deletion{Platform: platform, ID: p.ID, At: l.client.now()}}
}

func (l *listener) lookAtComment(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	found, err := l.client.comments(ctx, []string{p.ID})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return l.gone(p), nil
	}
	on := watchedIn(p.URL)
	var items []directdial.Item
	if m := found[0].mention(on); m != nil {
		items = append(items, m)
	}
	top, _, _ := strings.Cut(p.ID, ".")
	replies, err := l.client.replies(ctx, top)
	return append(items, mentions(replies, on, p, "")...), err
}

func (l *listener) lookAtVideo(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	found, err := l.client.videos(ctx, []string{p.ID})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return l.gone(p), nil
	}
	var items []directdial.Item
	if m := found[0].mention(); m != nil {
		items = append(items, m)
	}
	below, err := l.below(ctx, p)
	return append(items, mentions(below, p.ID, p, p.ID)...), err
}

// below are the comments on a video, with their replies, the newest threads
// first.
func (l *listener) below(ctx context.Context, p ingest.Post) (all []comment, err error) {
	q, w := onVideo(p.ID), &walk{}
	for range maxLook {
		got, err := q.page(ctx, l.client, w, "")
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
				if replies, err = l.client.replies(ctx, t.Snippet.TopLevel.ID); err != nil {
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
