package route

import (
	"strconv"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// clocked is an office in which a complaint is taken within an hour and answered
// within four.
func clocked(changes ...func(*directdial.Directory)) *directdial.Directory {
	d := change(changes...)
	d.Rules.AcceptWithin = map[directdial.Tag]time.Duration{directdial.Complaint: time.Hour, directdial.Ambassador: time.Hour}
	d.Rules.AnswerWithin = map[directdial.Tag]time.Duration{directdial.Complaint: 4 * time.Hour, directdial.Ambassador: time.Hour}
	return d
}

// passes lets time pass and returns the events that came of it alone.
func (x *exchange) passes(d time.Duration) []directdial.Event {
	x.t.Helper()
	before := x.router.Applied()
	time.Sleep(d)
	x.settle()
	return x.eventsAfter(before)
}

// offered is a dial that was brought to its first holder.
func (x *exchange) offered(text string) directdial.Dial {
	x.t.Helper()
	x.acts++
	key := x.hear(directdial.Mention{ID: "offered " + strconv.Itoa(x.acts), Text: text})
	x.bringAll()
	return x.dialOf(key)
}

func (x *exchange) bringAll() {
	for _, o := range x.outbox() {
		if o.Ref == "" {
			x.deliver(o)
		}
	}
}

// now is a dial as it is now.
func (x *exchange) now(d directdial.Dial) directdial.Dial {
	d, _ = x.router.Dial(d.ID)
	return d
}

func at(hour, minute int) time.Time { return time.Date(2000, 1, 1, hour, minute, 0, 0, time.UTC) }

func TestDialThatNobodyTakesGoesFromColleagueToColleagueAndStaysWithItsOwner(t *testing.T) {
	inBubble(t, clocked(), func(t *testing.T, x *exchange) {
		d := x.offered("complaint #billing")
		if !d.AcceptBy.Equal(at(11, 0)) || !d.AnswerBy.Equal(at(14, 0)) || !d.Due.Equal(at(10, 45)) {
			t.Fatalf("the clocks are %+v", d)
		}
		wantKinds(t, x.passes(45*time.Minute-time.Millisecond))
		for i, want := range []string{"bo", "kim"} {
			before := x.now(d)
			events := x.passes(time.Millisecond)
			wantKinds(t, events, directdial.EvReminded)
			if e := events[0]; e.Expert != before.Holder || !e.Until.Equal(before.AcceptBy) {
				t.Errorf("reminded: %+v", e)
			}
			if o, _ := x.router.Offer(directdial.OfferID(d.ID, i+1)); o.Turned != o.Revision || o.Shown == o.Revision {
				t.Errorf("the card does not say that the time is short: %+v", o)
			}
			wantKinds(t, x.passes(15*time.Minute-time.Millisecond))
			events = x.passes(time.Millisecond)
			wantKinds(t, events, directdial.EvExpired, directdial.EvHandedOff, directdial.EvOffered)
			if e := events[1]; e.From != before.Holder || e.Expert != want || e.Reason != directdial.NoAnswer {
				t.Errorf("handed off: %+v, want to %s", e, want)
			}
			x.bringAll()
			wantKinds(t, x.passes(45*time.Minute-time.Millisecond))
		}
		wantKinds(t, x.passes(time.Millisecond), directdial.EvReminded)
		wantKinds(t, x.passes(15*time.Minute), directdial.EvExpired, directdial.EvLate, directdial.EvNoticed)
		if d := x.now(d); !d.Late || d.Holder != "ana" || !d.State.Open() || d.Hop != 3 || !d.Due.IsZero() {
			t.Errorf("after the last hop the dial is %+v", d)
		}
		wantKinds(t, x.passes(30*time.Hour))
	})
}

func TestTakenDialThatIsNotAnsweredGoesOn(t *testing.T) {
	inBubble(t, clocked(), func(t *testing.T, x *exchange) {
		d := x.offered("complaint #billing")
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: d.ID, By: "ana"})
		if due := x.now(d).Due; !due.Equal(at(13, 0)) {
			t.Errorf("the reminder is due at %s", due)
		}
		wantKinds(t, x.passes(3*time.Hour), directdial.EvReminded)
		wantKinds(t, x.passes(time.Hour), directdial.EvExpired, directdial.EvHandedOff, directdial.EvOffered)
		if d := x.now(d); d.Holder != "bo" || d.State != directdial.Offered || !d.AcceptBy.Equal(at(15, 0)) || !d.Reminded.IsZero() {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestClocksStandStillAfterHours(t *testing.T) {
	d := clocked(expert("ana", func(e *directdial.Expert) { e.Hours = []string{"9-17"} }), func(d *directdial.Directory) {
		d.Rules.Fallback = ""
	})
	inBubble(t, d, func(t *testing.T, x *exchange) {
		time.Sleep(6*time.Hour + 30*time.Minute)
		d := x.offered("complaint #billing")
		day := 24 * time.Hour
		if !d.RemindAccept.Equal(at(9, 15).Add(day)) || !d.AcceptBy.Equal(at(9, 30).Add(day)) || !d.AnswerBy.Equal(at(12, 30).Add(day)) {
			t.Errorf("the clocks are %s, %s, %s", d.RemindAccept, d.AcceptBy, d.AnswerBy)
		}
		wantKinds(t, x.passes(16*time.Hour+44*time.Minute))
		wantKinds(t, x.passes(time.Minute), directdial.EvReminded)
		wantKinds(t, x.passes(15*time.Minute), directdial.EvExpired, directdial.EvHandedOff, directdial.EvOffered)
	})
}

func TestAmbassadorNeverEscalates(t *testing.T) {
	inBubble(t, clocked(), func(t *testing.T, x *exchange) {
		d := x.offered("ambassador #billing")
		wantKinds(t, x.passes(30*time.Hour))
		if d := x.now(d); d.Holder != "ana" || d.Hop != 1 || d.Late {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestCardThatNeverArrivedIsNotHeldAgainstItsReceiver(t *testing.T) {
	inBubble(t, clocked(), func(t *testing.T, x *exchange) {
		d := x.dialOf(x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"}))
		events := x.passes(time.Hour)
		wantKinds(t, events, directdial.EvReminded, directdial.EvExpired, directdial.EvHandedOff, directdial.EvOffered)
		if d = x.now(d); d.Holder != "bo" || d.Reason != directdial.Lapsed {
			t.Errorf("the dial is %+v", d)
		}
	})
}

// The gate closes for the holder at the minute at which the grant ends, whether
// they have taken the dial or not, and in between two attempts to send it.
func TestGrantThatEndsClosesTheGateForOpenDials(t *testing.T) {
	ends := expert("ana", func(e *directdial.Expert) { e.Grants[0].Until = at(11, 30) })
	inBubble(t, change(ends), func(t *testing.T, x *exchange) {
		taken := x.offered("complaint #billing")
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: taken.ID, By: "ana"})
		// Two later ones go to Bo, who holds less, and one to Ana whose channel is down.
		var waits directdial.Dial
		for waits.Holder != "ana" {
			waits = x.dialOf(x.hear(directdial.Mention{ID: time.Now().String(), Text: "complaint #billing"}))
			time.Sleep(time.Second)
		}
		x.do(directdial.Action{Kind: directdial.ActRetry, Offer: directdial.OfferID(waits.ID, 1), Channel: "terminal", Attempt: 1})
		wantKinds(t, x.passes(time.Until(at(11, 30))-time.Millisecond))
		wantKinds(t, x.passes(time.Millisecond),
			directdial.EvHandedOff, directdial.EvOffered, directdial.EvHandedOff, directdial.EvOffered)
		for _, d := range []directdial.Dial{taken, waits} {
			if d = x.now(d); d.Holder != "bo" || d.State != directdial.Offered || d.Cause != directdial.GrantEnded {
				t.Errorf("the dial is %+v", d)
			}
		}
		if o, _ := x.router.Offer(directdial.OfferID(waits.ID, 1)); !o.Past {
			t.Errorf("the card that waited may still be sent: %+v", o)
		}
	})
}

func TestGrantThatWasExtendedKeepsTheGateOpen(t *testing.T) {
	ends := func(hour int) *directdial.Directory {
		return change(expert("ana", func(e *directdial.Expert) { e.Grants[0].Until = at(hour, 0) }))
	}
	inBubble(t, ends(11), func(t *testing.T, x *exchange) {
		d := x.offered("complaint #billing")
		x.configure(ends(13))
		wantKinds(t, x.passes(3*time.Hour-time.Minute))
		if d := x.now(d); d.Holder != "ana" {
			t.Fatalf("the dial is %+v", d)
		}
		// It ends earlier than the log knows, too; a start forgets nothing of it.
		x.restart()
		wantKinds(t, x.passes(time.Minute), directdial.EvHandedOff, directdial.EvOffered)
	})
}

func TestGrantThatIsTakenAwayHandsOnAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		plan  *directdial.Directory
		cause directdial.Reason
	}{
		"taken away": {change(expert("ana", func(e *directdial.Expert) { e.Grants = nil })), directdial.NoGrant},
		"ended":      {change(expert("ana", func(e *directdial.Expert) { e.Grants[0].Until = at(9, 0) })), directdial.GrantEnded},
		"gone":       {change(func(d *directdial.Directory) { d.Experts = d.Experts[1:] }), directdial.Unknown},
		"no address": {change(expert("ana", func(e *directdial.Expert) { e.Addresses = nil })), directdial.Unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, office(), func(t *testing.T, x *exchange) {
				d := x.offered("complaint #billing")
				x.configure(c.plan)
				if d = x.now(d); d.Holder != "bo" || d.Reason != directdial.GateClosed || d.Cause != c.cause {
					t.Errorf("the dial is %+v, want it to go on because of %q", d, c.cause)
				}
			})
		})
	}
}

// Nobody is there in the evening: the dial stays with its owner until somebody
// is, and is not forgotten over night.
func TestDialThatNobodyCanTakeNowIsDecidedAnewWhenSomebodyIsThere(t *testing.T) {
	d := clocked(expert("bo", func(e *directdial.Expert) { e.Hours = []string{"8-12"} }), expert("kim", func(e *directdial.Expert) { e.Grants = nil }))
	inBubble(t, d, func(t *testing.T, x *exchange) {
		time.Sleep(4 * time.Hour)
		d := x.offered("complaint #billing")
		wantKinds(t, x.passes(time.Hour), directdial.EvReminded, directdial.EvExpired, directdial.EvLate, directdial.EvNoticed)
		morning := at(8, 0).Add(24 * time.Hour)
		if d := x.now(d); !d.Late || d.Holder != "ana" || d.For != "bo" || !d.Until.Equal(morning) || !d.Due.Equal(morning) {
			t.Errorf("in the evening the dial is %+v", d)
		}
		wantKinds(t, x.passes(time.Until(morning)), directdial.EvHandedOff, directdial.EvOffered)
		if d := x.now(d); d.Late || d.Holder != "bo" || d.Until != (time.Time{}) || len(d.Previous) != 1 {
			t.Errorf("in the morning the dial is %+v", d)
		}
		x.bringAll()
		wantKinds(t, x.passes(time.Hour), directdial.EvReminded, directdial.EvExpired, directdial.EvLate, directdial.EvNoticed)
	})
}

func TestOfTwoWhoTakeADialAtOnceOneWins(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		d := x.offered("complaint #billing")
		x.send(directdial.Action{ID: "bo-takes", Kind: directdial.ActTake, Dial: d.ID, By: "bo"})
		x.send(directdial.Action{ID: "ana-takes", Kind: directdial.ActTake, Dial: d.ID, By: "ana"})
		x.settle()
		won, _ := x.router.Await(t.Context(), "bo-takes")
		lost, err := x.router.Await(t.Context(), "ana-takes")
		if err != nil || won.Refused() || !lost.Refused() || lost.Words != "Bo took it at 10:00 UTC" {
			t.Errorf("Bo: %+v; Ana: %+v, %v", won, lost, err)
		}
	})
}

// Killed at any moment, the clock goes on where it was.
func TestClockGoesOnAfterAKill(t *testing.T) {
	inBubble(t, clocked(), func(t *testing.T, x *exchange) {
		d := x.offered("complaint #billing")
		x.passes(50 * time.Minute)
		x.crash()
		time.Sleep(3 * time.Hour)
		x.start()
		if d := x.now(d); d.Hop != 2 || d.Holder != "bo" || !d.AcceptBy.Equal(at(14, 50)) {
			t.Errorf("the dial is %+v", d)
		}
	})
}

// Ana's leave begins at noon: what she holds goes on then, taken or not, and
// what comes in the morning is to be sent before.
func TestLeaveThatBeginsInTheMiddleOfADialHandsItOn(t *testing.T) {
	d := clocked(expert("ana", func(e *directdial.Expert) { e.Calendar = "12-60" }))
	inBubble(t, d, func(t *testing.T, x *exchange) {
		d := x.offered("complaint #billing")
		if o, _ := x.router.Offer(directdial.OfferID(d.ID, 1)); !o.SendBefore.Equal(at(11, 0)) || !d.GateEnds.Equal(at(12, 0)) {
			t.Errorf("to be sent before %s, the gate closes at %s", o.SendBefore, d.GateEnds)
		}
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: d.ID, By: "ana"})
		wantKinds(t, x.passes(2*time.Hour-time.Millisecond))
		wantKinds(t, x.passes(time.Millisecond), directdial.EvHandedOff, directdial.EvOffered)
		if d = x.now(d); d.Holder != "bo" || d.Cause != directdial.Away || d.Reason != directdial.GateClosed {
			t.Errorf("the dial is %+v", d)
		}
	})
}

// Leave was entered in the calendar while the dial was open.
func TestLeaveThatIsEnteredLaterHandsOnWhenItBegins(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		d := x.offered("complaint #billing")
		x.configure(change(expert("ana", func(e *directdial.Expert) { e.Calendar = "12-60" })))
		wantKinds(t, x.passes(2*time.Hour-time.Millisecond))
		wantKinds(t, x.passes(time.Millisecond), directdial.EvHandedOff, directdial.EvOffered)
		if d = x.now(d); d.Holder != "bo" {
			t.Errorf("the dial is %+v", d)
		}
	})
}
