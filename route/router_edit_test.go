package route

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

func TestEditOfASuppressedTextIsDecidedAnew(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "hello"})
		if rec := x.record(key); rec.State != directdial.Suppressed {
			t.Fatalf("the mention is %s", rec.State)
		}
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		if d := x.dialOf(key); d.Holder != "ana" || d.Mentions[0] != key {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestEditOfADialledMentionChangesItsCard(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.deliver(x.outbox()[0])
		x.hear(directdial.Mention{ID: "1", Text: "question #billing #garden"})
		d, rec := x.dialOf(key), x.record(key)
		if d.Revision != 2 || d.Topic != "billing" || d.Holder != "ana" || rec.Seq != 2 || rec.First != 1 {
			t.Errorf("the dial is %+v, the record %+v", d, rec)
		}
		if out := x.outbox(); len(out) != 1 || out[0].Revision != 2 {
			t.Errorf("the outbox is %+v", out)
		}
		if m, err := x.router.ReadMention(t.Context(), rec); err != nil || m.Text != "question #billing #garden" {
			t.Errorf("the text is %+v, %v", m, err)
		}
	})
}

func TestDeletionOfTheLastPostWithdrawsTheDial(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		first := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		second := x.hear(directdial.Mention{ID: "2", Text: "me too", Thread: "1"})
		x.deliver(x.outbox()[0])
		wantKinds(t, x.do(directdial.Action{Kind: directdial.ActDeletion, Mention: first}), directdial.EvDeleted, directdial.EvWiped)
		if d := x.dialOf(first); d.State != directdial.Offered {
			t.Errorf("with a post left the dial is %s", d.State)
		}
		wantKinds(t, x.do(directdial.Action{Kind: directdial.ActDeletion, Mention: second}), directdial.EvDeleted, directdial.EvWithdrawn, directdial.EvWiped)
		d := x.dialOf(first)
		o, _ := x.router.Offer(directdial.OfferID(d.ID, 1))
		if d.State != directdial.Withdrawn || o.Turned != d.Revision || o.Revision != d.Revision {
			t.Errorf("the dial is %+v, its offer %+v", d, o)
		}
		if reason := x.refusedWith(directdial.Action{Kind: directdial.ActDeletion, Mention: second}); reason != directdial.Unknown {
			t.Errorf("a second deletion is refused with %q", reason)
		}
		if reason := x.refusedWith(directdial.Action{Kind: directdial.ActTake, Dial: d.ID, By: "ana"}); reason != directdial.Closed {
			t.Errorf("a take is refused with %q", reason)
		}
	})
}

func TestCardThatWasNotSentIsNotSentAfterADeletion(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.do(directdial.Action{Kind: directdial.ActDeletion, Mention: key})
		if out := x.outbox(); len(out) != 0 {
			t.Errorf("the outbox is %+v", out)
		}
	})
}

func TestDeletedWhileParkedIsSuppressed(t *testing.T) {
	d := change(func(d *directdial.Directory) {
		for i := range d.Experts {
			d.Experts[i].Hours = []string{"9-17"}
		}
	})
	inBubble(t, d, func(t *testing.T, x *exchange) {
		time.Sleep(10 * time.Hour)
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.do(directdial.Action{Kind: directdial.ActDeletion, Mention: key})
		time.Sleep(24 * time.Hour)
		if rec := x.record(key); rec.State != directdial.Suppressed || rec.Reason != directdial.DeletedSoon {
			t.Errorf("the mention is %+v", rec)
		}
	})
}

// The deletion is on ACTIONS before the mention is on MENTIONS.
func TestActionWaitsForTheMentionsThatItPresupposes(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.keys.Mention("mastodon", "2")
		x.post(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.settle()
		// The router is stopped, so that it finds both at once.
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		x.send(directdial.Action{Kind: directdial.ActDeletion, Mention: key, After: 2})
		x.post(directdial.Mention{ID: "2", Text: "complaint #billing"})
		x.start()
		if d := x.dialOf(key); d.State != directdial.Withdrawn {
			t.Errorf("the dial is %s: the deletion came before its mention", d.State)
		}
	})
}

func TestMentionsThatAreGoneAreNotWaitedFor(t *testing.T) {
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		x.post(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.send(directdial.Action{Kind: directdial.ActTake, Dial: "d1", By: "ana", After: 1})
		if err := x.bus.Erase(t.Context(), bus.Mentions, 1); err != nil {
			t.Fatal(err)
		}
		x.start()
		if _, err := x.router.Await(t.Context(), "a1"); err != nil {
			t.Errorf("the action waits for ever: %v", err)
		}
		// What was never read is missing, and the ledger says so.
		x.post(directdial.Mention{ID: "2", Text: "complaint #billing"})
		x.settle()
		if l, err := x.router.Ledger(t.Context()); err != nil || l.Balanced() {
			t.Errorf("the ledger is %+v, %v", l, err)
		}
	})
}

func TestTextThatIsGoneBeforeItWasDialled(t *testing.T) {
	d := change(func(d *directdial.Directory) {
		for i := range d.Experts {
			d.Experts[i].Hours = []string{"9-17"}
		}
	})
	inBubble(t, d, func(t *testing.T, x *exchange) {
		time.Sleep(10 * time.Hour)
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		if err := x.bus.Erase(t.Context(), bus.Mentions, 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(14 * time.Hour)
		x.settle()
		if rec := x.record(key); rec.State != directdial.Suppressed || rec.Reason != directdial.TextGone {
			t.Errorf("the mention is %+v", rec)
		}
	})
}
