package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/bus"
)

// replies is the exchange as channels see it that take answers.
type replies struct{ *exchange }

var (
	_ experts.Replies = replies{}
	_ experts.Roll    = replies{}
)

// act puts an action on the log, once, and waits for the router's judgement.
// One about an offer stands with that offer, any other among the commands.
func (x *exchange) act(ctx context.Context, a directdial.Action) (directdial.Judgement, error) {
	a.V, a.At, a.ID = directdial.ActionVersion, directdial.Clock(x.now()), cmp.Or(a.ID, newID())
	if !directdial.ValidName(a.ID) {
		return directdial.Judgement{}, &directdial.Error{Kind: directdial.Invalid, Field: "id", Msg: "must be of [a-z0-9-], at most 64"}
	}
	subject := subjectOf(&a)
	// The subject can be used once: the same id is the same action.
	_, err := x.bus.Claim(ctx, bus.Actions, actionMessage(subject, &a))
	again := err != nil && directdial.KindOf(err) == directdial.Denied
	if err != nil && !again {
		return directdial.Judgement{}, err
	}
	if again && !x.remembered(ctx, subject, a.ID) {
		if j, known := x.recalled(ctx, subject); known {
			return j, nil
		}
		return directdial.Judgement{Action: a.ID, Words: "this was done already", Event: directdial.Event{
			Kind: directdial.EvRefused, Action: a.ID, Reason: directdial.Duplicate,
		}}, nil
	}
	j, err := x.router.Await(ctx, a.ID)
	if err != nil {
		return j, err
	}
	return x.worded(j), nil
}

// subjectOf is where what a person did stands in ACTIONS.
func subjectOf(a *directdial.Action) string {
	if a.Offer != "" {
		return "actions." + a.Offer + ".person." + a.ID
	}
	return "actions.command." + string(a.Kind) + "." + a.ID
}

// worded says what came of an action; why one was refused the router has said.
func (x *exchange) worded(j directdial.Judgement) directdial.Judgement {
	if j.Refused() {
		return j
	}
	j.Words = desk.Said(j, x.name)
	if j.Event.Kind == directdial.EvTransferred {
		j.Words += x.leftToDo(&j.Event)
	}
	return j
}

// leftToDo says what a transfer does not do by itself.
func (x *exchange) leftToDo(e *directdial.Event) (words string) {
	if topics := x.router.NotEnabled(e.Expert, e.Charges); len(topics) > 0 {
		words += fmt.Sprintf("\n%s is not enabled for %s, so nobody dials them about it: directdial experts enable %s --topics %s",
			x.name(e.Expert), strings.Join(topics, ", "), e.Expert, strings.Join(topics, ","))
	}
	if stays := x.router.Stays(e.From); stays != "" {
		words += "\nStill in the configuration, to be changed there: " + x.name(e.From) + " is " + stays + "."
	}
	return words
}

// remembered reports whether the judgement of an action that is on the log is
// known or still to come: those of a process before this one are neither.
func (x *exchange) remembered(ctx context.Context, subject, id string) bool {
	msg, err := x.bus.Last(ctx, bus.Actions, subject)
	_, read, _ := x.router.Position()
	_, judged := x.router.Judged(id)
	return err == nil && (msg.Seq > read || judged)
}

// recalled reads the judgement of an action from the log, which knows it also when
// a process before this one judged it; false if there is none any more.
func (x *exchange) recalled(ctx context.Context, subject string) (directdial.Judgement, bool) {
	msg, err := x.bus.Last(ctx, bus.Actions, subject)
	if err != nil {
		return directdial.Judgement{}, false
	}
	j, known, err := x.router.Recall(ctx, msg.Seq)
	if err != nil {
		x.log.Warn().Err(err).Msg("what became of an action cannot be read from the log")
	}
	return x.worded(j), known
}

// answerable are the kinds of what a person can do, and of what a channel knows
// of whom it reaches: all that a channel may put on the log here.
var answerable = []directdial.ActionKind{
	directdial.ActTake, directdial.ActPass, directdial.ActDecline, directdial.ActAnswered, directdial.ActAsk,
	directdial.ActHelped, directdial.ActNotYet,
	directdial.ActAgree, directdial.ActFewer, directdial.ActNotNow, directdial.ActPractised, directdial.ActRead,
	directdial.ActHalve, directdial.ActWhole,
	directdial.ActAway, directdial.ActBack,
	directdial.ActGrant, directdial.ActExtend, directdial.ActPause, directdial.ActResume, directdial.ActLower, directdial.ActEnd,
	directdial.ActMute, directdial.ActUnmute, directdial.ActReview, directdial.ActTransfer,
	directdial.ActUnreachable, directdial.ActReachable,
}

// Act implements experts.Replies.
func (x replies) Act(ctx context.Context, a directdial.Action) (directdial.Judgement, error) {
	if !slices.Contains(answerable, a.Kind) {
		return directdial.Judgement{}, directdial.Errorf(directdial.Invalid, "no person can do %q", a.Kind)
	}
	if o, ok := x.router.Offer(a.Offer); ok {
		a.Dial = o.Dial
	}
	if a.Offer == "" && a.Dial != "" {
		d, err := x.router.FindDial(a.Dial)
		if err != nil {
			return directdial.Judgement{}, err
		}
		a.Dial, a.Offer = d.ID, directdial.OfferID(d.ID, d.Hop)
	}
	return x.act(ctx, a)
}

// Judged implements experts.Replies.
func (x replies) Judged(ctx context.Context, a directdial.Action) (directdial.Judgement, bool) {
	if j, ok := x.router.Judged(a.ID); ok {
		return x.worded(j), true
	}
	if !directdial.ValidName(a.ID) || !directdial.ValidName(a.Offer) {
		return directdial.Judgement{}, false // a subject that nothing stands under
	}
	return x.recalled(ctx, subjectOf(&a))
}

// Refused implements experts.Replies.
func (x replies) Refused(reason directdial.Reason) { x.router.Refused(reason) }

// Who implements experts.Replies.
func (x replies) Who(_ context.Context, channel, address string) (directdial.Expert, error) {
	for _, e := range x.config.Load().Directory.Experts {
		if known := e.Addresses[channel]; known != "" && strings.EqualFold(known, address) {
			return e, nil
		}
	}
	return directdial.Expert{}, directdial.Errorf(directdial.NotFound, "nobody in the configuration has the address %q on %s", address, channel)
}

// Card implements experts.Replies.
func (x replies) Card(ctx context.Context, offer string) (experts.Card, error) {
	return x.card(ctx, offer)
}

// Home implements experts.Replies.
func (x replies) Home(ctx context.Context, expert string) (experts.Home, error) {
	h := experts.Home{Expert: x.expert(expert)}
	if h.Expert.Name == "" {
		return h, directdial.Errorf(directdial.NotFound, "there is no expert %q", expert)
	}
	h.Duty = x.router.Duty(&h.Expert, x.now())
	h.Away, h.Until = x.router.Away(expert, x.now())
	for _, g := range x.router.Grants(expert, x.now()) {
		h.Grants = append(h.Grants, x.grantOf(expert, &g))
	}
	dials, err := x.router.Dials(false, maxHome)
	for _, d := range slices.Backward(dials) {
		if d.Holder != expert || d.Late {
			continue
		}
		c, err := x.card(ctx, directdial.OfferID(d.ID, d.Hop))
		if err != nil {
			return h, err
		}
		h.Dials = append(h.Dials, c)
	}
	return h, err
}

// maxHome bounds the open dials that are looked through for somebody's own.
const maxHome = 10_000

// coach names the first coach, "" if there is none.
func (x *exchange) coach() string {
	for _, id := range x.config.Load().Directory.Coaches {
		return x.name(id)
	}
	return ""
}

// People implements experts.Roll.
func (x replies) People() []directdial.Expert { return x.config.Load().Directory.Experts }

// Unreachable implements experts.Roll.
func (x replies) Unreachable(expert string) []string { return x.router.Unreachable(expert) }

// Colleagues implements experts.Replies.
func (x replies) Colleagues(ctx context.Context, offer, words string) ([]experts.Colleague, error) {
	dial := directdial.DialOf(offer)
	found, err := x.router.Colleagues(ctx, dial, words, directdial.MaxCandidates)
	if err != nil {
		return nil, err
	}
	d, _ := x.router.Dial(dial)
	why := "is enabled"
	if d.Topic != "" {
		why += " for " + d.Topic
	}
	colleagues := make([]experts.Colleague, len(found))
	for i, e := range found {
		colleagues[i] = experts.Colleague{ID: e.ID, Name: cmp.Or(e.Name, e.ID), Why: why}
	}
	return colleagues, nil
}
