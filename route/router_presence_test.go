package route

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

func TestWhoIsAwayHandsOnAtOnceAndIsNotDialledUntilTheyAreBack(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		offered, taken := x.offered("complaint #billing"), directdial.Dial{}
		for taken.Holder != "ana" {
			taken = x.offered("complaint #billing")
			time.Sleep(time.Second)
		}
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: taken.ID, By: "ana"})
		tomorrow := at(9, 0).Add(24 * time.Hour)
		events := x.do(directdial.Action{Kind: directdial.ActAway, By: "ana", Until: tomorrow})
		wantKinds(t, events, directdial.EvAway, directdial.EvHandedOff, directdial.EvOffered, directdial.EvHandedOff, directdial.EvOffered)
		for _, d := range []directdial.Dial{offered, taken} {
			if d = x.now(d); d.Holder != "bo" || d.State != directdial.Offered || d.Cause != directdial.Away {
				t.Errorf("the dial is %+v", d)
			}
		}
		if d := x.offered("question #billing"); d.Holder == "ana" {
			t.Errorf("with Ana away it went to %s", d.Holder)
		}
		x.passes(time.Until(tomorrow))
		if d := x.offered("question #billing"); d.Holder != "ana" {
			t.Errorf("with Ana back it went to %s", d.Holder)
		}
	})
}

func TestWhatWaitsIsDialledWhenSomebodyIsBackEarlier(t *testing.T) {
	d := change(func(d *directdial.Directory) { d.Experts, d.Rules.Fallback = d.Experts[:1], "" })
	inBubble(t, d, func(t *testing.T, x *exchange) {
		x.do(directdial.Action{Kind: directdial.ActAway, By: "ops", Expert: "ana", Until: at(9, 0).Add(48 * time.Hour)})
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		if rec := x.record(key); rec.State != directdial.Parked || !rec.Until.Equal(at(9, 0).Add(48*time.Hour)) {
			t.Errorf("the mention is %+v", rec)
		}
		x.do(directdial.Action{Kind: directdial.ActBack, By: "ana"})
		if rec := x.record(key); rec.State != directdial.Dialled {
			t.Errorf("with Ana back the mention is %+v", rec)
		}
	})
}

// Who takes a dial although they are away wants it.
func TestDialTakenWhileAwayStaysWithWhoTookIt(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.do(directdial.Action{Kind: directdial.ActAway, By: "bo"})
		d := x.offered("complaint #billing")
		time.Sleep(time.Minute)
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: d.ID, By: "bo"})
		x.configure(office())
		if d = x.now(d); d.Holder != "bo" || d.State != directdial.Accepted {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestPresenceThatCannotBeIsRefused(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.do(directdial.Action{Kind: directdial.ActAway, By: "kim", Expert: "bo"})
		for name, c := range map[string]struct {
			action directdial.Action
			want   directdial.Reason
		}{
			"of a stranger":           {directdial.Action{Kind: directdial.ActAway, By: "ops", Expert: "mallory"}, directdial.Unknown},
			"by a stranger":           {directdial.Action{Kind: directdial.ActAway, By: "mallory", Expert: "ana"}, directdial.NotHolder},
			"by a colleague":          {directdial.Action{Kind: directdial.ActAway, By: "bo", Expert: "ana"}, directdial.NotHolder},
			"until yesterday":         {directdial.Action{Kind: directdial.ActAway, By: "ana", Until: at(9, 0)}, directdial.Unknown},
			"twice":                   {directdial.Action{Kind: directdial.ActAway, By: "bo"}, directdial.Duplicate},
			"back without leaving":    {directdial.Action{Kind: directdial.ActBack, By: "ana"}, directdial.Duplicate},
			"unreachable stranger":    {directdial.Action{Kind: directdial.ActUnreachable, Expert: "mallory", Channel: "terminal"}, directdial.Unknown},
			"unknown channel":         {directdial.Action{Kind: directdial.ActUnreachable, Expert: "ana", Channel: "pager"}, directdial.Unknown},
			"reachable as before":     {directdial.Action{Kind: directdial.ActReachable, Expert: "ana", Channel: "terminal"}, directdial.Duplicate},
			"transfer by a colleague": {directdial.Action{Kind: directdial.ActTransfer, By: "ana", Expert: "bo", To: "ana"}, directdial.NotHolder},
			"transfer to nobody":      {directdial.Action{Kind: directdial.ActTransfer, By: "kim", Expert: "bo", To: "mallory"}, directdial.Unknown},
			"transfer of nobody":      {directdial.Action{Kind: directdial.ActTransfer, By: "kim", Expert: "mallory", To: "ana"}, directdial.Unknown},
			"transfer to themselves":  {directdial.Action{Kind: directdial.ActTransfer, By: "kim", Expert: "ana", To: "ana"}, directdial.Unknown},
		} {
			if got := x.refusedWith(c.action); got != c.want {
				t.Errorf("%s: refused with %q, want %q", name, got, c.want)
			}
		}
	})
}

// The card that went out came back: it goes by another channel, and to a
// colleague where there is none.
func TestWhoCannotBeReachedIsReachedOtherwiseOrNotDialled(t *testing.T) {
	d := change(expert("ana", func(e *directdial.Expert) {
		e.Addresses = map[string]string{"email": "a", "slack": "s"}
		e.Prefer = "email"
	}))
	inBubble(t, d, func(t *testing.T, x *exchange) {
		d := x.offered("complaint #billing")
		lost := directdial.Action{Kind: directdial.ActUnreachable, Expert: "ana", Channel: "email", Detail: "550 5.1.1"}
		wantKinds(t, x.do(lost), directdial.EvUnreachable, directdial.EvTold, directdial.EvOffered)
		if out := x.outbox(); len(out) != 2 || out[1].Card != directdial.NewsCard || out[1].Expert != "kim" || out[1].About != "ana" || out[1].Detail != "email" {
			t.Errorf("the outbox is %+v", out)
		}
		if o, _ := x.router.Offer(directdial.OfferID(d.ID, 1)); o.Channel != "slack" || o.Expert != "ana" || o.Tried[0] != "email" {
			t.Errorf("the offer is %+v", o)
		}
		lost.Channel = "slack"
		wantKinds(t, x.do(lost), directdial.EvUnreachable, directdial.EvTold, directdial.EvHandedOff, directdial.EvOffered)
		if d = x.now(d); d.Holder != "bo" || d.Cause != directdial.Unreachable {
			t.Errorf("the dial is %+v", d)
		}
		if d := x.offered("question #billing"); d.Holder == "ana" {
			t.Error("somebody was dialled whom no channel reaches")
		}
		x.do(directdial.Action{Kind: directdial.ActReachable, Expert: "ana", Channel: "slack"})
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: d.ID, By: "bo", To: "kim"})
		if d := x.offered("question #billing"); d.Holder != "ana" {
			t.Errorf("with Ana reached again it went to %s", d.Holder)
		}
	})
}

func TestQuestionToTheCoachLeavesTheDialWhereItIs(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		d := x.offered("complaint #billing")
		ask := directdial.Action{Kind: directdial.ActAsk, Dial: d.ID, By: "ana"}
		events := x.do(ask)
		wantKinds(t, events, directdial.EvAsked)
		if now := x.now(d); now.Holder != "ana" || now.State != directdial.Offered || now.Revision != d.Revision {
			t.Errorf("the dial is %+v", now)
		}
		out := x.outbox()
		if len(out) != 1 || out[0].Card != directdial.QuestionCard || out[0].Expert != "kim" || out[0].Asks != "ana" || out[0].ID != events[0].Offer {
			t.Fatalf("the outbox is %+v", out)
		}
		x.deliver(out[0])
		if got := x.refusedWith(ask); got != directdial.Duplicate {
			t.Errorf("at once again: refused with %q", got)
		}
		if got := x.refusedWith(directdial.Action{Kind: directdial.ActAsk, Dial: d.ID, By: "bo"}); got != directdial.NotHolder {
			t.Errorf("by somebody else: refused with %q", got)
		}
		time.Sleep(time.Hour)
		wantKinds(t, x.do(ask), directdial.EvAsked)
		if d := x.offered("complaint #recall"); d.Holder == "kim" {
			ask.Dial, ask.By = d.ID, "kim"
			if got := x.refusedWith(ask); got != directdial.Unreachable {
				t.Errorf("the only coach asks: refused with %q", got)
			}
		}
	})
}

func TestAllThatSomebodyHasGoesToAColleague(t *testing.T) {
	author := directdial.Author{ID: "42"}
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		known := x.dialOf(x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: author}))
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: known.ID, By: "ana"})
		open := x.dialOf(x.hear(directdial.Mention{ID: "2", Text: "complaint #billing", Author: author}))
		notHis := x.dialOf(x.hear(directdial.Mention{ID: "3", Text: "complaint #recall"}))
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: open.ID, By: "ana"})
		events := x.do(directdial.Action{Kind: directdial.ActTransfer, By: "kim", Expert: "ana", To: "bo", Detail: "leaves"})
		wantKinds(t, events, directdial.EvTransferred, directdial.EvHandedOff, directdial.EvOffered)
		if e := events[0]; e.Count != 1 || e.From != "ana" || e.Expert != "bo" || e.Detail != "leaves" || len(e.Charges) != 1 || e.Charges[0].Topic != "billing" {
			t.Errorf("transferred: %+v", e)
		}
		if d := x.now(open); d.Holder != "bo" || d.Reason != directdial.Transferred {
			t.Errorf("the dial is %+v", d)
		}
		if d := x.dialOf(x.hear(directdial.Mention{ID: "4", Text: "question #billing", Author: author})); d.Holder != "bo" {
			t.Errorf("the author who knew Ana goes to %s", d.Holder)
		}
		if topics := x.router.NotEnabled("bo", []directdial.Charge{{Topic: "billing"}, {Topic: "recall"}}); !slices.Equal(topics, []string{"recall"}) {
			t.Errorf("Bo is not enabled for %v", topics)
		}
		// Bo may not have what Kim holds: it goes to nobody, and so to its owner, who
		// is Bo now.
		x.do(directdial.Action{Kind: directdial.ActTransfer, By: "ops", Expert: "kim", To: "bo"})
		if d := x.now(notHis); d.Holder != "bo" || !d.Late {
			t.Errorf("the dial is %+v", d)
		}
	})
}

// What is in the hands of somebody by the configuration goes with the rest, and
// stays where it went until the configuration says something else of it.
func TestAccountsAndTopicsGoToAColleagueUntilTheConfigurationSaysSo(t *testing.T) {
	const acme = "mastodon:@acme@mastodon.example"
	held := func(holder, owner string) *directdial.Directory {
		return change(func(d *directdial.Directory) {
			d.Brands = []directdial.Brand{{Name: "Acme", Accounts: []directdial.Account{{ID: acme, Holder: holder}}}}
			d.Topics[0].Owner = owner
		})
	}
	inBubble(t, held("ana", "ana"), func(t *testing.T, x *exchange) {
		has := func(expert, want string) {
			t.Helper()
			got := ""
			for _, c := range x.router.Charges(expert) {
				got += c.Account + c.Topic + " "
			}
			if strings.TrimSpace(got) != want {
				t.Errorf("%s has %q, want %q", expert, got, want)
			}
		}
		has("ana", acme+" billing")
		x.says(directdial.Action{Kind: directdial.ActTransfer, By: "kim", Expert: "ana", To: "bo"})
		has("ana", "")
		has("bo", acme+" billing")
		if c := x.router.Charges("bo")[0]; c.Configured != "ana" || !c.Since.Equal(directdial.Clock(time.Now())) {
			t.Errorf("the account is %+v", c)
		}
		d := x.offered("complaint #billing")
		x.says(directdial.Action{Kind: directdial.ActAnswer, Source: "crm", Mention: d.Mentions[0], Account: acme})
		if by := x.steps()[len(x.steps())-1].Events[0].By; by != "bo" {
			t.Errorf("what the account answered was by %q", by)
		}
		x.says(directdial.Action{Kind: directdial.ActTransfer, By: "kim", Expert: "bo", To: "kim"})
		has("kim", acme+" billing recall")
		x.restart()
		has("kim", acme+" billing recall")

		x.configure(held("bo", "ana")) // another holder, the same owner
		has("bo", acme)
		has("kim", "billing recall")
		x.configure(held("ana", "ana")) // what it said first does not bring the transfer back
		has("ana", acme)
		has("kim", "billing recall")
		gone := held("ana", "ana")
		gone.Experts = gone.Experts[:2]
		x.configure(gone) // who had it is there no longer
		has("ana", acme+" billing")
	})
}

// Who keeps what nobody may take is told from the owner as they are now.
func TestWhatIsParkedWaitsWithWhomItsTopicWasTransferredTo(t *testing.T) {
	nobody := change(func(d *directdial.Directory) { d.Rules.Fallback = "" }, expert("kim", func(e *directdial.Expert) { e.Grants = nil }))
	inBubble(t, nobody, func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #recall"})
		if rec := x.record(key); rec.Owner != "kim" {
			t.Fatalf("before, it waits with %s", rec.Owner)
		}
		x.says(directdial.Action{Kind: directdial.ActTransfer, By: "kim", Expert: "kim", To: "bo"})
		if rec := x.record(key); rec.Owner != "bo" {
			t.Errorf("it waits with %s", rec.Owner)
		}
	})
}
