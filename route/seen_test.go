package route

import (
	"context"
	"fmt"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// steps are the steps of the log.
func (x *exchange) steps() []*directdial.Step { return x.stepsFrom(1) }

func (x *exchange) stepsFrom(first uint64) (steps []*directdial.Step) {
	x.t.Helper()
	err := x.bus.Read(context.Background(), bus.Dials, "", first, 1<<62, func(m *bus.Message) error {
		s, err := decodeStep(m)
		steps = append(steps, s)
		return err
	})
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	return steps
}

func (x *exchange) eventsAfter(step uint64) (events []directdial.Event) {
	x.t.Helper()
	for _, s := range x.stepsFrom(step + 1) {
		events = append(events, s.Events...)
	}
	return events
}

func kinds(events []directdial.Event) (kinds []directdial.EventKind) {
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

// wantKinds fails unless the events are of these kinds.
func wantKinds(t tester, events []directdial.Event, want ...directdial.EventKind) {
	t.Helper()
	if got := kinds(events); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("events %v, want %v", got, want)
	}
}

// record is what the index has of a mention.
func (x *exchange) record(key directdial.Key) directdial.MentionRecord {
	x.t.Helper()
	rec, ok := x.router.Mention(key)
	if !ok {
		x.t.Fatalf("the mention is not in the index")
	}
	return rec
}

// dialOf is the dial of a mention.
func (x *exchange) dialOf(key directdial.Key) directdial.Dial {
	x.t.Helper()
	rec := x.record(key)
	d, ok := x.router.Dial(rec.Dial)
	if !ok {
		x.t.Fatalf("the mention is %s (%s), not dialled", rec.State, rec.Reason)
	}
	return d
}

// deliver brings a card as a notifier does.
func (x *exchange) deliver(o directdial.Offer) {
	x.t.Helper()
	x.do(directdial.Action{
		Kind: directdial.ActDelivered, Offer: o.ID, Dial: o.Dial, Channel: o.Channel, Attempt: 1,
		Ref: "card-" + o.ID + "-" + o.Channel, Shown: o.Revision,
	})
}

// outbox is what the notifier has to do.
func (x *exchange) outbox() []directdial.Offer {
	x.t.Helper()
	offers, err := x.router.Outbox()
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	return offers
}
