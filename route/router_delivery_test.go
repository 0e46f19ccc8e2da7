package route

import (
	"slices"
	"testing"

	"github.com/directdial/directdial"
)

// failed reports that a card was refused for good.
func failed(o directdial.Offer) directdial.Action {
	return directdial.Action{Kind: directdial.ActFailed, Offer: o.ID, Channel: o.Channel, Attempt: 1, Detail: "550 no such user"}
}

func TestUndeliveredCardTakesTheNextChannelThenTheNextColleagueThenStaysLate(t *testing.T) {
	d := change(expert("ana", func(e *directdial.Expert) {
		e.Addresses = map[string]string{"slack": "U1", "email": "ana@acme.example"}
		e.Prefer = "slack"
		// The dial that is tried again must not count against its own budget.
		e.Budget = directdial.Budget{PerHour: 1, PerDay: 1}
	}))
	inBubble(t, d, func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		for i, want := range []struct {
			expert, channel string
			hop             int
		}{{"ana", "slack", 1}, {"ana", "email", 1}, {"bo", "terminal", 2}, {"kim", "terminal", 3}} {
			out := x.outbox()
			if len(out) != 1 || out[0].Expert != want.expert || out[0].Channel != want.channel || out[0].Hop != want.hop {
				t.Fatalf("attempt %d: the outbox is %+v, want %+v", i, out, want)
			}
			x.do(failed(out[0]))
		}
		if d := x.dialOf(key); !d.Late || d.Holder != "ana" || !d.State.Open() {
			t.Errorf("in the end the dial is %+v", d)
		}
		if out := x.outbox(); len(out) != 1 || out[0].Card != directdial.NoticeCard || out[0].Expert != "ana" {
			t.Errorf("the owner is not told: %+v", out)
		}
	})
}

func TestWhatBecomesOfACardStandsUnderTheTagAndTopicOfItsDial(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		said := directdial.Mention{ID: "1", Text: "complaint #billing"}
		x.hear(said)
		o := x.outbox()[0]
		x.do(failed(o))
		o = x.outbox()[0]
		x.do(directdial.Action{Kind: directdial.ActAmbiguous, Offer: o.ID, Channel: o.Channel, Attempt: 1})
		x.deliver(o)
		x.do(directdial.Action{Kind: directdial.ActShown, Offer: o.ID, Channel: o.Channel, Ref: "r", Shown: 1})
		x.hear(said)
		var got []string
		for _, s := range x.steps() {
			if s.Input.Kind == directdial.InputMention || s.Input.Kind == directdial.InputAction {
				got = append(got, s.Subject())
			}
		}
		var want []string
		for _, kind := range []string{"offered", "failed", "ambiguous", "delivered", "shown", "repeated"} {
			want = append(want, "dials."+kind+".complaint.billing")
		}
		if !slices.Equal(got, want) {
			t.Errorf("steps stand under %q, want %q", got, want)
		}
	})
}

func TestLapsedCardGoesToWhoIsThere(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		o := x.outbox()[0]
		x.configure(change(expert("ana", func(e *directdial.Expert) { e.Hours = []string{"9-10"} })))
		x.do(directdial.Action{Kind: directdial.ActLapsed, Offer: o.ID, Channel: o.Channel, Attempt: 1})
		if d := x.dialOf(key); d.Holder != "bo" || d.Hop != 2 {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestOutcomeThatIsReportedTwiceCountsOnce(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		o := x.outbox()[0]
		x.deliver(o)
		x.deliver(o)
		x.hear(directdial.Mention{ID: "2", Text: "complaint #billing"})
		second := x.outbox()[0]
		x.do(failed(second))
		x.do(failed(second))
		x.hear(directdial.Mention{ID: "3", Text: "complaint #recall"})
		third := x.outbox()[1]
		ambiguous := directdial.Action{Kind: directdial.ActAmbiguous, Offer: third.ID, Channel: third.Channel, Attempt: 1}
		x.do(ambiguous)
		x.do(ambiguous)
		l, err := x.router.Ledger(t.Context())
		if err != nil || l.Cards.Delivered != 1 || l.Cards.Failed != 1 || l.Cards.Ambiguous != 1 || l.Refused != 3 {
			t.Errorf("the ledger is %+v, %v", l, err)
		}
	})
}

func TestAmbiguousCardIsNotSentAgainButMayTurnOutToHaveArrived(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		o := x.outbox()[0]
		x.do(directdial.Action{Kind: directdial.ActAmbiguous, Offer: o.ID, Channel: o.Channel, Attempt: 1})
		if out := x.outbox(); len(out) != 0 {
			t.Fatalf("the outbox is %+v", out)
		}
		x.deliver(o)
		x.hear(directdial.Mention{ID: "2", Text: "me too", Thread: "1"})
		if out := x.outbox(); len(out) != 1 || out[0].Revision != 2 {
			t.Errorf("the outbox is %+v", out)
		}
	})
}

func TestOutcomesThatCannotBeAreRefused(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		o := x.outbox()[0]
		for name, a := range map[string]directdial.Action{
			"no such offer":   {Kind: directdial.ActDelivered, Offer: "d0-1", Channel: "terminal", Ref: "r"},
			"another channel": {Kind: directdial.ActDelivered, Offer: o.ID, Channel: "slack", Ref: "r"},
			"no reference":    {Kind: directdial.ActDelivered, Offer: o.ID, Channel: o.Channel},
		} {
			x.refusedWith(a)
			if out := x.outbox(); len(out) != 1 || out[0].Ref != "" {
				t.Errorf("%s: the outbox is %+v", name, out)
			}
		}
	})
}

func TestClaimsAndRetriesLeadToNoStep(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		o := x.outbox()[0]
		for _, kind := range []directdial.ActionKind{directdial.ActClaim, directdial.ActRetry} {
			if events := x.do(directdial.Action{Kind: kind, Offer: o.ID, Channel: o.Channel, Attempt: 1}); len(events) > 0 {
				t.Errorf("%s led to %v", kind, kinds(events))
			}
		}
	})
}

// The holder has passed the dial on while the card was under way.
func TestCardThatArrivesAfterTheDialWentOnSaysSo(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		o := x.outbox()[0]
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: o.Dial, By: "ana"})
		x.deliver(o)
		past, _ := x.router.Offer(o.ID)
		if !past.Past || past.Turned != 2 {
			t.Errorf("the offer is %+v", past)
		}
		if out := x.outbox(); len(out) != 2 || out[0].ID != o.ID || out[1].Expert != x.dialOf(key).Holder {
			t.Errorf("the outbox is %+v", out)
		}
	})
}

// The holder took the dial from a list, while its card was under way.
func TestDialThatWasTakenStaysWhenItsCardDoesNotArrive(t *testing.T) {
	for _, kind := range []directdial.ActionKind{directdial.ActFailed, directdial.ActLapsed} {
		t.Run(string(kind), func(t *testing.T) {
			inBubble(t, office(), func(t *testing.T, x *exchange) {
				key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
				o := x.outbox()[0]
				x.do(directdial.Action{Kind: directdial.ActTake, Dial: o.Dial, By: "ana"})
				wantKinds(t, x.do(directdial.Action{Kind: kind, Offer: o.ID, Channel: o.Channel, Attempt: 1}), directdial.EvFailed)
				if d := x.dialOf(key); d.State != directdial.Accepted || d.Holder != "ana" {
					t.Errorf("the dial is %+v", d)
				}
			})
		})
	}
}

func TestFailureOfAPastOfferMovesNothing(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		o := x.outbox()[0]
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: o.Dial, By: "ana"})
		wantKinds(t, x.do(failed(o)), directdial.EvFailed)
		if d := x.dialOf(key); d.Hop != 2 {
			t.Errorf("the dial is %+v", d)
		}
	})
}
