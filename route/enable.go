package route

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// maxWhy bounds what somebody says about why, in bytes.
const maxWhy = 500

// enable judges what is done to a grant of a colleague: by a coach or by ops,
// who say why, or by the colleagues themselves where they give up something.
// Nobody can say yes for somebody else.
func (r *Router) enable(w *writing, a *directdial.Action) []directdial.Event {
	no := refusalOf(a)
	x := r.directory.Load()
	id := a.Expert
	if id == "" {
		id = a.By
	}
	e, known := x.experts[id]
	own := id == a.By
	coach := a.By == ops || slices.Contains(x.Coaches, a.By)
	switch {
	case !known:
		return no(directdial.Unknown, "%s", x.noExpert(id))
	case !coach && !own:
		return no(directdial.NotCoach, "only a coach, or %s, can do that", x.name(id))
	case !coach && (a.Kind == directdial.ActGrant || a.Kind == directdial.ActExtend):
		return no(directdial.NotCoach, "only a coach can do that: they are %s", x.names(x.Coaches))
	case !own && strings.TrimSpace(a.Detail) == "":
		return no(directdial.BadGrant, "say why")
	case len(a.Detail) > maxWhy:
		return no(directdial.BadGrant, "say why in at most %d characters", maxWhy)
	}
	p := saidOf(w.tx, id)
	if a.Kind == directdial.ActGrant {
		return r.give(w, a, e, &p, no)
	}
	h, refused := x.pick(e, &p, a, "", w.at, no)
	if refused != nil {
		return refused
	}
	g, s := h.Grant, p.about(h.id)
	switch {
	case g.Ended(w.at) && a.Kind == directdial.ActEnd:
		return no(directdial.Duplicate, "that grant has ended already")
	case g.Ended(w.at) && a.Kind != directdial.ActExtend:
		return no(directdial.GrantEnded, "that grant has ended")
	}
	kind, reason, words := x.change(&g, &s, a, w.at, own)
	if words != "" {
		return no(reason, "%s", words)
	}
	if kind == directdial.EvExtended || kind == directdial.EvResumed {
		r.replan()
	}
	event := about(kind, a, id, h.id, &g, x.configured(id, h.id))
	event.Until = a.Until
	if kind != directdial.EvPaused {
		event.Until = time.Time{} // it stands in the grant
	}
	return []directdial.Event{event}
}

// change makes of a grant what an action asks for, or says why it cannot be.
func (x *directory) change(g *directdial.Grant, s *said, a *directdial.Action, at time.Time, own bool) (kind directdial.EventKind, reason directdial.Reason, words string) {
	switch a.Kind {
	case directdial.ActExtend:
		reason, words = extend(g, s, a, at)
		return directdial.EvExtended, reason, words
	case directdial.ActPause:
		switch paused := g.Paused && (g.Resumes.IsZero() || at.Before(g.Resumes)); {
		case paused && a.Until.Equal(g.Resumes):
			return "", directdial.Duplicate, "that grant is paused already"
		case paused && own && s.Own != directdial.EvPaused:
			return "", directdial.NotCoach, "the coach paused it, and says until when"
		case paused && !own && s.Own == directdial.EvPaused:
			return "", directdial.NotHolder, "they paused it themselves, and say until when"
		case !a.Until.IsZero() && !a.Until.After(at):
			return "", directdial.BadGrant, "it must be paused until later than now"
		}
		g.Paused, g.Resumes = true, a.Until
		return directdial.EvPaused, "", ""
	case directdial.ActResume:
		switch {
		case !g.Paused:
			return "", directdial.Duplicate, "that grant is not paused"
		case own && s.Own != directdial.EvPaused:
			return "", directdial.NotCoach, "the coach paused it, and resumes it"
		case !own && s.Own == directdial.EvPaused:
			return "", directdial.NotHolder, "they paused it themselves, and resume it themselves"
		}
		g.Paused, g.Resumes = false, time.Time{}
		return directdial.EvResumed, "", ""
	case directdial.ActEnd:
		g.Until, g.Never = at, false
		return directdial.EvEnded, "", ""
	}
	if a.Grant == nil {
		return "", directdial.BadGrant, "say to what it is lowered"
	}
	low := *a.Grant
	unsaid(&low, g)
	if words := x.check(&low, at); words != "" {
		return "", directdial.BadGrant, words
	}
	if words := x.narrower(g, &low); words != "" {
		return "", directdial.BadGrant, words
	}
	lower(g, &low)
	return directdial.EvLowered, "", ""
}

// extend makes a grant end later, or never, or says why it cannot.
func extend(g *directdial.Grant, s *said, a *directdial.Action, at time.Time) (reason directdial.Reason, words string) {
	never := a.Grant != nil && a.Grant.Never
	switch {
	case s.Ended:
		return directdial.GrantEnded, "that grant was ended: give it anew"
	case never && g.Never:
		return directdial.Duplicate, "that grant never ends"
	case !never && !a.Until.After(at):
		return directdial.BadGrant, "it must end later than now"
	case !never && !g.Never && a.Until.Equal(g.Until):
		return directdial.Duplicate, "that grant ends then already"
	case !never && (g.Never || (!g.Until.IsZero() && !a.Until.After(g.Until))):
		return directdial.BadGrant, "it does not end before that"
	case s.Own == directdial.EvLowered:
		return directdial.NotHolder, "they lowered it themselves: give it anew, and they are asked"
	}
	g.Until, g.Never = a.Until, never
	return "", ""
}

// give enables a colleague. What they agreed to before under the same id stays
// agreed, unless it was ended.
func (r *Router) give(w *writing, a *directdial.Action, e *listed, p *colleague, no refusal) []directdial.Event {
	x := r.directory.Load()
	if a.Grant == nil {
		return no(directdial.BadGrant, "say for what")
	}
	g := *a.Grant
	if words := x.check(&g, w.at); words != "" {
		return no(directdial.BadGrant, "%s", words)
	}
	g.Agreed, g.Practised, g.Paused, g.Resumes, g.Fewer = time.Time{}, time.Time{}, false, time.Time{}, nil
	id := g.ID()
	s := p.about(id)
	for _, h := range x.holds(e, p) {
		if h.id != id || s.Ended || s.Own == directdial.EvEnded {
			continue
		}
		if s.Own == directdial.EvLowered && x.narrower(&h.Grant, &g) != "" {
			continue // they are asked whether they want more again
		}
		g.Agreed, g.Practised, g.Paused, g.Resumes, g.Fewer = h.Agreed, h.Practised, h.Paused, h.Resumes, h.Fewer
		if terms(h.Grant) == terms(g) {
			return no(directdial.Duplicate, "%s has that grant already", x.name(e.ID))
		}
	}
	r.replan()
	return []directdial.Event{about(directdial.EvGranted, a, e.ID, id, &g, x.configured(e.ID, id))}
}

// said follows what was said about a grant: the gate is asked again for cards
// that wait and for the dials that the colleague holds, and they are asked or
// told what follows.
func (r *Router) said(ctx context.Context, w *writing, e *directdial.Event) {
	if e.GrantID == "" && e.Kind != directdial.EvRead {
		return
	}
	r.since.Store(w.last + uint64(len(w.messages)) + maxSteps)
	for _, id := range heldBy(w.tx, e.Expert) {
		r.tick(ctx, w, id, true)
	}
	r.careFor(w, e.Expert)
}

// heldBy lists the open dials of an expert.
func heldBy(r index.Reader, expert string) (ids []string) {
	if l, _ := get[load](r, bExperts, expert); l.Open == 0 {
		return nil
	}
	for _, id := range allOpen(r) {
		if d, _ := get[directdial.Dial](r, bDials, id); d.Holder == expert {
			ids = append(ids, id)
		}
	}
	return ids
}

// pick finds the grant that an action is about: the one it names, or that its
// card is about, or the only one, or the only one that has not ended or that waits
// for just that.
func (x *directory) pick(e *listed, p *colleague, a *directdial.Action, card string, at time.Time, no refusal) (*held, []directdial.Event) {
	id := a.GrantID
	if id == "" {
		id = card
	}
	all := x.holds(e, p)
	var live []held
	for i := range all {
		if all[i].id == id {
			return &all[i], nil
		}
		if !all[i].Ended(at) {
			live = append(live, all[i])
		}
	}
	waits := waiting(live, a.Kind)
	switch {
	case id == "" && len(live) == 1:
		return &live[0], nil
	case id == "" && len(waits) == 1:
		return &waits[0], nil
	case id == "" && len(all) == 1:
		return &all[0], nil
	case len(all) == 0:
		return nil, no(directdial.NoGrant, "%s has no grant", x.name(e.ID))
	case id == "" && len(live) == 0 && a.Kind == directdial.ActEnd:
		return nil, no(directdial.Duplicate, "all grants of %s have ended already", x.name(e.ID))
	case id == "" && len(live) == 0:
		return nil, no(directdial.Unknown, "all grants of %s have ended; say which (--grant): %s", x.name(e.ID), ids(all))
	case id == "":
		return nil, no(directdial.Unknown, "say which grant (--grant): %s", ids(live))
	}
	return nil, no(directdial.Unknown, "%s has no grant %q; there are: %s", x.name(e.ID), id, ids(all))
}

// waiting are the grants that wait for what a colleague does about them, or of
// which alone it can be done.
func waiting(grants []held, act directdial.ActionKind) (waits []held) {
	for _, h := range grants {
		switch act {
		case directdial.ActAgree, directdial.ActFewer, directdial.ActNotNow:
			if h.Agreed.IsZero() {
				waits = append(waits, h)
			}
		case directdial.ActHalve, directdial.ActWhole:
			if !h.Agreed.IsZero() {
				waits = append(waits, h)
			}
		case directdial.ActPractised:
			if !h.Agreed.IsZero() && h.Practised.IsZero() {
				waits = append(waits, h)
			}
		}
	}
	return waits
}

func ids(grants []held) string {
	words := make([]string, len(grants))
	for i, h := range grants {
		words[i] = `"` + h.id + `"`
	}
	return strings.Join(words, ", ")
}

// names are what colleagues call several experts.
func (x *directory) names(ids []string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = x.name(id)
	}
	return strings.Join(words, ", ")
}
