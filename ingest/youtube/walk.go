package youtube

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// A walk reads a list from its newest entry down to its mark, the newest entry
// of the walk before, and then a day or some dozens of entries further: search
// finds a video hours late, and a comment that was held for review stands at its
// old place. Where a walk stands is in the state, so that one that was broken
// off, or for which the quota of the hour does not suffice, goes on.
//
// A new reply does not bring its comment up the list. Therefore a walk over
// comments goes down a week once an hour, and asks for the replies of those that
// have more of them than before.
//
// The answer to the first page has an ETag: as long as it stands, nothing new is
// there.
const (
	lateComments = 24 * time.Hour
	lateVideos   = 24 * time.Hour
	maxBelow     = 30 // entries below the mark that a walk reads
	deepEvery    = time.Hour
	deepReach    = 7 * 24 * time.Hour
	maxDeep      = 20 // pages of a walk that goes deep
	// maxPages bounds every walk; what stands further down is a gap.
	maxPages = 200
	// beforeStart is how far the clock of YouTube may be behind ours.
	beforeStart = 10 * time.Minute
)

// position is how far a query was read.
type position struct {
	Since time.Time `json:"since"` // what is older is past
	// Mark is the time of the newest entry that was read. All that stood in the
	// list above the mark before it was read, too.
	Mark  time.Time `json:"mark"`
	Asked time.Time `json:"asked,omitzero"` // when the last walk began
	Deep  time.Time `json:"deep"`           // when the last one that went deep
	ETag  string    `json:"etag,omitempty"` // of a list that fitted one page
	Walk  *walk     `json:"walk,omitempty"`
}

// walk is one that is under way.
type walk struct {
	Began time.Time `json:"began"`
	Floor time.Time `json:"floor"` // where it ends
	Deep  bool      `json:"deep,omitempty"`
	Pages int       `json:"pages,omitempty"`
	Below int       `json:"below,omitempty"` // entries read below the mark
	Top   time.Time `json:"top,omitzero"`    // newest and oldest entry so far
	Low   time.Time `json:"low,omitzero"`
	// Where the next page is: behind a token, of a list of what was made before a
	// time, of which Slice entries were read.
	Token  string    `json:"token,omitempty"`
	Before time.Time `json:"before,omitzero"`
	Slice  int       `json:"slice,omitempty"`
	etag   string
}

// start begins a query at the present.
func start(now time.Time) *position {
	now = now.UTC().Truncate(time.Second)
	return &position{Since: now.Add(-beforeStart), Mark: now.Add(-beforeStart), Deep: now}
}

// due reports whether the query is to be asked now. Poll comes a tenth early at
// times.
func (q *query) due(p *position, now time.Time) bool {
	return p.Walk != nil || now.Sub(p.Asked) >= q.every-q.every/10
}

// begin makes the next walk.
func (q *query) begin(p *position, now time.Time) *walk {
	now = now.UTC().Truncate(time.Second)
	w := &walk{Began: now, Floor: later(p.Mark.Add(-q.late), p.Since)}
	if q.word == "" && now.Sub(p.Deep) >= deepEvery {
		w.Deep, w.Floor = true, earlier(p.Mark, now.Add(-deepReach))
	}
	return w
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// advance reads one page of a query. It moves the position only if it got all
// that is new on the page.
func (s *source) advance(ctx context.Context, q *query, st *state, p *position) ([]directdial.Item, error) {
	now := s.now()
	w := p.Walk
	if w == nil {
		w = q.begin(p, now)
	}
	etag := ""
	if w.Pages == 0 && !w.Deep {
		etag = p.ETag
	}
	got, err := q.page(ctx, s.client, w, etag)
	switch {
	case errors.Is(err, errUnchanged):
		p.Asked, p.Walk = w.Began, nil
		return nil, nil
	case errors.Is(err, errDisabled):
		got = &page{} // there is nothing, until somebody turns them on
	case errors.Is(err, errToken):
		p.Walk = nil // from the top nothing is missed
		return nil, err
	case err != nil:
		return nil, err
	}
	items, err := s.read(ctx, q, st, p, got)
	if err != nil {
		return nil, err
	}
	p.Walk, p.ETag = w, ""
	w.etag = got.etag
	w.pass(got.times, p.Mark)
	ended, gap := w.turn(q, p, got)
	if gap != nil {
		items = append(items, gap)
	}
	if ended {
		p.end()
	}
	return items, nil
}

// pass notes that a page was read.
func (w *walk) pass(times []time.Time, mark time.Time) {
	w.Pages++
	w.Slice += len(times)
	for _, t := range times {
		w.Top = later(w.Top, t)
		if w.Low.IsZero() || t.Before(w.Low) {
			w.Low = t
		}
		if t.Before(mark) {
			w.Below++
		}
	}
}

// capped is how long a list of a search is that perhaps was cut: search finds
// some hundred videos at most, however many there are.
const capped = 200

// turn finds the next page to read, or that the walk has come to its end. A
// search that was cut goes on with what is older.
func (w *walk) turn(q *query, p *position, got *page) (ended bool, gap *directdial.Gap) {
	reached := !w.Low.IsZero() && w.Low.Before(p.Mark)
	switch {
	case behind(got.times, w.Floor), !w.Deep && w.Below >= maxBelow, reached && w.Pages >= maxDeep:
		return true, nil
	case w.Pages >= maxPages:
		return true, w.missed(q, p.Mark, w.Low)
	case got.next != "":
		w.Token = got.next
		return false, nil
	case q.word == "" || w.Slice < capped:
		return true, nil
	}
	next := w.Low.Add(time.Second)
	if next.Equal(w.Before) { // all of one second
		gap, next = w.missed(q, w.Low, w.Low), w.Low
	}
	w.Token, w.Before, w.Slice = "", next, 0
	return false, gap
}

func (w *walk) missed(q *query, from, to time.Time) *directdial.Gap {
	return &directdial.Gap{Query: q.name, From: from, To: to, Cause: "dropped", Missing: -1}
}

// strays is how many old entries may stand among newer ones: pinned comments,
// and those of a channel's own.
const strays = 2

// behind reports whether a page has come below the floor.
func behind(times []time.Time, floor time.Time) bool {
	last := times[max(len(times)-strays-1, 0):]
	return len(last) > 0 && !slices.ContainsFunc(last, func(t time.Time) bool { return !t.Before(floor) })
}

// end ends a walk that has come to its end.
func (p *position) end() {
	w := p.Walk
	p.Mark, p.Asked, p.Walk = later(p.Mark, w.Top), w.Began, nil
	if w.Deep {
		p.Deep = w.Began
	}
	if w.Pages == 1 {
		p.ETag = w.etag
	}
}
