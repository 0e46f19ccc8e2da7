package route

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

func TestDialGoesFromOfferedToTakenToAnswered(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		id := x.dialOf(key).ID
		wantKinds(t, x.do(directdial.Action{Kind: directdial.ActTake, Dial: id, By: "ana"}), directdial.EvAccepted)
		time.Sleep(time.Minute)
		wantKinds(t, x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: id, By: "ana"}), directdial.EvAnswered)
		d := x.dialOf(key)
		if d.State != directdial.Answered || d.Answered.Sub(d.Accepted) != time.Minute || !d.Closed.Equal(d.Answered) {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestColleagueTakesADialThatNobodyHasTaken(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		// Off duty and over budget: who asks for it may have it all the same.
		x.configure(change(expert("bo", func(e *directdial.Expert) {
			e.Hours, e.Budget = []string{"1-2"}, directdial.Budget{}
		})))
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		o := x.outbox()[0]
		x.deliver(o)
		events := x.do(directdial.Action{Kind: directdial.ActTake, Offer: o.ID, By: "bo"})
		wantKinds(t, events, directdial.EvHandedOff, directdial.EvOffered, directdial.EvAccepted)
		d := x.dialOf(key)
		if d.Holder != "bo" || d.State != directdial.Accepted || d.Hop != 2 || d.Previous[0] != "ana" {
			t.Errorf("the dial is %+v", d)
		}
		if past, _ := x.router.Offer(o.ID); !past.Past || past.Turned != past.Revision {
			t.Errorf("Ana's card does not say that it is gone: %+v", past)
		}
		if reason := x.refusedWith(directdial.Action{Kind: directdial.ActTake, Dial: d.ID, By: "ana"}); reason != directdial.Closed {
			t.Errorf("Ana comes too late and hears %q", reason)
		}
	})
}

func TestPassedDialGoesToTheNextColleagueAndNeverBack(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		id := x.dialOf(key).ID
		for _, want := range []string{"bo", "kim"} {
			holder := x.dialOf(key).Holder
			events := x.do(directdial.Action{Kind: directdial.ActPass, Dial: id, By: holder, Reason: directdial.TooBusy})
			wantKinds(t, events, directdial.EvHandedOff, directdial.EvOffered)
			if e := events[0]; e.From != holder || e.Expert != want || e.Reason != directdial.TooBusy || e.By != holder {
				t.Errorf("handed off: %+v, want to %s", e, want)
			}
		}
		events := x.do(directdial.Action{Kind: directdial.ActPass, Dial: id, By: "kim"})
		wantKinds(t, events, directdial.EvLate, directdial.EvNoticed)
		if d := x.dialOf(key); !d.Late || d.Holder != "ana" || d.State != directdial.Offered {
			t.Errorf("after the last hop the dial is %+v", d)
		}
	})
}

func TestDialStaysLateAfterMaxHops(t *testing.T) {
	d := change(func(d *directdial.Directory) { d.Rules.MaxHops = 1 })
	inBubble(t, d, func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: x.dialOf(key).ID, By: "ana"})
		d := x.dialOf(key)
		if !d.Late || d.Holder != "ana" {
			t.Fatalf("the dial is %+v", d)
		}
		// Late is not lost: its owner may take it, and pass it to somebody by name.
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: d.ID, By: "ana"})
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: d.ID, By: "ana", To: "bo"})
		if d := x.dialOf(key); d.Late || d.Holder != "bo" || d.State != directdial.Offered {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestHandOffToANamedColleagueHoldsTheGate(t *testing.T) {
	d := change(func(d *directdial.Directory) {
		d.Experts = append(d.Experts, person("bea", "recall"), hours(person("cleo", "billing"), "1-2"),
			with(person("dan", "billing"), func(e *directdial.Expert) { e.Budget = directdial.Budget{} }),
			with(person("eve", "billing"), func(e *directdial.Expert) { e.Addresses = nil }))
	})
	inBubble(t, d, func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		id := x.dialOf(key).ID
		for to, want := range map[string]directdial.Reason{
			"bea": directdial.NoGrant, "cleo": directdial.OffDuty, "dan": directdial.OverBudget,
			"eve": directdial.Unreachable, "ana": directdial.HeldBefore, "nobody": directdial.Unknown,
		} {
			if got := x.refusedWith(directdial.Action{Kind: directdial.ActPass, Dial: id, By: "ana", To: to}); got != want {
				t.Errorf("to %s: refused with %q, want %q", to, got, want)
			}
		}
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: id, By: "ana", To: "kim", Reason: directdial.NeedsApproval})
		if d := x.dialOf(key); d.Holder != "kim" || d.Reason != directdial.NeedsApproval {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestDeclinedDialIsClosed(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		id := x.dialOf(key).ID
		x.do(directdial.Action{Kind: directdial.ActDecline, Dial: id, By: "ana"})
		if d := x.dialOf(key); d.State != directdial.Declined || d.Reason != directdial.NotUs || len(x.outbox()) != 0 {
			t.Errorf("the dial is %+v", d)
		}
		if e := x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: id, By: "ana"}); len(e) != 1 || e[0].Kind != directdial.EvRefused {
			t.Errorf("a declined dial: %+v", e)
		}
	})
}

func TestActionsThatCannotBeAreRefusedAndChangeNothing(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		open := x.dialOf(key)
		taken := x.dialOf(x.hear(directdial.Mention{ID: "2", Text: "complaint #recall"}))
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: taken.ID, By: "kim"})
		done := x.dialOf(x.hear(directdial.Mention{ID: "3", Text: "complaint #recall"}))
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: done.ID, By: "kim"})
		for name, c := range map[string]struct {
			action directdial.Action
			want   directdial.Reason
		}{
			"no such dial":            {directdial.Action{Kind: directdial.ActTake, Dial: "d0", By: "ana"}, directdial.Unknown},
			"no dial named":           {directdial.Action{Kind: directdial.ActTake, By: "ana"}, directdial.Unknown},
			"no such expert":          {directdial.Action{Kind: directdial.ActTake, Dial: open.ID, By: "mallory"}, directdial.Unknown},
			"nobody":                  {directdial.Action{Kind: directdial.ActDecline, Dial: open.ID}, directdial.Unknown},
			"ops take":                {directdial.Action{Kind: directdial.ActTake, Dial: open.ID, By: "ops"}, directdial.NotHolder},
			"not enabled":             {directdial.Action{Kind: directdial.ActTake, Dial: x.dialOf(x.hear(directdial.Mention{ID: "4", Text: "complaint #recall"})).ID, By: "ana"}, directdial.NoGrant},
			"taken twice":             {directdial.Action{Kind: directdial.ActTake, Dial: taken.ID, By: "kim"}, directdial.Closed},
			"answered by another":     {directdial.Action{Kind: directdial.ActAnswered, Dial: open.ID, By: "bo"}, directdial.NotHolder},
			"declined by another":     {directdial.Action{Kind: directdial.ActDecline, Dial: open.ID, By: "bo"}, directdial.NotHolder},
			"passed by another":       {directdial.Action{Kind: directdial.ActPass, Dial: open.ID, By: "bo"}, directdial.NotHolder},
			"taken after the answer":  {directdial.Action{Kind: directdial.ActTake, Dial: done.ID, By: "kim"}, directdial.Closed},
			"passed after the answer": {directdial.Action{Kind: directdial.ActPass, Dial: done.ID, By: "kim"}, directdial.Closed},
			"answered twice":          {directdial.Action{Kind: directdial.ActAnswered, Dial: done.ID, By: "kim"}, directdial.Closed},
			"a reason of their own":   {directdial.Action{Kind: directdial.ActPass, Dial: open.ID, By: "ana", Reason: directdial.TakenOver}, directdial.Unknown},
		} {
			before := dump(t, x.db)
			if got := x.refusedWith(c.action); got != c.want {
				t.Errorf("%s: refused with %q, want %q", name, got, c.want)
			}
			after := dump(t, x.db)
			for _, bucket := range []string{bDials, bOffers, bMentions, bExperts, bOutbox} {
				if d := difference(map[string]map[string]string{bucket: before[bucket]}, map[string]map[string]string{bucket: after[bucket]}); d != "" {
					t.Errorf("%s changed something: %s", name, d)
				}
			}
		}
	})
}

// A grant that ended since closes the gate for the holder, too, and the dial has
// gone on by then.
func TestHolderWhoseGrantEndedCannotTakeIt(t *testing.T) {
	d := change(expert("ana", func(e *directdial.Expert) { e.Grants[0].Until = time.Date(2000, 1, 1, 11, 0, 0, 0, time.UTC) }))
	inBubble(t, d, func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		time.Sleep(time.Hour)
		x.settle()
		if got := x.refusedWith(directdial.Action{Kind: directdial.ActTake, Dial: x.dialOf(key).ID, By: "ana"}); got != directdial.GrantEnded {
			t.Errorf("refused with %q", got)
		}
		if d := x.dialOf(key); d.Holder != "bo" || d.Reason != directdial.GateClosed || d.Cause != directdial.GrantEnded {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestPublicAnswerOfAnAccountOfOursClosesTheDial(t *testing.T) {
	d := change(expert("bo", func(e *directdial.Expert) { e.Accounts = []string{"mastodon:@bo@social.example"} }))
	inBubble(t, d, func(t *testing.T, x *exchange) {
		root := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		reply := x.keys.Mention("mastodon", "seen by nobody")
		stranger := directdial.Action{Kind: directdial.ActAnswer, Source: "crm", Mention: root, Account: "mastodon:mallory@social.example"}
		if got := x.refusedWith(stranger); got != directdial.Unknown {
			t.Errorf("refused with %q", got)
		}
		// It answers a post that we never heard, in a thread that we know.
		events := x.do(directdial.Action{Kind: directdial.ActAnswer, Source: "crm", Mention: reply, Thread: root, Account: "mastodon:Bo@social.example"})
		wantKinds(t, events, directdial.EvAnswered)
		if d := x.dialOf(root); d.State != directdial.Answered || events[0].By != "bo" {
			t.Errorf("the dial is %+v, answered by %q", d, events[0].By)
		}
		second := x.hear(directdial.Mention{ID: "2", Text: "complaint #billing"})
		events = x.do(directdial.Action{Kind: directdial.ActAnswer, Source: "crm", Mention: second, Account: "mastodon:@ACME@mastodon.example"})
		if events[0].By != "kim" {
			t.Errorf("the account of the brand is held by kim, answered by %q", events[0].By)
		}
	})
}

func TestWhoWaitsForAJudgementGetsIt(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.send(directdial.Action{ID: "mine", Kind: directdial.ActTake, Dial: x.dialOf(key).ID, By: "ana"})
		if j, err := x.router.Await(t.Context(), "mine"); err != nil || j.Refused() || j.Event.Kind != directdial.EvAccepted {
			t.Errorf("the judgement is %+v, %v", j, err)
		}
		x.send(directdial.Action{ID: "again", Kind: directdial.ActTake, Dial: x.dialOf(key).ID, By: "ana"})
		if j, err := x.router.Await(t.Context(), "again"); err != nil || !j.Refused() || j.Words == "" {
			t.Errorf("the judgement is %+v, %v", j, err)
		}
	})
}

// The log was cut behind the step that opened the dial.
func TestDialGoesOnWithoutTheCaseThatOpenedIt(t *testing.T) {
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		if err := x.bus.Erase(t.Context(), bus.Dials, x.record(key).Step); err != nil {
			t.Fatal(err)
		}
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: x.dialOf(key).ID, By: "ana"})
		if d := x.dialOf(key); d.Holder != "bo" || d.Hop != 2 {
			t.Errorf("the dial is %+v", d)
		}
	})
}

// alone is an office in which only Ana, who owns nothing, may answer billing: its
// owner Bo is not enabled yet.
func alone() *directdial.Directory {
	return change(func(d *directdial.Directory) {
		d.Topics[0].Owner, d.Rules.Fallback = "bo", ""
		d.Experts[1].Grants, d.Experts[2].Grants = nil, nil
	})
}

func TestADialStaysWhereNobodyElseMayTakeIt(t *testing.T) {
	inBubble(t, alone(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		before := x.dialOf(key)
		for _, why := range []directdial.Reason{"", directdial.TooBusy} {
			for _, by := range []string{"ana", "kim", "ops"} {
				if got := x.refusedWith(directdial.Action{Kind: directdial.ActPass, Dial: before.ID, By: by, Reason: why}); got != directdial.NobodyEnabled {
					t.Errorf("passed on by %s (%q): refused with %q", by, why, got)
				}
			}
		}
		if d := x.dialOf(key); d.Holder != "ana" || d.Late || d.Revision != before.Revision {
			t.Errorf("the dial is %+v", d)
		}
		// Who may not keep it is not left with it.
		wantKinds(t, x.do(directdial.Action{Kind: directdial.ActPass, Dial: before.ID, By: "ana", Reason: directdial.NotAllowed}), directdial.EvLate, directdial.EvNoticed)
		if d := x.dialOf(key); d.Holder != "bo" || !d.Late {
			t.Errorf("the dial is %+v", d)
		}
	})
}

// With whom a dial is late has not held it before: once they are enabled, a coach
// may pass it to them.
func TestALateDialIsPassedToItsOwnerOnceTheyAreEnabled(t *testing.T) {
	inBubble(t, alone(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		id := x.dialOf(key).ID
		x.says(directdial.Action{Kind: directdial.ActPass, Dial: id, By: "ana", Reason: directdial.NotMyTopic})
		toBo := directdial.Action{Kind: directdial.ActPass, Dial: id, By: "kim", To: "bo"}
		if got := x.refusedWith(toBo); got != directdial.NoGrant {
			t.Errorf("before the grant: refused with %q", got)
		}
		x.configure(change(func(d *directdial.Directory) { d.Topics[0].Owner = "bo" }))
		wantKinds(t, x.says(toBo), directdial.EvHandedOff, directdial.EvOffered)
		if d := x.dialOf(key); d.Holder != "bo" || d.Late {
			t.Errorf("the dial is %+v", d)
		}
		if got := x.refusedWith(directdial.Action{Kind: directdial.ActPass, Dial: id, By: "bo", To: "ana"}); got != directdial.HeldBefore {
			t.Errorf("back to Ana: refused with %q", got)
		}
	})
}
