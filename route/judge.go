package route

import (
	"context"
	"fmt"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// action judges one message of ACTIONS. Whatever it asks for that cannot be is
// refused in an event, with words for the person; it never stops the router.
func (r *Router) action(ctx context.Context, w *writing, msg *bus.Message) {
	w.actions = msg.Seq
	a, err := decodeAction(msg)
	if err != nil {
		r.log.Error().Uint64("sequence", msg.Seq).Msg("a message of ACTIONS cannot be read")
		w.step(actionInput(msg), refused(&a, directdial.Unreadable, "this program cannot read the action"))
		return
	}
	events := r.judge(ctx, w, &a)
	if w.err == nil && len(events) > 0 {
		w.step(actionInput(msg), events...)
		r.said(ctx, w, &events[0])
	}
}

func actionInput(msg *bus.Message) directdial.Input {
	return directdial.Input{Kind: directdial.InputAction, Seq: msg.Seq}
}

// judge returns what follows from an action. Claims and failed attempts that
// will be repeated concern the notifier alone: nothing follows from them.
func (r *Router) judge(ctx context.Context, w *writing, a *directdial.Action) []directdial.Event {
	switch a.Kind {
	case directdial.ActClaim, directdial.ActRetry:
		return nil
	case directdial.ActDelivered, directdial.ActShown, directdial.ActAmbiguous, directdial.ActFailed, directdial.ActLapsed:
		return r.sent(ctx, w, a)
	case directdial.ActTake, directdial.ActPass, directdial.ActDecline, directdial.ActAnswered, directdial.ActAsk:
		return r.person(ctx, w, a)
	case directdial.ActHelped, directdial.ActNotYet:
		return r.correct(w, a)
	case directdial.ActAgree, directdial.ActFewer, directdial.ActNotNow, directdial.ActPractised, directdial.ActRead,
		directdial.ActHalve, directdial.ActWhole:
		return r.consent(w, a)
	case directdial.ActGrant, directdial.ActExtend, directdial.ActPause, directdial.ActResume, directdial.ActLower, directdial.ActEnd:
		return r.enable(w, a)
	case directdial.ActAway, directdial.ActBack:
		return r.presence(w, a)
	case directdial.ActUnreachable, directdial.ActReachable:
		return r.reached(w, a)
	case directdial.ActMute, directdial.ActUnmute:
		return r.mute(w, a)
	case directdial.ActReview:
		return r.review(w, a)
	case directdial.ActTransfer:
		return r.transfer(w, a)
	case directdial.ActDeletion:
		return r.deletion(w, a)
	case directdial.ActAnswer:
		return r.answer(w, a)
	case directdial.ActReach:
		return r.reach(w, a)
	case directdial.ActReplay:
		return r.replay(ctx, w, a)
	case directdial.ActForget:
		return r.forget(w, a)
	case directdial.ActWiped:
		return r.wiped(w, a)
	case directdial.ActGap:
		return r.gap(w, a)
	}
	r.log.Warn().Str("kind", string(a.Kind)).Msg("an action of an unknown kind was refused")
	return []directdial.Event{refused(a, directdial.Unknown, fmt.Sprintf("this program does not know the action %q", a.Kind))}
}

// refused is the event of an action that changed nothing.
func refused(a *directdial.Action, reason directdial.Reason, words string) directdial.Event {
	return directdial.Event{
		Kind: directdial.EvRefused, Action: a.ID, By: a.By, Dial: a.Dial, Offer: a.Offer, Reason: reason, Detail: words,
	}
}

// sent draws the conclusions from what became of a card.
func (r *Router) sent(ctx context.Context, w *writing, a *directdial.Action) []directdial.Event {
	o, ok := get[directdial.Offer](w.tx, bOffers, a.Offer)
	if !ok {
		return []directdial.Event{refused(a, directdial.Unknown, "there is no such offer")}
	}
	switch {
	case a.Channel != o.Channel:
		return []directdial.Event{refused(a, directdial.Unknown, "the offer has gone on to another channel")}
	case a.Kind == directdial.ActDelivered && a.Ref == "":
		return []directdial.Event{refused(a, directdial.Unreadable, "a card that was delivered has a reference")}
	case a.Kind == directdial.ActShown && a.Shown < 1:
		return []directdial.Event{refused(a, directdial.Unreadable, "a card that was changed shows a revision")}
	case reported(a, &o):
		return []directdial.Event{refused(a, directdial.Duplicate, "this is known")}
	}
	e := directdial.Event{
		Offer: o.ID, Dial: o.Dial, Channel: a.Channel, Attempt: a.Attempt, Ref: a.Ref, Shown: a.Shown,
		Expert: o.Expert, Detail: a.Detail,
	}
	d, ok := get[directdial.Dial](w.tx, bDials, o.Dial)
	e.Tag, e.Topic = d.Tag, d.Topic
	switch a.Kind {
	case directdial.ActDelivered:
		e.Kind = directdial.EvDelivered
	case directdial.ActShown:
		e.Kind = directdial.EvShown
	case directdial.ActAmbiguous:
		e.Kind = directdial.EvAmbiguous
	case directdial.ActFailed:
		e.Kind, e.Reason = directdial.EvFailed, directdial.Undelivered
	case directdial.ActLapsed:
		e.Kind, e.Reason = directdial.EvFailed, directdial.Lapsed
	}
	// Who took a dial before its card came knows of it, and keeps it.
	present := ok && d.State == directdial.Offered && d.Hop == o.Hop && !d.Late && !o.Past
	if e.Kind != directdial.EvFailed || !present {
		return []directdial.Event{e}
	}
	return append([]directdial.Event{e}, r.undelivered(ctx, w, &d, &o, e.Reason)...)
}

// reported reports whether an outcome was reported before: a notifier whose
// answer was lost says it again.
func reported(a *directdial.Action, o *directdial.Offer) bool {
	switch a.Kind {
	case directdial.ActDelivered:
		return a.Ref == o.Ref
	case directdial.ActAmbiguous:
		return o.Ambiguous
	case directdial.ActFailed, directdial.ActLapsed:
		return o.Failed
	}
	return false
}

// undelivered finds who is dialled instead when a card did not arrive: the same
// person by another channel, then the next colleague.
func (r *Router) undelivered(ctx context.Context, w *writing, d *directdial.Dial, o *directdial.Offer, why directdial.Reason) []directdial.Event {
	tried := append(slices.Clone(o.Tried), o.Channel)
	if why == directdial.Undelivered {
		c, decision := r.next(ctx, w, d, hop{why: why, to: o.Expert, tried: tried})
		if decision.Outcome == directdial.ToDial {
			e := offer(directdial.Event{Tag: d.Tag, Topic: d.Topic, Case: receipt(&c)}, &decision, d.ID, o.Hop)
			return []directdial.Event{e}
		}
	}
	held := slices.Clone(d.Previous)
	if _, end := d.Clock(); why == directdial.Undelivered || (!end.IsZero() && !end.After(w.at)) {
		held = append(held, d.Holder)
	}
	return r.goOn(ctx, w, d, hop{why: why, held: held})
}

// deletion withdraws a mention that is gone from its platform.
func (r *Router) deletion(w *writing, a *directdial.Action) []directdial.Event {
	rec, ok := get[directdial.MentionRecord](w.tx, bMentions, string(a.Mention))
	if !ok && a.Mention.Valid() {
		// Senders that retry deliver out of order: it will be told when it comes.
		return []directdial.Event{{Kind: directdial.EvDeleted, Mention: a.Mention, Source: a.Source}}
	}
	if !ok || rec.Gone() {
		return []directdial.Event{refused(a, directdial.Unknown, "there is no such mention, or it is gone already")}
	}
	events := []directdial.Event{{
		Kind: directdial.EvDeleted, Mention: rec.Key, Dial: rec.Dial, Tag: rec.Tag, Topic: rec.Topic, Source: a.Source,
	}}
	if rec.State == directdial.Parked {
		return append(events, directdial.Event{
			Kind: directdial.EvSuppressed, Mention: rec.Key, Tag: rec.Tag, Topic: rec.Topic, Reason: directdial.DeletedSoon,
		})
	}
	return append(events, withdraw(w.tx, rec.Dial, directdial.DeletedSoon, []directdial.Key{rec.Key})...)
}

// reach is how far a mention has come by now.
func (r *Router) reach(w *writing, a *directdial.Action) []directdial.Event {
	rec, ok := get[directdial.MentionRecord](w.tx, bMentions, string(a.Mention))
	if !ok || rec.Gone() || a.Reach == nil {
		return []directdial.Event{refused(a, directdial.Unknown, "there is no such mention, or the action tells no reach")}
	}
	return []directdial.Event{{
		Kind: directdial.EvRepeated, Mention: rec.Key, Dial: rec.Dial, Tag: rec.Tag, Topic: rec.Topic, Reach: a.Reach,
	}}
}
