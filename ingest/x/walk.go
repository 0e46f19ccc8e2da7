package x

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// A walk reads a list from its newest post down to what was read before. Where
// it stands is in the state, so that a walk that was broken off goes on; the
// position moves when it has come to its end.
//
// A post may come into the list late. So each walk reads the posts of the last
// quarter of an hour again: X charges none of them twice on a day. Edits need no
// more than that: one is another post, with an id of its own.
const (
	late = 15 * time.Minute
	// quiet bounds how far behind the present a walk begins where nobody says
	// anything: search refuses an id that is older than seven days. It is long
	// enough for any clock.
	quiet = 24 * time.Hour
	// reach is how far back a search goes.
	reach = 7 * 24 * time.Hour
)

// Causes of gaps.
const (
	causeExpired = "expired cursor"
	causeCap     = "daily cap"
	causeLimit   = "result limit"
)

// start is where a query begins that was never asked.
func start(now time.Time) *position {
	since := idAt(now.Add(-late))
	return &position{Since: since, Newest: since}
}

// advance reads one page of a query. It moves the position as far as it got,
// also if it returns an error.
func (s *source) advance(ctx context.Context, q *query, p *position) ([]directdial.Item, error) {
	fresh := p.Walk == nil
	room := s.spend.left(partRead)
	if fresh && room < minPage {
		return nil, s.spend.over()
	}
	if fresh {
		p.Walk = &walk{Began: directdial.Clock(s.now()), Late: p.Held}
	}
	w := p.Walk
	if w.Late && w.Token != "" {
		room = s.spend.left(partLate)
	}
	if room < minPage {
		return []directdial.Item{s.end(ctx, q, p, causeCap)}, nil
	}
	since := p.Since
	if w.Open {
		since = 0
	}
	got, err := q.page(ctx, s.client, since, w.Token, room)
	switch {
	case errors.Is(err, errSinceID) && !w.Open:
		now := s.now()
		p.Walk = &walk{Began: w.Began, Late: w.Late, Open: true}
		return []directdial.Item{&directdial.Gap{Query: q.name, From: p.Since.time(), To: now.Add(-reach), Cause: causeExpired, Missing: -1}}, nil
	case err == nil && got.next != "" && got.next == w.Token:
		err = directdial.Errorf(directdial.Invalid, "the answer of X names itself as the next page")
	}
	if err != nil {
		if fresh || directdial.KindOf(err) == directdial.Invalid {
			p.Walk = nil // perhaps it is the token; from the top nothing is missed
		}
		return nil, err
	}
	items := s.read(w, got)
	switch {
	case got.next != "":
		w.Token = got.next
	case q.most > 0 && w.Read >= q.most:
		items = append(items, s.end(ctx, q, p, causeLimit))
	default:
		p.end()
	}
	return items, nil
}

// read makes items of a page, oldest first.
func (s *source) read(w *walk, got *page) (items []directdial.Item) {
	for _, one := range slices.Backward(got.posts) {
		w.Read++
		w.Newest = max(w.Newest, one.ID)
		if w.Oldest == 0 || one.ID < w.Oldest {
			w.Oldest = one.ID
		}
		if m := got.mention(one); m != nil {
			items = append(items, m)
			s.report.Newest(m.CreatedAt)
		}
	}
	return items
}

// end ends a walk before it has come to its end, and returns what it leaves.
func (s *source) end(ctx context.Context, q *query, p *position, cause string) directdial.Item {
	w := p.Walk
	gap := &directdial.Gap{Query: q.name, From: max(p.Newest, p.Since).time(), To: w.Oldest.time(), Cause: cause}
	above := p.Newest
	if w.Open {
		gap.From, above = w.Began.Add(-reach), 0
	}
	if w.Oldest == 0 {
		gap.To = w.Began
	}
	gap.Missing = q.left(ctx, s.client, above, w.Oldest)
	p.end()
	return gap
}

// end moves a position behind its walk: to the newest post, but not past what
// may yet come into the list late, and not too far into the past.
func (p *position) end() {
	w := p.Walk
	p.Newest = max(p.Newest, w.Newest)
	p.Since = max(p.Since, min(p.Newest, idAt(w.Began.Add(-late))), idAt(w.Began.Add(-quiet)))
	p.Walk, p.Held = nil, false
}
