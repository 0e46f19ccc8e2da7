package hackernews

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// A walk reads the index forward in time, a slice at a time. The index shows
// the newest 1,000 hits of a query and no more, so that a slice with more is
// cut in half until it has fewer.
//
// A post may be indexed later than one that was made after it. Therefore a walk
// begins overlap before the time up to which the index was read, and that time
// never runs ahead of the newest post in the index: if the index stands still,
// it stands still too. Once an hour a walk begins a day before: it brings posts
// that were indexed very late or that were dead for a while, and edits, which
// are allowed for two hours. Nothing is emitted twice: the exchange knows a
// repeat.
const (
	overlap  = int64(15 * time.Minute / time.Second)
	longWalk = int64(24 * time.Hour / time.Second)
	again    = int64(time.Hour / time.Second) // between two long walks
)

// advance reads one slice of a word. It moves the position only if the slice
// was read to its end.
func (s *source) advance(ctx context.Context, w word, p *position) ([]directdial.Item, error) {
	now := s.client.now().Unix()
	from := p.Walk
	long := from == 0 && now >= p.Again+again
	switch {
	case long:
		from = max(p.Until-longWalk, p.Begin)
	case from == 0:
		from = max(p.Until-overlap, p.Begin)
	}
	sl, err := s.client.slice(ctx, w, from)
	if err != nil {
		return nil, err
	}
	items := sl.mentions(w)
	if g := sl.gap(w); g != nil {
		items = append(items, g)
	}
	if long {
		p.Again = now
	}
	if p.Walk = sl.until; p.Walk == 0 {
		p.Until = max(p.Until, min(s.head.At, now))
	}
	return items, nil
}

// slice is a stretch of time with the hits that the index shows of it, oldest
// first.
type slice struct {
	span
	hits []hit
	// full says that the index has more hits than it shows; the oldest are
	// missing. missing is how many, -1 if the index does not know.
	full    bool
	missing int
}

// slice reads the hits of a word from a time on, up to the present or as far as
// one query can show them.
func (c *client) slice(ctx context.Context, w word, from int64) (*slice, error) {
	s := &slice{span: span{from: from}}
	for {
		second := s.until == s.from+1 // cannot be cut in half
		if err := c.read(ctx, w, s, second); err != nil || !s.full || second {
			return s, err
		}
		end := s.until
		if end == 0 {
			end = s.hits[len(s.hits)-1].CreatedAt + 1
		}
		s.until = s.from + max((end-s.from)/2, 1)
	}
}

// read reads the hits of a slice. If it has more than are shown, it reads those
// that are shown only if they are wanted all the same.
func (c *client) read(ctx context.Context, w word, s *slice, wanted bool) error {
	s.hits, s.full = nil, true
	for page := range maxHits / pageSize {
		r, err := c.page(ctx, matching(w, s.span), pageSize, page)
		if err != nil {
			return err
		}
		s.hits = append(s.hits, r.Hits...)
		// What the index counts may be an estimate: what ends a slice is a page
		// that is not full.
		if len(r.Hits) < pageSize {
			s.full = false
			break
		}
		if s.missing = -1; r.Exhaustive {
			s.missing = max(r.Count-maxHits, 0)
		}
		if s.missing > 0 && !wanted {
			break
		}
	}
	slices.Reverse(s.hits)
	slices.SortStableFunc(s.hits, func(a, b hit) int { return cmp.Compare(a.CreatedAt, b.CreatedAt) })
	if s.full && s.missing == 0 {
		s.full = false // exactly as many as are shown
	}
	return nil
}

// mentions makes mentions of the hits that hold the word.
func (s *slice) mentions(w word) (items []directdial.Item) {
	for i := range s.hits {
		if p := s.hits[i].post(); p.heard() && p.holds(w) {
			items = append(items, p.mention(s.hits[i].Story))
		}
	}
	return items
}

// gap is what the index does not show of the slice, nil if it shows all.
func (s *slice) gap(w word) *directdial.Gap {
	if !s.full {
		return nil
	}
	oldest := s.hits[0].CreatedAt
	return &directdial.Gap{
		Query: w.typed, Cause: "result limit", Missing: s.missing,
		From: time.Unix(s.from, 0).UTC(), To: time.Unix(max(oldest, s.from+1), 0).UTC(),
	}
}
