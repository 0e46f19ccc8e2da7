package github

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// A walk reads what a search finds forward by the time of the last update. It
// does not turn pages where it can help it: each request asks for what was
// updated since the last post of the page before, so that the thousand results
// that GitHub shows of a search are no end, and a post that is updated
// meanwhile moves to where it will be read again.
//
// The index of the search lags behind, and its order may be that of a moment
// ago. Therefore a walk begins half an hour before the newest update that was
// read, and the last ten posts of a full page are read twice.
const (
	late   = 30 * time.Minute
	reread = 10
	// maxIncomplete is how often a search may be cut short before the walk goes
	// on without what it did not show.
	maxIncomplete = 3
)

// fetch is the ingest.Fetch of the source: one page of each query. It asks for
// more until every walk has come to its end.
func (s *source) fetch(ctx context.Context, saved []byte) ([]directdial.Item, []byte, error) {
	st, err := s.decodeState(saved)
	if err != nil {
		return nil, nil, err
	}
	before, err := json.Marshal(st)
	if err != nil {
		return nil, nil, err
	}
	items, failed, worked := s.round(ctx, st)
	next, err := json.Marshal(st)
	if err != nil {
		return nil, nil, err
	}
	if failed != nil && bytes.Equal(before, next) {
		s.fetched, next = 0, nil // got nowhere: the runner waits longer each time
	}
	s.walking = failed == nil && st.walking()
	return items, next, ingest.AfterRound(s.every, s.walking, failed, worked)
}

// round advances each query once. It returns the last error, and whether a
// query got through.
func (s *source) round(ctx context.Context, st *state) (items []directdial.Item, failed error, worked bool) {
	for range s.queries {
		q := s.queries[s.first]
		s.first = (s.first + 1) % len(s.queries)
		p := st.Queries[q.name]
		if s.walking && (p == nil || p.Walk.IsZero()) {
			continue // has come to its end
		}
		if p == nil {
			p = &position{Cursor: directdial.Clock(s.now())}
			st.Queries[q.name] = p
		}
		got, err := s.advance(ctx, q, p)
		items = append(items, got...)
		if err == nil {
			worked = true
			continue
		}
		failed = fmt.Errorf("%s: %w", q.name, err)
		if k := directdial.KindOf(err); k == directdial.Temporary || k == directdial.Internal {
			break // probably the server; if it is the query, the next round begins behind it
		}
	}
	return items, failed, worked
}

// advance reads one page of a query and moves its position, as far as it was
// read.
func (s *source) advance(ctx context.Context, q *query, p *position) ([]directdial.Item, error) {
	from := p.Walk
	if from.IsZero() {
		from = p.Cursor.Add(-late)
	}
	from = from.UTC().Truncate(time.Second)
	found, err := q.search(ctx, s.client, from, time.Time{}, p.Page)
	if err != nil {
		return nil, err
	}
	items, read, err := s.readPosts(ctx, q, found.posts, from)
	if err != nil {
		if at := found.posts[read].Updated.Time; at.After(from) {
			p.Walk, p.Page = at, "" // what stands before it is read
		}
		return items, err
	}
	gap, err := s.cutShort(q, found, from)
	if err != nil {
		return items, err
	}
	if gap != nil {
		items = append(items, gap)
	}
	gap, err = s.move(ctx, q, p, found, from)
	if gap != nil {
		items = append(items, gap)
	}
	return items, err
}

// cutShort bears a search that took too long for GitHub: it is asked again, and
// in the end goes on with a gap.
func (s *source) cutShort(q *query, found *page, from time.Time) (directdial.Item, error) {
	if !found.incomplete {
		q.incomplete = 0
		return nil, nil
	}
	if q.incomplete++; q.incomplete < maxIncomplete {
		return nil, &directdial.Error{Kind: directdial.Temporary, After: secondary, Msg: "the search took GitHub too long, and its results are incomplete"}
	}
	q.incomplete = 0
	to := s.now()
	if n := len(found.posts); found.full && n > 0 {
		to = found.posts[n-1].Updated.Time
	}
	return &directdial.Gap{Query: q.name, From: from, To: to, Cause: "incomplete results", Missing: max(found.total-len(found.posts), -1)}, nil
}

// move sets the position behind a page.
func (s *source) move(ctx context.Context, q *query, p *position, found *page, from time.Time) (directdial.Item, error) {
	n := len(found.posts)
	if n > 0 {
		newest := found.posts[n-1].Updated.Time
		if newest.After(p.Cursor) && !newest.After(s.now()) {
			p.Cursor = newest
		}
	}
	if !found.full {
		p.Walk, p.Page = time.Time{}, ""
		return nil, nil
	}
	next := from
	if n > reread { // some may be hidden from the token
		next = found.posts[n-1-reread].Updated.Time
	}
	switch {
	case next.After(from):
		p.Walk, p.Page = next, ""
	case found.next != "":
		p.Walk, p.Page = from, found.next
	default: // a thousand of one second, as of a program that opens issues
		all, err := q.search(ctx, s.client, from, from, "")
		if err != nil {
			return nil, err
		}
		p.Walk, p.Page = from.Add(time.Second), ""
		if all.total > maxFound {
			return &directdial.Gap{Query: q.name, From: from, To: p.Walk, Cause: "result limit", Missing: all.total - maxFound}, nil
		}
	}
	return nil, nil
}
