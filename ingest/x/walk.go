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
	if w.Late {
		room = s.spend.left(partLate)
		if fresh { // the newest are read in any case
			room = max(room, minPage)
		}
	}
	if room < minPage {
		return s.leave(ctx, q, p, causeCap)
	}
	got, err := q.page(ctx, s.client, p.above(), w.Token, room)
	if errors.Is(err, errSinceID) && !w.Open {
		gap := &directdial.Gap{Query: q.name, From: p.Since.time(), To: w.Began.Add(-reach), Cause: causeExpired, Missing: -1}
		p.Walk = &walk{Began: w.Began, Late: w.Late, Open: true}
		return []directdial.Item{gap}, nil
	}
	if err == nil && got.next != "" && got.next == w.Token {
		err = directdial.Errorf(directdial.Invalid, "the answer of X names itself as the next page")
	}
	if err != nil {
		if fresh || errors.Is(err, errToken) {
			p.Walk = nil // from the top nothing is missed
		}
		return nil, err
	}
	items := s.read(w, got)
	switch {
	case got.next != "":
		w.Token = got.next
	case q.most > 0 && w.Read >= q.most:
		left, err := s.leave(ctx, q, p, causeLimit)
		return append(items, left...), err
	default:
		p.end()
	}
	return items, nil
}

// above is the id above which the walk under way reads, 0 if it reads all that
// X shows.
func (p *position) above() id {
	if p.Walk.Open {
		return 0
	}
	return p.Since
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

// leave ends a walk before it has come to its end, and returns what it leaves:
// nothing if all that follows was read by the walk before. With an error it has
// not ended.
func (s *source) leave(ctx context.Context, q *query, p *position, cause string) ([]directdial.Item, error) {
	w, above := p.Walk, p.Newest
	if w.Oldest != 0 && w.Oldest <= above {
		p.end()
		return nil, nil
	}
	gap := &directdial.Gap{Query: q.name, From: above.time(), To: w.Oldest.time(), Cause: cause}
	if w.Oldest == 0 {
		gap.To = w.Began
	}
	if w.Open {
		gap.From, above = w.Began.Add(-reach), 0
	}
	var err error
	if gap.Missing, err = q.left(ctx, s.client, above, w.Oldest); err != nil {
		return nil, err
	}
	p.end()
	p.Since = max(p.Since, p.Newest) // what was left is counted, and not read again
	return []directdial.Item{gap}, nil
}

// end moves a position behind its walk: to the newest post, but not past what
// may yet come into the list late, and not too far into the past.
func (p *position) end() {
	w := p.Walk
	p.Newest = max(p.Newest, w.Newest)
	p.Since = max(p.Since, min(p.Newest, idAt(w.Began.Add(-late))), idAt(w.Began.Add(-quiet)))
	p.Walk, p.Held = nil, false
}
