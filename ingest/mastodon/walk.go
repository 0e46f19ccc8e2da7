package mastodon

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// A walk reads a list forward from a cursor, a page at a time, until there is
// no more: "min_id" gives what stands right above an id, while "since_id" would
// give the newest page and skip what lies between.
//
// Forward alone would still miss posts. Servers give a post from elsewhere an
// id by the time at which it was written, so that one that arrives late stands
// below what was read already. Therefore the cursor lags behind: each walk
// reads the posts of the last hour again, at most the last 80. That costs one
// request more, nothing is emitted twice (the exchange knows a repeat), and it
// brings edits and deletions within the hour besides.
const (
	late      = time.Hour
	maxWindow = 80
	// maxChecks is how many posts that have disappeared are looked up a walk.
	maxChecks = 10
	// before is an id below all others.
	before = "0"
)

// advance reads one page of a query, and the first time its newest post. It
// moves the position as far as it got, also if it returns an error.
func (s *source) advance(ctx context.Context, q *query, p *position) ([]directdial.Item, error) {
	from, fresh := p.Walk, p.Walk == ""
	if fresh {
		from = p.Cursor
		q.begin()
	}
	posts, end, err := q.page(ctx, s.client, from)
	if err != nil {
		return nil, err
	}
	p.Walk = from
	items, err := s.read(ctx, q, p, posts)
	if err == nil && compare(end, p.Walk) > 0 {
		p.Walk = end // what stands between was not for us
	}
	if p.Walk != from {
		return items, err
	}
	var gone []directdial.Item
	if err == nil { // nothing stands above: the end
		gone, err = s.vanished(ctx, q)
	}
	if err == nil || fresh {
		p.Walk = ""
	}
	return append(items, gone...), err
}

// start finds out where the present is.
func (s *source) start(ctx context.Context, q *query) (*position, error) {
	_, newest, err := q.page(ctx, s.client, "")
	if err != nil {
		return nil, err
	}
	p := &position{Cursor: newest}
	if newest == "" {
		p.Cursor = before
		if !q.addressed {
			p.Since = directdial.Clock(s.now().Add(-late)) // clocks differ
		}
	}
	return p, nil
}

// read makes items of a page, oldest first.
func (s *source) read(ctx context.Context, q *query, p *position, posts []post) (items []directdial.Item, err error) {
	for _, read := range posts {
		uri := ""
		if st := read.status; st != nil && st.heard(q.addressed) && !st.CreatedAt.Before(p.Since) {
			m, err := s.mention(ctx, st)
			if err != nil {
				return items, err
			}
			items, uri = append(items, m), m.ID
		}
		q.pass(p, read, uri, s.now())
	}
	return items, nil
}

// mention makes the mention of a post, with its place in its thread.
func (s *source) mention(ctx context.Context, st *status) (*directdial.Mention, error) {
	m := st.mention(s.client.accounts())
	s.known.add(st)
	var err error
	if m.InReplyTo, m.Thread, err = s.threads.place(ctx, st); err != nil {
		return nil, err
	}
	s.report.Newest(m.CreatedAt)
	return m, nil
}

// vanished looks up what was emitted and stands in the list no more. It was
// deleted, or it was edited so that it does not belong there.
func (s *source) vanished(ctx context.Context, q *query) (items []directdial.Item, err error) {
	ids := slices.Sorted(maps.Keys(q.missing))
	for _, id := range ids[:min(len(ids), maxChecks)] {
		st, err := s.client.status(ctx, id)
		switch {
		case isGone(err):
			items = append(items, &directdial.Deletion{Platform: platform, ID: q.emitted[id], At: s.now()})
		case errors.Is(err, ingest.ErrLimit), ctx.Err() != nil:
			return items, err
		case err != nil:
			continue // looked up again by the next walk
		case st.heard(true):
			m, err := s.mention(ctx, st)
			if err != nil {
				return items, err
			}
			items = append(items, m)
		}
		delete(q.emitted, id)
		delete(q.missing, id)
	}
	return items, nil
}
