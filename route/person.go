package route

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/directdial/directdial"
)

// ops acts for the exchange, from a command line without --as.
const ops = "ops"

// given are the reasons that a person can give.
var given = []directdial.Reason{
	directdial.NotMyTopic, directdial.TooBusy, directdial.NotAllowed, directdial.NeedsApproval,
	directdial.WrongTagged, directdial.NotUs, directdial.Duplicate,
}

// person judges what a person did with a dial.
func (r *Router) person(ctx context.Context, w *writing, a *directdial.Action) []directdial.Event {
	no := func(reason directdial.Reason, format string, args ...any) []directdial.Event {
		return []directdial.Event{refused(a, reason, fmt.Sprintf(format, args...))}
	}
	x := r.directory.Load()
	if a.Dial == "" {
		a.Dial = directdial.DialOf(a.Offer)
	}
	d, ok := get[directdial.Dial](w.tx, bDials, a.Dial)
	_, known := x.experts[a.By]
	switch {
	case !ok:
		return no(directdial.Unknown, "there is no dial %q", a.Dial)
	case !known && a.By != ops:
		return no(directdial.Unknown, "%s", x.noExpert(a.By))
	case !d.State.Open():
		return no(directdial.Closed, "the dial is %s already", d.State)
	case a.Reason != "" && !slices.Contains(given, a.Reason):
		return no(directdial.Unknown, "there is no reason %q; there are: %s", a.Reason, reasonWords(given))
	}
	switch a.Kind {
	case directdial.ActTake:
		return r.take(ctx, w, a, &d, no)
	case directdial.ActPass:
		return r.pass(ctx, w, a, &d, no)
	case directdial.ActAsk:
		return r.ask(w, a, &d, no)
	}
	if a.By != d.Holder && a.By != ops && !slices.Contains(x.Coaches, a.By) {
		return no(directdial.NotHolder, "the dial is with %s", x.name(d.Holder))
	}
	e := directdial.Event{
		Kind: directdial.EvDeclined, Dial: d.ID, Expert: d.Holder, By: a.By, Action: a.ID, Tag: d.Tag, Topic: d.Topic,
		Reason: cmp.Or(a.Reason, directdial.NotUs),
	}
	if a.Kind == directdial.ActAnswered {
		e.Kind, e.Reason = directdial.EvAnswered, ""
	}
	return []directdial.Event{e}
}

type refusal func(reason directdial.Reason, format string, args ...any) []directdial.Event

// take accepts a dial. A colleague who is not its holder may take it while
// nobody has, if the gate lets them.
func (r *Router) take(ctx context.Context, w *writing, a *directdial.Action, d *directdial.Dial, no refusal) []directdial.Event {
	x := r.directory.Load()
	accepted := directdial.Event{
		Kind: directdial.EvAccepted, Dial: d.ID, Expert: a.By, By: a.By, Action: a.ID, Tag: d.Tag, Topic: d.Topic,
	}
	switch {
	case a.By == ops:
		return no(directdial.NotHolder, "a dial is taken by a colleague: say which (--as)")
	case a.By == d.Holder && d.State == directdial.Accepted:
		return no(directdial.Closed, "you have taken it already")
	case a.By == d.Holder && !d.Late:
		c, decision := r.next(ctx, w, d, hop{why: directdial.TakenOver, to: a.By})
		if decision.Outcome != directdial.ToDial {
			return no(verdict(&decision, a.By), "you may not take it now: %s", verdict(&decision, a.By))
		}
		accepted.Case, accepted.Until = receipt(&c), decision.GateEnds
		return []directdial.Event{accepted}
	case d.State == directdial.Accepted:
		return no(directdial.Closed, "%s took it at %s UTC", x.name(d.Holder), d.Accepted.Format("15:04"))
	}
	c, decision := r.next(ctx, w, d, hop{why: directdial.TakenOver, to: a.By})
	if decision.Outcome != directdial.ToDial {
		return no(verdict(&decision, a.By), "you may not take it: %s", verdict(&decision, a.By))
	}
	base := directdial.Event{Dial: d.ID, Tag: d.Tag, Topic: d.Topic}
	handed := base
	handed.Kind, handed.From, handed.Expert, handed.Reason, handed.By = directdial.EvHandedOff, d.Holder, a.By, directdial.TakenOver, a.By
	base.Case, accepted.Until = receipt(&c), decision.GateEnds
	return []directdial.Event{handed, offer(base, &decision, d.ID, d.Hop+1), accepted}
}

// pass hands a dial on, to the colleague who was named or to the next one that
// the exchange finds; never back to somebody who held it.
func (r *Router) pass(ctx context.Context, w *writing, a *directdial.Action, d *directdial.Dial, no refusal) []directdial.Event {
	x := r.directory.Load()
	if a.By != d.Holder && a.By != ops && !slices.Contains(x.Coaches, a.By) {
		return no(directdial.NotHolder, "the dial is with %s", x.name(d.Holder))
	}
	if _, known := x.experts[a.To]; a.To != "" && !known {
		return no(directdial.Unknown, "%s", x.noExpert(a.To))
	}
	h := hop{why: cmp.Or(a.Reason, directdial.PassedOn), by: a.By, to: a.To, held: slices.Clone(d.Previous)}
	if !d.Late || a.To != d.Holder { // with whom it is late was not dialled for it yet
		h.held = append(h.held, d.Holder)
	}
	_, decision := r.next(ctx, w, d, h)
	switch {
	case w.err != nil || decision.Outcome == directdial.ToDial:
	case a.To != "":
		return no(verdict(&decision, a.To), "%s may not take it: %s", x.name(a.To), verdict(&decision, a.To))
	case mayKeep(h.why) && r.nobodyFor(ctx, w, d, &decision):
		return no(directdial.NobodyEnabled, "nobody else may take it%s, so it stays with %s: answer it, ask the coach, or have a colleague enabled first",
			x.notEvenOwner(&decision), x.name(d.Holder))
	}
	events := r.goOn(ctx, w, d, h)
	for i := range events {
		events[i].Action = a.ID
	}
	return events
}

// mayKeep reports whether a reason to pass a dial on leaves it possible that the
// holder answers after all.
func mayKeep(why directdial.Reason) bool {
	return why == directdial.PassedOn || why == directdial.TooBusy
}

// nobodyFor reports whether a dial that goes on would end with an owner who may
// not take it: nobody else may, now or later, were it to go on for ever.
func (r *Router) nobodyFor(ctx context.Context, w *writing, d *directdial.Dial, on *directdial.Decision) bool {
	somebody := slices.ContainsFunc(on.Verdicts, func(v directdial.Verdict) bool { return v.Reason == "" })
	switch {
	case on.For != "" || somebody:
		return false
	case on.Owner == "":
		return true
	}
	_, keeps := r.next(ctx, w, d, hop{why: directdial.TakenOver, to: on.Owner})
	return keeps.Outcome != directdial.ToDial
}

// notEvenOwner names, as part of a sentence, the owner who would keep a dial and
// why they may not take it, where the gate was asked for them.
func (x *directory) notEvenOwner(on *directdial.Decision) string {
	for _, v := range on.Verdicts {
		if v.Expert == on.Owner && v.Reason != "" {
			return fmt.Sprintf(" (%s, who keeps what nobody takes: %s)", x.name(on.Owner), v.Reason)
		}
	}
	return ""
}

// verdict is why somebody was passed over.
func verdict(d *directdial.Decision, expert string) directdial.Reason {
	for _, v := range d.Verdicts {
		if v.Expert == expert {
			return v.Reason
		}
	}
	return directdial.NoGrant
}

func reasonWords(reasons []directdial.Reason) string {
	words := make([]string, len(reasons))
	for i, r := range reasons {
		words[i] = string(r)
	}
	return strings.Join(words, ", ")
}
