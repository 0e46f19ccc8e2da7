package route

import (
	"testing"

	"github.com/directdial/directdial"
)

func TestMentionBecomesACardAndTheOutboxEmpties(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		d := x.dialOf(key)
		if d.State != directdial.Offered || d.Holder != "ana" || d.Tag != directdial.Complaint || d.Topic != "billing" {
			t.Errorf("the dial is %+v", d)
		}
		out := x.outbox()
		if len(out) != 1 || out[0].Expert != "ana" || out[0].Channel != "terminal" || out[0].Revision != 1 {
			t.Fatalf("the outbox is %+v", out)
		}
		x.deliver(out[0])
		if out := x.outbox(); len(out) != 0 {
			t.Errorf("after the delivery the outbox is %+v", out)
		}
		if o, _ := x.router.Offer(out[0].ID); o.Ref == "" || o.Shown != 1 {
			t.Errorf("the offer is %+v", o)
		}
	})
}

func TestSameMentionThriceIsOneDialAlsoAfterARestart(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		m := directdial.Mention{ID: "1", Text: "complaint #billing"}
		key := x.hear(m)
		x.deliver(x.outbox()[0])
		x.hear(m)
		x.restart()
		x.hear(m)
		if l, err := x.router.Ledger(t.Context()); err != nil || l.Mentions != 1 || l.Repeats != 2 || l.Dials != 1 {
			t.Errorf("the ledger is %+v, %v", l, err)
		}
		if d := x.dialOf(key); d.Revision != 1 || len(x.outbox()) != 0 {
			t.Errorf("a repeat changed the card: %+v", d)
		}
	})
}

func TestRepeatChangesNothingButTheReach(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		m := directdial.Mention{ID: "1", Text: "complaint #billing", Reach: directdial.Reach{Likes: 1}}
		key := x.hear(m)
		before := x.record(key)
		m.Reach.Likes = 7
		x.hear(m)
		before.Reach.Likes = 7
		if got := x.record(key); got != before {
			t.Errorf("the record is %+v, want %+v", got, before)
		}
		m.Reach = directdial.Reach{}
		x.hear(m)
		if got := x.record(key).Reach.Likes; got != 7 {
			t.Errorf("a repeat that tells no reach set the likes to %d", got)
		}
		x.do(directdial.Action{Kind: directdial.ActReach, Mention: key, Source: "crm", Reach: &directdial.Reach{Likes: 9}})
		if got := x.record(key).Reach.Likes; got != 9 {
			t.Errorf("after a report of 9 likes there are %d", got)
		}
	})
}

func TestWhatIsNotDialledHasAStateAndAReason(t *testing.T) {
	for name, c := range map[string]struct {
		mention directdial.Mention
		state   directdial.MentionState
		reason  directdial.Reason
	}{
		"no tag":          {directdial.Mention{Text: "hello #billing"}, directdial.Suppressed, directdial.NoTag},
		"another Acme":    {directdial.Mention{Text: "complaint cartoon"}, directdial.Suppressed, directdial.NotAboutUs},
		"history":         {directdial.Mention{Text: "complaint #billing", History: true}, directdial.Suppressed, directdial.History},
		"own account":     {directdial.Mention{Text: "complaint #billing", Author: directdial.Author{Handle: "@Acme@mastodon.example"}}, directdial.Suppressed, directdial.OwnAccount},
		"last year":       {directdial.Mention{Text: "complaint #billing", CreatedAt: longAgo}, directdial.Suppressed, directdial.TooOld},
		"nobody enabled":  {directdial.Mention{Text: "complaint #recall"}, directdial.Parked, directdial.NobodyEnabled},
		"no fallback for": {directdial.Mention{Text: "complaint"}, directdial.Parked, directdial.NobodyEnabled},
	} {
		t.Run(name, func(t *testing.T) {
			d := change(expert("kim", func(e *directdial.Expert) { e.Grants = nil }))
			inBubble(t, d, func(t *testing.T, x *exchange) {
				c.mention.ID = "1"
				rec := x.record(x.hear(c.mention))
				if rec.State != c.state || rec.Reason != c.reason {
					t.Errorf("%s (%s), want %s (%s)", rec.State, rec.Reason, c.state, c.reason)
				}
			})
		})
	}
}

func TestReceiptOfEveryDecisionDecidesEqual(t *testing.T) {
	d := change(func(d *directdial.Directory) {
		d.Experts[0] = hours(d.Experts[0], "9-17")
		d.Experts[1] = hours(d.Experts[1], "12-13")
	})
	inBubble(t, d, func(t *testing.T, x *exchange) {
		author := directdial.Author{Handle: "u"}
		first := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: author})
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(first).ID, By: "ana"})
		for _, m := range []directdial.Mention{
			{ID: "2", Text: "question #billing"},
			{ID: "3", Text: "nothing"},
			{ID: "4", Text: "complaint #recall"},
			{ID: "5", Text: "thanks", InReplyTo: "1"},
			{ID: "6", Text: "still broken", InReplyTo: "1", Author: author},
			{ID: "7", Text: "ciao", Lang: "it"},
		} {
			x.hear(m)
		}
		for key := range x.said {
			r, err := x.router.Receipt(t.Context(), key)
			if err != nil || !r.Equal {
				t.Errorf("%q: %+v, %v", x.said[key].Text, r, err)
			}
		}
	})
}
