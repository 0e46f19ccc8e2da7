package route

import (
	"fmt"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

func TestThreadOfSixIsOneDialWhoseCardGrowsRevisionByRevision(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		root := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		for i, text := range []string{"me too", "thanks", "question #garden", "same here", "complaint"} {
			x.hear(directdial.Mention{ID: fmt.Sprint(2 + i), Text: text, Thread: "1", InReplyTo: fmt.Sprint(1 + i)})
		}
		d := x.dialOf(root)
		if len(d.Mentions) != 6 || d.Joined != 5 || d.Revision != 6 {
			t.Fatalf("the dial is %+v", d)
		}
		out := x.outbox()
		if len(out) != 1 || out[0].Revision != 1 {
			t.Fatalf("the outbox begins with %+v, want the card as it was offered", out)
		}
		x.deliver(out[0])
		for revision := 2; revision <= 6; revision++ {
			out := x.outbox()
			if len(out) != 1 || out[0].Revision != revision {
				t.Fatalf("the outbox is %+v, want revision %d", out, revision)
			}
			x.do(directdial.Action{Kind: directdial.ActShown, Offer: out[0].ID, Channel: out[0].Channel, Shown: revision})
		}
		if out := x.outbox(); len(out) != 0 {
			t.Errorf("all is shown, and the outbox is %+v", out)
		}
	})
}

func TestStormInAThreadIsShownAtOnce(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.deliver(x.outbox()[0])
		for i := range 30 {
			x.post(directdial.Mention{ID: fmt.Sprint("r", i), Text: "me too", Thread: "1"})
		}
		x.settle()
		if out := x.outbox(); len(out) != 1 || out[0].Revision != 31 {
			t.Errorf("the outbox is %+v, want revision 31", out)
		}
	})
}

// The author names neither tag nor topic, and the holder has gone home and has
// no budget left: the conversation is theirs all the same.
func TestAuthorWhoWritesAfterTheAnswerReopensForTheSameHolder(t *testing.T) {
	d := change(expert("ana", func(e *directdial.Expert) {
		e.Hours = []string{"9-17"}
		e.Budget = directdial.Budget{PerHour: 1, PerDay: 1}
	}), expert("bo", func(e *directdial.Expert) { e.Grants = nil }))
	inBubble(t, d, func(t *testing.T, x *exchange) {
		author := directdial.Author{Handle: "u1"}
		root := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: author})
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(root).ID, By: "ana"})
		time.Sleep(10 * time.Hour) // eight in the evening
		reply := x.hear(directdial.Mention{ID: "2", Text: "it is still broken", InReplyTo: "1", Author: author})
		dial := x.dialOf(reply)
		if dial.ID != x.dialOf(root).ID || dial.State != directdial.Accepted || dial.Holder != "ana" || dial.Hop != 1 {
			t.Errorf("the dial is %+v", dial)
		}
		o, _ := x.router.Offer(directdial.OfferID(dial.ID, 1))
		if o.Turned != dial.Revision {
			t.Errorf("the card does not say that it is their turn again: %+v", o)
		}
		// The next answer closes it again.
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: dial.ID, By: "ana"})
		if s := x.dialOf(root).State; s != directdial.Answered {
			t.Errorf("the dial is %s", s)
		}
	})
}

func TestReopenedDialGoesOnWithSomebodyElseWhenItsHolderIsNotEnabledAnyMore(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*directdial.Directory)
		holder string
		late   bool
	}{
		"to the next colleague": {expert("ana", func(e *directdial.Expert) { e.Grants[0].Until = longAgo }), "bo", false},
		"to nobody": {func(d *directdial.Directory) {
			for i := range d.Experts {
				d.Experts[i].Grants = nil
			}
		}, "ana", true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, office(), func(t *testing.T, x *exchange) {
				author := directdial.Author{Handle: "u1"}
				root := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: author})
				x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(root).ID, By: "ana"})
				x.configure(change(c.change))
				x.hear(directdial.Mention{ID: "2", Text: "it is still broken", InReplyTo: "1", Author: author})
				if d := x.dialOf(root); d.Holder != c.holder || d.Late != c.late || !d.State.Open() {
					t.Errorf("the dial is %+v", d)
				}
			})
		})
	}
}

func TestOthersInTheThreadReopenNothing(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		root := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{Handle: "u1"}})
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(root).ID, By: "ana"})
		x.hear(directdial.Mention{ID: "2", Text: "complaint #billing", InReplyTo: "1", Author: directdial.Author{Handle: "u2"}})
		x.hear(directdial.Mention{ID: "3", Text: "complaint #billing", InReplyTo: "1"})
		if d := x.dialOf(root); d.State != directdial.Answered || d.Joined != 2 {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestThreadOfAWithdrawnDialGetsOneNewDial(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		root := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.do(directdial.Action{Kind: directdial.ActDeletion, Mention: root})
		second := x.hear(directdial.Mention{ID: "2", Text: "complaint #billing", Thread: "1"})
		third := x.hear(directdial.Mention{ID: "3", Text: "complaint #billing", Thread: "1", InReplyTo: "2"})
		fourth := x.hear(directdial.Mention{ID: "4", Text: "complaint #billing", Thread: "1"})
		if a, b := x.dialOf(root), x.dialOf(second); a.State != directdial.Withdrawn || a.ID == b.ID {
			t.Errorf("the dials are %+v and %+v", a, b)
		}
		if d := x.dialOf(second).ID; x.dialOf(third).ID != d || x.dialOf(fourth).ID != d {
			t.Error("the replies have dials of their own")
		}
	})
}

// Its first post is of a withdrawn dial, the post that it answers of another.
func TestReplyJoinsTheDialThatIsThere(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		root := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		other := x.hear(directdial.Mention{ID: "2", Text: "complaint #billing"})
		x.do(directdial.Action{Kind: directdial.ActDeletion, Mention: root})
		reply := x.hear(directdial.Mention{ID: "3", Text: "me too", Thread: "1", InReplyTo: "2"})
		if x.dialOf(reply).ID != x.dialOf(other).ID {
			t.Errorf("the reply has the dial %+v", x.dialOf(reply))
		}
	})
}

func TestParkedThreadBecomesOneDial(t *testing.T) {
	d := change(func(d *directdial.Directory) {
		for i := range d.Experts {
			d.Experts[i].Hours = []string{"9-17"}
		}
	})
	inBubble(t, d, func(t *testing.T, x *exchange) {
		time.Sleep(10 * time.Hour)
		var keys []directdial.Key
		for i := range 5 {
			keys = append(keys, x.hear(directdial.Mention{ID: fmt.Sprint(i), Text: "complaint #billing", Thread: "0"}))
		}
		time.Sleep(13*time.Hour + time.Minute)
		for _, key := range keys {
			if x.dialOf(key).ID != directdial.DialID(keys[0]) {
				t.Errorf("the first post did not open the dial: %+v", x.dialOf(key))
			}
		}
	})
}

func TestBurstBecomesOneCard(t *testing.T) {
	d := change(func(d *directdial.Directory) { d.Rules.Burst = directdial.Burst{Window: 30 * time.Minute, Cards: 2} })
	inBubble(t, d, func(t *testing.T, x *exchange) {
		var last directdial.Key
		for i := range 6 {
			last = x.hear(directdial.Mention{ID: fmt.Sprint(i), Text: "complaint #billing"})
		}
		l, _ := x.router.Ledger(t.Context())
		if l.Dials != 2 || l.Dialled != 6 || x.dialOf(last).Joined != 4 {
			t.Errorf("%d dials for %d mentions, the last has %+v", l.Dials, l.Dialled, x.dialOf(last))
		}
		x.hear(directdial.Mention{ID: "other", Text: "complaint #recall"})
		time.Sleep(31 * time.Minute)
		x.hear(directdial.Mention{ID: "later", Text: "complaint #billing"})
		if l, _ := x.router.Ledger(t.Context()); l.Dials != 4 {
			t.Errorf("another topic, and the same later: %d dials, want 4", l.Dials)
		}
	})
}

func TestAuthorStaysWithTheSameColleague(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		author := directdial.Author{ID: "42"}
		first := x.dialOf(x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: author}))
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: first.ID, By: "ana", To: "bo"})
		for i := range 5 {
			d := x.dialOf(x.hear(directdial.Mention{ID: fmt.Sprint("more", i), Text: "question #billing", Author: author}))
			if d.Holder != "bo" {
				t.Fatalf("mention %d of the author went to %s", i, d.Holder)
			}
			x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: d.ID, By: "bo"})
		}
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: first.ID, By: "bo"})
		x.configure(change(expert("bo", func(e *directdial.Expert) { e.Grants = nil })))
		if d := x.dialOf(x.hear(directdial.Mention{ID: "last", Text: "question #billing", Author: author})); d.Holder != "ana" {
			t.Errorf("without Bo's grant it went to %s", d.Holder)
		}
	})
}
