package stackexchange

import (
	"context"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// A walk reads what a query finds forward in time, a page at a time, each from
// the time of the last post of the page before. So no page is deep, however
// long the source was down; the API shows few pages to who has no account.
//
// Search finds a post some time after it was made, and not in order. Therefore
// a walk begins overlap before the newest post that was found, and what was
// found within that time is remembered, so that it is not asked for again. Once
// a day a walk begins two days before: it brings what search found very late,
// and edits.
const (
	overlap  = int64(time.Hour / time.Second)
	longWalk = int64(48 * time.Hour / time.Second)
	again    = int64(24 * time.Hour / time.Second) // between two long walks
)

// maxSeen is how many posts a query remembers. Beyond, the oldest are read
// twice; the exchange knows a repeat.
const maxSeen = 300

// advance reads one page of a query. It moves the position only if it got all
// that is new on the page.
func (s *source) advance(ctx context.Context, q query, st *state, p *position) ([]directdial.Item, error) {
	if err := s.client.spare(); err != nil {
		return nil, err
	}
	now := s.client.now().Unix()
	from, page := p.Walk, p.Page
	long := from == 0 && now >= p.Again+again
	switch {
	case long:
		from, page = max(p.Until-longWalk, p.Begin), 1
	case from == 0:
		from, page = max(p.Until-overlap, p.Begin), 1
	}
	w, err := s.client.find(ctx, q, "asc", from, page)
	if err != nil {
		return nil, err
	}
	if w.HasMore && len(w.Items) == 0 {
		return nil, directdial.Errorf(directdial.Invalid, "the API has more and shows nothing")
	}
	found := w.Items
	if q.word != "" { // a tag brings whole questions: they cost nothing, and may have been edited
		found = st.news(q.site, found)
	}
	items, err := s.client.read(ctx, q, found)
	if err != nil {
		return nil, err
	}
	p.pass(from, page, w)
	if long {
		p.Again = now
	}
	for _, it := range items {
		s.report.Newest(it.(*directdial.Mention).CreatedAt)
	}
	return items, nil
}

// pass moves the position behind a page.
func (p *position) pass(from int64, page int, w *wrapper) {
	newest := from
	for i := range w.Items {
		it := &w.Items[i]
		newest = max(newest, it.Created)
		if s := (seen{it.id(), it.Created}); !slices.Contains(p.Seen, s) {
			p.Seen = append(p.Seen, s)
		}
	}
	p.Until = max(p.Until, newest)
	p.Seen = slices.DeleteFunc(p.Seen, func(s seen) bool { return s.created() < p.Until-overlap })
	p.Seen = p.Seen[max(0, len(p.Seen)-maxSeen):]
	switch {
	case !w.HasMore:
		p.Walk, p.Page = 0, 0
	case newest == from: // all of one second
		p.Walk, p.Page = from, page+1
	default:
		p.Walk, p.Page = newest, 1
	}
}
