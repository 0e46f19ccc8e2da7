package bluesky

import (
	"context"
	"time"

	"github.com/directdial/directdial"
)

// A walk reads a list from its newest post down to its mark, the newest post of
// the walk before, and then an hour further: a post may come into the list
// late. Where it stands is in the state, so that a walk that was broken off
// goes on; the mark moves when it has come to its end.
//
// Lists are sorted by what authors say of the time, if it is not in the future.
// A post with an old date would stand below every mark. Therefore once an hour
// a walk goes on to three days ago. Reading again costs requests only, the
// exchange knows a repeat; and it brings edits, deletions and the counts of
// likes.
const (
	late      = time.Hour
	deepEvery = time.Hour
	deepReach = 3 * 24 * time.Hour
	// maxDeep bounds the pages of a walk below the mark; above it nothing is
	// left out.
	maxDeep = 50
	// beforeStart is how far the clock of the server may be behind ours.
	beforeStart = 10 * time.Minute
	// maxEmitted is how many posts of a query are watched for deletion.
	maxEmitted = 5000
)

// position is how far a query was read.
type position struct {
	// Since is when the query was first asked: what the platform had before
	// is past.
	Since time.Time `json:"since"`
	// Mark is the time of the newest post that was read. All that stood in the
	// list above the mark before it was read, too.
	Mark time.Time `json:"mark"`
	// Known says that a post stood at the mark, not only the beginning.
	Known bool      `json:"known,omitempty"`
	Deep  time.Time `json:"deep"` // when a walk last went far down
	Walk  *walk     `json:"walk,omitempty"`
}

// walk is one that is under way.
type walk struct {
	Began  time.Time `json:"began"`
	Floor  time.Time `json:"floor"` // where it ends
	Pages  int       `json:"pages,omitempty"`
	Cursor string    `json:"cursor,omitempty"`
	Top    time.Time `json:"top,omitzero"` // newest and oldest post so far
	Low    time.Time `json:"low,omitzero"`
	// Until is set if the list ended too early: the rest is asked for as a list
	// of its own, of what stands before that time.
	Until time.Time `json:"until,omitzero"`
}

func start(now time.Time) *position {
	now = directdial.Clock(now)
	return &position{Since: now.Add(-beforeStart), Mark: now, Deep: now}
}

func (p *position) begin(now time.Time) {
	now = directdial.Clock(now)
	p.Walk = &walk{Began: now, Floor: p.Mark.Add(-late)}
	if deep := now.Add(-deepReach); now.Sub(p.Deep) >= deepEvery && deep.Before(p.Walk.Floor) {
		p.Walk.Floor = deep
	}
}

// deep reports whether the walk goes far down.
func (w *walk) deep() bool { return !w.Floor.After(w.Began.Add(-deepReach)) }

// advance reads one page of a query. It moves the position as far as it got,
// also if it returns an error.
func (s *source) advance(ctx context.Context, q *query, p *position) ([]directdial.Item, error) {
	if p.Walk == nil {
		p.begin(s.now())
	}
	w := p.Walk
	if w.Pages == 0 {
		q.met = map[string]bool{}
	}
	got, err := q.page(ctx, s.client, w)
	if w.Cursor != "" && directdial.KindOf(err) == directdial.Invalid {
		p.Walk = nil // perhaps it is the cursor; from the top nothing is missed
	}
	if err != nil {
		return nil, err
	}
	items, err := s.read(ctx, q, p, got.posts)
	if err != nil {
		return nil, err
	}
	w.pass(got.posts, s.now())
	gap, ended := w.turn(q, p, got, s.now())
	if !ended {
		return items, nil
	}
	if gap != nil {
		items = append(items, gap)
	}
	gone, err := s.vanished(ctx, q, w)
	p.end(q)
	return append(items, gone...), err
}

// pass notes that a page was read.
func (w *walk) pass(posts []*post, now time.Time) {
	w.Pages++
	for _, p := range posts {
		t := p.said(now)
		if t.After(w.Top) {
			w.Top = t
		}
		if w.Low.IsZero() || t.Before(w.Low) {
			w.Low = t
		}
	}
}

// turn finds the next page to read, or that the walk has come to its end.
//
// A search may show only its first so many posts. If a list ends above the mark
// although a post stands there, the rest is asked for by its time. If the
// server does not know how, what lies between was missed.
func (w *walk) turn(q *query, p *position, got page, now time.Time) (gap *directdial.Gap, ended bool) {
	switch {
	case w.ignored(got.posts, now):
		return &directdial.Gap{Query: q.name, From: p.Mark, To: w.Low, Cause: "dropped", Missing: -1}, true
	case behind(got.posts, w.Floor, now):
		return nil, true
	case w.Pages >= maxDeep && w.Low.Before(p.Mark.Add(-late)) && !w.Low.IsZero():
		w.Floor = w.Low // far enough
		return nil, true
	case got.cursor != "" && got.cursor != w.Cursor:
		w.Cursor = got.cursor
		return nil, false
	case q.personal || !p.Known || !w.Low.After(p.Mark):
		return nil, true
	}
	next := w.Low.Add(time.Millisecond)
	if next.Equal(w.Until) {
		return nil, true // nothing is older: what stood at the mark is deleted
	}
	w.Until, w.Cursor = next, ""
	return nil, false
}

// ignored reports whether the server does not know how to show only what was
// before a time.
func (w *walk) ignored(posts []*post, now time.Time) bool {
	newer := 0
	for _, p := range posts {
		if !w.Until.IsZero() && !p.said(now).Before(w.Until) {
			newer++
		}
	}
	return newer > len(posts)/2
}

// strays is how many old posts may stand among newer ones, out of order.
const strays = 2

// behind reports whether a page has come below the floor.
func behind(posts []*post, floor, now time.Time) bool {
	last := posts[max(len(posts)-strays-1, 0):]
	for _, p := range last {
		if !p.said(now).Before(floor) {
			return false
		}
	}
	return len(last) > strays
}

// end ends a walk that has come to its end.
func (p *position) end(q *query) {
	w := p.Walk
	if w.Top.After(p.Mark) {
		p.Mark = w.Top
	}
	p.Known = p.Known || !w.Top.IsZero()
	if w.deep() || w.Pages >= maxDeep {
		p.Deep = w.Began
	}
	p.Walk, q.met = nil, nil
}
