package route

import (
	"time"

	"github.com/directdial/directdial"
)

// Colleagues lower at any time how many cards come to them, and take it back:
// "fewer" bounds the cards of all their grants together as long as they have the
// one that they said it to. It can be said with the yes, or later.

// bound is what the holder of a grant bounded all their cards to under it, nil
// if they did not, or if it does not bind at an instant: it does as long as
// their yes and the grant do. What they said by card or command counts before
// what the configuration says that they want.
func (s *said) bound(g *directdial.Grant, at time.Time) *directdial.Budget {
	if g == nil || g.Agreed.IsZero() || g.Ended(at) {
		return nil
	}
	b := s.Fewer
	if b == nil {
		b = g.Fewer
	}
	if b != nil && b.Off {
		return nil
	}
	return b
}

// unbound is what an event says by which a colleague gets as many as before: the
// configuration may go on to say that they want fewer.
func unbound(g *directdial.Grant) *directdial.Budget {
	if g.Fewer == nil {
		return nil
	}
	return &directdial.Budget{Off: true}
}

// budget is the budget of an expert at an instant: that of the configuration,
// and no more than what they bounded themselves to. Each grant stands for itself:
// what is said to another leaves the bound.
func (x *directory) budget(e *listed, p *colleague, at time.Time) directdial.Budget {
	b := e.Budget
	lower := func(s *said, g *directdial.Grant) {
		if bound := s.bound(g, at); bound != nil {
			b = atMost(b, *bound)
		}
	}
	for i := range p.Said {
		if s := &p.Said[i]; s.Fewer != nil {
			lower(s, s.over(x.configured(e.ID, s.ID)))
		}
	}
	for i := range e.grants {
		if h := &e.grants[i]; h.Fewer != nil {
			if s := p.about(h.id); s.Fewer == nil {
				lower(&s, s.over(&h.Grant))
			}
		}
	}
	return b
}

func atMost(b, bound directdial.Budget) directdial.Budget {
	if b.Off {
		return bound
	}
	return directdial.Budget{PerHour: min(b.PerHour, bound.PerHour), PerDay: min(b.PerDay, bound.PerDay)}
}

// half is what somebody gets who wants fewer.
func half(b directdial.Budget) directdial.Budget {
	if b.Off {
		b = directdial.Budget{PerHour: 3, PerDay: 8} // as where the configuration says nothing
	}
	return directdial.Budget{PerHour: (b.PerHour + 1) / 2, PerDay: (b.PerDay + 1) / 2}
}

// bounds judges "fewer", and "as many as before", of colleagues who have said
// yes. It leaves all else that was said of the grant as it is: who paused it
// goes on to pause. A grant without their yes gets none by it, so that a button
// that was drawn before they ended it does not bring it back.
func (r *Router) bounds(w *writing, a *directdial.Action, e *listed, p *colleague, h *held, no refusal) []directdial.Event {
	s, fewer := p.about(h.id), half(e.Budget)
	bound := s.bound(&h.Grant, w.at)
	event := directdial.Event{Kind: directdial.EvBounded, Expert: e.ID, GrantID: h.id, By: a.By, Action: a.ID}
	switch more := a.Kind == directdial.ActWhole || a.Kind == directdial.ActAgree; {
	case h.Ended(w.at):
		return no(directdial.GrantEnded, "that grant has ended")
	case h.Agreed.IsZero():
		return no(directdial.NotAgreed, "you have not said yes to that grant: nothing of it comes to you")
	case more && bound == nil && a.Kind == directdial.ActAgree:
		return no(directdial.Duplicate, "you have said yes already")
	case more && bound == nil:
		return no(directdial.Duplicate, "you did not ask for fewer under that grant: as many come as before")
	case more:
		r.replan() // what waits for somebody with time may have found them
		event.Budget = unbound(&h.Grant)
		return []directdial.Event{event}
	case bound != nil && atMost(*bound, fewer) == *bound:
		return no(directdial.Duplicate, "you have asked for fewer already: at most %s", bound.Words())
	case fewer == e.Budget:
		return no(directdial.BadGrant, "you get at most %s already: for less, pause the grant or end it", fewer.Words())
	}
	event.Budget = &fewer
	return []directdial.Event{event}
}
