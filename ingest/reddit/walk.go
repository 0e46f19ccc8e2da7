package reddit

import (
	"context"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// A walk reads a list from its newest post down to its mark, the newest post of
// the walk before, and then up to an hour or a page further: search finds a
// post late, and what a filter held back is let through late, at its old place.
// Where a walk stands is in the state, so that one that was broken off goes on.
// Once a day a walk goes down two days.
//
// To ask for what is newer than a post ("before") would be cheaper. But if that
// post is deleted, Reddit answers with an empty list, just as if there were
// nothing new, and goes on to do so for ever. So the place in a list is a time,
// and a name stands for it only within a walk ("after"), with others in
// reserve.
//
// A list has its newest 1,000 posts, and that of a search may have fewer. What
// stood between its end and the mark is missing, and recorded as a gap.
const (
	late     = int64(time.Hour / time.Second)
	maxBelow = pageSize // posts below the mark that a walk reads
	longWalk = int64(48 * time.Hour / time.Second)
	again    = int64(24 * time.Hour / time.Second) // between two long walks
	// beforeStart is how far the clock of Reddit may be behind ours.
	beforeStart = int64(10 * time.Minute / time.Second)
	// maxPages ends the walk on a server whose lists have no end.
	maxPages = 20
	// strays is how many old posts may stand among newer ones, out of order.
	strays = 2
	// reserve is how many posts of a page can be named in place of its last one.
	reserve = 3
)

// position is how far a query was read.
type position struct {
	Since int64 `json:"since"` // what is older is past
	// Mark is the time of the newest post that was read. All that stood in the
	// list above the mark before it was read, too.
	Mark  int64 `json:"mark"`
	Known bool  `json:"known,omitempty"` // a post stood at the mark, not only the beginning
	Again int64 `json:"again"`           // when the last long walk began
	Walk  *walk `json:"walk,omitempty"`
}

// walk is one that is under way.
type walk struct {
	Began int64 `json:"began"`
	Floor int64 `json:"floor"` // where it ends
	Long  bool  `json:"long,omitempty"`
	Pages int   `json:"pages,omitempty"`
	Read  int   `json:"read,omitempty"`
	Below int   `json:"below,omitempty"` // posts read below the mark
	Top   int64 `json:"top,omitempty"`   // newest and oldest post so far
	Low   int64 `json:"low,omitempty"`
	// After is the name of the post behind which the next page begins; Reserve
	// are those right before it, the nearest last.
	After   string   `json:"after,omitempty"`
	Reserve []string `json:"reserve,omitempty"`
}

// start begins a query at the present.
func start(now int64) *position {
	return &position{Since: now - beforeStart, Mark: now - beforeStart, Again: now}
}

func (p *position) begin(now int64) {
	p.Walk = &walk{Began: now, Floor: max(p.Mark-late, p.Since)}
	if now-p.Again >= again {
		p.Walk.Long, p.Walk.Floor = true, max(min(p.Mark-late, now-longWalk), p.Since)
	}
}

// advance reads one page of a query. It moves the position only if it got the
// page.
func (s *source) advance(ctx context.Context, q *query, st *state, p *position) ([]directdial.Item, error) {
	if err := s.client.limits.spare(); err != nil {
		return nil, err
	}
	w := p.Walk
	if w == nil {
		p.begin(s.now().Unix())
		w, p.Walk = p.Walk, nil
	}
	posts, next, err := q.page(ctx, s.client, w.After)
	if err != nil {
		return nil, err
	}
	p.Walk = w
	items := s.read(q, st, p, posts)
	w.pass(posts, p.Mark)
	if !w.turn(posts, next) {
		return items, nil
	}
	if gap := p.missed(q); gap != nil {
		items = append(items, gap)
	}
	p.end()
	return items, nil
}

// pass notes that a page was read.
func (w *walk) pass(posts []*post, mark int64) {
	w.Pages++
	w.Read += len(posts)
	for _, p := range posts {
		t := p.Created.seconds()
		w.Top = max(w.Top, t)
		if w.Low == 0 || t < w.Low {
			w.Low = t
		}
		if t < mark {
			w.Below++
		}
	}
}

// turn finds the next page to read, or that the walk has come to its end.
func (w *walk) turn(posts []*post, next string) (ended bool) {
	if len(posts) == 0 && w.After != "" && len(w.Reserve) > 0 {
		// Perhaps nothing follows; perhaps the post that was named is deleted.
		last := len(w.Reserve) - 1
		w.After, w.Reserve = w.Reserve[last], w.Reserve[:last]
		return false
	}
	switch {
	case next == "" || next == w.After || len(posts) == 0, w.Pages >= maxPages, behind(posts, w.Floor), !w.Long && w.Below >= maxBelow:
		return true
	}
	w.After, w.Reserve = next, nil
	for _, p := range posts[max(len(posts)-reserve-1, 0):] {
		if p.Name != next {
			w.Reserve = append(w.Reserve, p.Name)
		}
	}
	return false
}

// behind reports whether a page has come below the floor.
func behind(posts []*post, floor int64) bool {
	last := posts[max(len(posts)-strays-1, 0):]
	return !slices.ContainsFunc(last, func(p *post) bool { return p.Created.seconds() >= floor })
}

// missed returns what stood between the end of the list and the mark. A list
// that is shorter than a page was not cut: what stood at the mark is deleted.
func (p *position) missed(q *query) *directdial.Gap {
	if w := p.Walk; !p.Known || w.Low <= p.Mark || w.Read < pageSize {
		return nil
	}
	return &directdial.Gap{
		Query: q.name, From: time.Unix(p.Mark, 0).UTC(), To: time.Unix(p.Walk.Low, 0).UTC(), Cause: "dropped", Missing: -1,
	}
}

// end ends a walk that has come to its end.
func (p *position) end() {
	w := p.Walk
	p.Mark, p.Known = max(p.Mark, w.Top), p.Known || w.Top > 0
	if w.Long {
		p.Again = w.Began
	}
	p.Walk = nil
}

// read makes items of a page, oldest first.
func (s *source) read(q *query, st *state, p *position, posts []*post) (items []directdial.Item) {
	for _, post := range slices.Backward(posts) {
		if post.Created.seconds() < p.Since {
			continue
		}
		if _, watched := st.Watched[post.Name]; watched || !post.gone() && q.heard(post) {
			items = append(items, s.item(st, post)...)
		}
	}
	return items
}
