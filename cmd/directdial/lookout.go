package main

import (
	"context"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// lookout is the exchange as the runner sees it when it looks at posts again.
// What identifies a post is read from MENTIONS; the index knows only hashes.
type lookout struct{ *exchange }

var _ ingest.Watch = lookout{}

func (x lookout) Watched() (posts []ingest.Watched, err error) {
	dials, err := x.router.Watched()
	for i := range dials {
		d := &dials[i]
		since, taken := d.Opened, d.Accepted
		switch {
		case !d.State.Open():
			since, taken = d.Answered, time.Time{}
		case !d.Reopened.IsZero():
			since = d.Reopened
		}
		for _, key := range x.shownPosts(d) {
			if rec, ok := x.router.Mention(key); ok && !rec.Gone() && rec.State == directdial.Dialled {
				posts = append(posts, ingest.Watched{Mention: key, Source: rec.Source, Since: since, Taken: taken})
			}
		}
	}
	return posts, err
}

func (x lookout) Post(ctx context.Context, mention directdial.Key) (ingest.Post, error) {
	rec, ok := x.router.Mention(mention)
	if !ok || rec.Gone() {
		return ingest.Post{}, directdial.Errorf(directdial.NotFound, "there is no such post any more")
	}
	m, err := x.router.ReadMention(ctx, rec)
	if err != nil {
		return ingest.Post{}, err
	}
	return ingest.Post{ID: m.ID, URL: m.URL, Thread: m.Thread, Author: m.Author.Identity(), Since: m.Said()}, nil
}

func (x lookout) Changed() <-chan struct{} { return x.router.Changed() }

func (x lookout) Account(platform string, a directdial.Author) string {
	return x.router.Account(platform, a)
}
