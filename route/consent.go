package route

import (
	"fmt"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// consent judges what somebody says about their own grants on an invitation, a
// practice card or a policy card, or by a command. Nobody says it for them.
func (r *Router) consent(w *writing, a *directdial.Action) []directdial.Event {
	no := refusalOf(a)
	x := r.directory.Load()
	e, known := x.experts[a.By]
	if !known {
		return no(directdial.Unknown, "%s; this can only be said by the colleague themselves", x.noExpert(a.By))
	}
	o, ok := get[directdial.Offer](w.tx, bOffers, a.Offer)
	switch {
	case a.Offer != "" && !ok:
		return no(directdial.Unknown, "there is no card %q", a.Offer)
	case ok && o.Expert != a.By:
		return no(directdial.NotHolder, "this card is for %s", x.name(o.Expert))
	case a.Expert != "" && a.Expert != a.By:
		return no(directdial.NotHolder, "this can only be said by %s", x.name(a.Expert))
	}
	p := saidOf(w.tx, a.By)
	if a.Kind == directdial.ActRead {
		return r.hasRead(a, &p, &o, no)
	}
	h, refused := x.pick(e, &p, a, o.Grant, w.at, no)
	if refused != nil {
		return refused
	}
	switch a.Kind {
	case directdial.ActHalve, directdial.ActWhole:
		return r.bounds(w, a, e, &p, h, no)
	case directdial.ActNotNow:
		return notNow(a, &p, h, no)
	case directdial.ActPractised:
		if a.Offer == "" { // by a command: the card that they have
			o, _ = get[directdial.Offer](w.tx, bOffers, p.about(h.id).Card)
		}
		r.replan()
		return x.practised(w, a, &o, h, no)
	}
	return r.agreed(w, a, e, &p, h, no)
}

// refusalOf makes the refusals of an action.
func refusalOf(a *directdial.Action) refusal {
	return func(reason directdial.Reason, format string, args ...any) []directdial.Event {
		return []directdial.Event{refused(a, reason, fmt.Sprintf(format, args...))}
	}
}

func (r *Router) hasRead(a *directdial.Action, p *colleague, o *directdial.Offer, no refusal) []directdial.Event {
	inForce := r.directory.Load().Policy
	version := a.Policy
	if version == "" {
		version = o.Policy
	}
	switch {
	case inForce == "":
		return no(directdial.Unknown, "there is no policy to read")
	case version != "" && version != inForce:
		return no(directdial.Closed, "the policy is %s now: read that one", inForce)
	case slices.Contains(p.Read, inForce):
		return no(directdial.Duplicate, "you have read policy %s already", inForce)
	}
	r.replan()
	return []directdial.Event{{Kind: directdial.EvRead, Expert: a.By, By: a.By, Action: a.ID, Detail: inForce}}
}

// agreed is the colleague's yes. It ends what they gave up before, and makes the
// grant end a year later where nobody said when. Who has said yes can say it
// again with "fewer", or without, and goes on as they are.
func (r *Router) agreed(w *writing, a *directdial.Action, e *listed, p *colleague, h *held, no refusal) []directdial.Event {
	g, s := h.Grant, p.about(h.id)
	x := r.directory.Load()
	configured := x.configured(e.ID, h.id)
	if g.Ended(w.at) && s.Own == directdial.EvEnded && configured != nil {
		g = *configured // what they ended themselves they can have again
		g.Agreed = time.Time{}
	}
	switch {
	case g.Ended(w.at):
		return no(directdial.GrantEnded, "that grant has ended: ask the coach for another")
	case !g.Agreed.IsZero():
		return r.bounds(w, a, e, p, h, no)
	}
	g.Agreed, g.Practised, g.Policy = w.at, time.Time{}, x.Policy
	if s.Own == directdial.EvPaused {
		g.Paused, g.Resumes = false, time.Time{}
	}
	if g.Until.IsZero() && !g.Never {
		g.Until = w.at.AddDate(1, 0, 0)
	}
	event := about(directdial.EvAgreed, a, e.ID, h.id, &g, configured)
	event.Budget = unbound(&g)
	if a.Kind == directdial.ActFewer {
		fewer := half(e.Budget)
		event.Budget = &fewer
	}
	return []directdial.Event{event}
}

func notNow(a *directdial.Action, p *colleague, h *held, no refusal) []directdial.Event {
	switch s := p.about(h.id); {
	case !h.Agreed.IsZero():
		return no(directdial.Closed, "you have said yes already: you can lower, pause or end the grant at any time")
	case !s.NotNow.IsZero():
		return no(directdial.Duplicate, "you have said so already")
	}
	return []directdial.Event{{Kind: directdial.EvNotNow, Expert: a.By, By: a.By, Action: a.ID, GrantID: h.id}}
}

// practised opens the gate: the practice card was answered.
func (x *directory) practised(w *writing, a *directdial.Action, o *directdial.Offer, h *held, no refusal) []directdial.Event {
	switch {
	case a.Offer != "" && o.Card != directdial.PracticeCard:
		return no(directdial.Unknown, "that is no practice card")
	case h.Agreed.IsZero():
		return no(directdial.NotAgreed, "say yes to the grant first")
	case !h.Practised.IsZero():
		return no(directdial.Duplicate, "you have practised already")
	case o.Card != directdial.PracticeCard, a.Offer == "" && o.Ref == "" && !o.Ambiguous:
		return no(directdial.NotPractised, "the practice card has not come yet: it comes while you are on duty")
	}
	g := h.Grant
	g.Practised = w.at
	e := about(directdial.EvPractised, a, a.By, h.id, &g, x.configured(a.By, h.id))
	e.Offer = o.ID
	return []directdial.Event{e}
}

// about is an event that says how a grant holds from now on.
func about(kind directdial.EventKind, a *directdial.Action, expert, id string, g, configured *directdial.Grant) directdial.Event {
	return directdial.Event{
		Kind: kind, Expert: expert, GrantID: id, Grant: g, Configured: fingerprint(configured),
		By: a.By, Action: a.ID, Detail: a.Detail,
	}
}
