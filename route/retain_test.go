package route

import (
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// keeping runs a test whose data is kept for so long.
func keeping(t *testing.T, keep Retention, f func(t *testing.T, x *exchange)) {
	t.Helper()
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.plan.Retention = keep
		x.configure(x.plan.Directory)
		f(t, x)
	})
}

// later lets a time pass, and what is done about it be done. Of more than a day
// the exchange runs through the last hours only.
func (x *exchange) later(d time.Duration) {
	x.t.Helper()
	if d > 24*time.Hour {
		x.away(d - 2*time.Hour)
		d = 2 * time.Hour
	}
	time.Sleep(d)
	x.settle()
}

func TestTextIsKeptForItsTimeAndNoLonger(t *testing.T) {
	keeping(t, Retention{Text: 48 * time.Hour}, func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "hello quokka"})
		x.hear(directdial.Mention{ID: "1", Text: "hello quokka again"})
		x.later(47 * time.Hour)
		if m, err := x.router.ReadMention(t.Context(), x.record(key)); err != nil || m.Text != "hello quokka again" {
			t.Fatalf("a day before: %v, %v", m, err)
		}
		young := x.hear(directdial.Mention{ID: "2", Text: "hello wombat"})
		x.later(3 * time.Hour)
		if _, err := x.router.ReadMention(t.Context(), x.record(key)); directdial.KindOf(err) != directdial.NotFound {
			t.Errorf("an hour after: %v", err)
		}
		if _, err := x.router.ReadMention(t.Context(), x.record(young)); err != nil {
			t.Errorf("the younger one: %v", err)
		}
		if rec := x.record(key); rec.State != directdial.Suppressed || rec.Text == "" {
			t.Errorf("the record is %+v", rec)
		}
		// The key stays: it is a repeat, not a new mention.
		x.hear(directdial.Mention{ID: "1", Text: "hello quokka again"})
		if l, _ := x.router.Ledger(t.Context()); l.Mentions != 2 {
			t.Errorf("the ledger is %+v", l)
		}
		if n := count(x.db, countRemoved+"text"); n != 2 {
			t.Errorf("%d messages are counted", n)
		}
	})
}

func TestTextOfAnOpenDialIsKeptWithAllThatIsYounger(t *testing.T) {
	keeping(t, Retention{Text: 48 * time.Hour}, func(t *testing.T, x *exchange) {
		old := x.hear(directdial.Mention{ID: "0", Text: "hello"})
		open := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		young := x.hear(directdial.Mention{ID: "2", Text: "hello"})
		x.later(50 * time.Hour)
		gone := func(key directdial.Key) bool {
			_, err := x.router.ReadMention(t.Context(), x.record(key))
			return err != nil
		}
		if !gone(old) || gone(open) || gone(young) {
			t.Errorf("while the dial is open: gone are %v %v %v", gone(old), gone(open), gone(young))
		}
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(open).ID, By: "ana"})
		x.later(2 * time.Hour)
		if !gone(open) || !gone(young) {
			t.Error("when it is answered the texts stay")
		}
	})
}

func TestParkedMentionWithoutItsTextIsSuppressed(t *testing.T) {
	keeping(t, Retention{Text: 48 * time.Hour}, func(t *testing.T, x *exchange) {
		x.plan.Retention = Retention{Text: 48 * time.Hour}
		x.configure(change(func(d *directdial.Directory) {
			for i := range d.Experts {
				d.Experts[i].Grants = nil
			}
		}))
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		if rec := x.record(key); rec.State != directdial.Parked {
			t.Fatalf("the mention is %+v", rec)
		}
		x.later(50 * time.Hour)
		if rec := x.record(key); rec.State != directdial.Suppressed || rec.Reason != directdial.TextGone {
			t.Errorf("the mention is %+v", rec)
		}
	})
}

func TestPeopleAreNamedForTheirTimeAndNoLonger(t *testing.T) {
	keeping(t, Retention{People: 48 * time.Hour}, func(t *testing.T, x *exchange) {
		author := directdial.Author{Handle: "u"}
		closed := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: author})
		x.deliver(x.outbox()[0])
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: x.dialOf(closed).ID, By: "ana"})
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(closed).ID, By: "bo"})
		open := x.hear(directdial.Mention{ID: "2", Text: "complaint #recall"})
		x.later(50 * time.Hour)
		if d := x.dialOf(closed); d.Holder != "" || len(d.Previous) != 0 || d.State != directdial.Answered {
			t.Errorf("the closed dial is %+v", d)
		}
		if d := x.dialOf(open); d.Holder != "kim" {
			t.Errorf("the open dial is %+v", d)
		}
		for bucket, entries := range dump(t, x.db) {
			for k, v := range entries {
				if strings.Contains(k+v, `ana`) || strings.Contains(k+v, `"bo"`) {
					t.Errorf("%s %q still names somebody: %s", bucket, k, v)
				}
			}
		}
		// The author comes back: somebody is found for it anew.
		x.hear(directdial.Mention{ID: "3", Text: "it is still broken", Thread: "1", Author: author})
		if d := x.dialOf(closed); !d.State.Open() || d.Holder == "" {
			t.Errorf("the dial is %+v", d)
		}
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: x.dialOf(closed).ID, By: "ops"})
	})
}

func TestLedgerKeepsOnlyTheKeyOfWhatIsOld(t *testing.T) {
	keeping(t, Retention{Ledger: 48 * time.Hour}, func(t *testing.T, x *exchange) {
		author := directdial.Author{Handle: "u"}
		closed := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: author, Thread: "0"})
		x.hear(directdial.Mention{ID: "2", Text: "me too", Thread: "1", Author: author})
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(closed).ID, By: "ana"})
		open := x.hear(directdial.Mention{ID: "3", Text: "complaint #recall"})
		x.hear(directdial.Mention{ID: "4", Text: "hello"})
		x.later(50 * time.Hour)
		l, _ := x.router.Ledger(t.Context())
		if !l.Balanced() || l.Expired != 3 || l.Removed != 1 || l.Dials != 2 || l.Mentions != 4 {
			t.Errorf("the ledger is %+v", l)
		}
		if d := x.dialOf(open); d.State != directdial.Offered {
			t.Errorf("the open dial is %+v", d)
		}
		after := dump(t, x.db)
		for _, bucket := range []string{bCopies, bAuthored} {
			for k := range after[bucket] {
				if !strings.HasSuffix(k, string(open)) {
					t.Errorf("%s keeps %q", bucket, k)
				}
			}
		}
		if n := len(after[bParents]); n != 1 {
			t.Errorf("%d posts lead to a dial", n)
		}
		// It is known for ever.
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: author})
		if rec := x.record(closed); rec.State != directdial.Expired {
			t.Errorf("the mention is %+v", rec)
		}
	})
}

func TestNothingExpiresWhileNothingIsSaidOfIt(t *testing.T) {
	keeping(t, Retention{}, func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "hello"})
		before := x.router.Applied()
		x.later(100 * time.Hour)
		for _, e := range x.eventsAfter(before) {
			if e.Kind != directdial.EvTold && e.Kind != directdial.EvTookOver { // the sample of the week, and a start
				t.Errorf("steps were written: %v", kinds(x.eventsAfter(before)))
			}
		}
		if _, err := x.router.ReadMention(t.Context(), x.record(key)); err != nil {
			t.Error(err)
		}
	})
}

// What was found is asked again when it is written: the author came back.
func TestDialThatCameBackMeanwhileKeepsItsPeople(t *testing.T) {
	keeping(t, Retention{}, func(t *testing.T, x *exchange) {
		author := directdial.Author{Handle: "u"}
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: author})
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(key).ID, By: "ana"})
		x.later(50 * time.Hour)
		keep := Retention{Text: time.Hour, People: time.Hour, Ledger: time.Hour}
		x.router.retention.Store(&keep)
		found, err := x.router.pastRetention(t.Context())
		if err != nil || len(found) < 4 {
			t.Fatalf("found %v, %v", kinds(found), err)
		}
		x.hear(directdial.Mention{ID: "2", Text: "thanks, but no", Thread: "1", Author: author})
		before := x.router.Applied()
		x.router.expiring <- found
		x.settle()
		for _, e := range x.eventsAfter(before) {
			if e.Kind != directdial.EvExpiredPeople || e.Dial != "" || e.Expert != "" {
				t.Errorf("said all the same: %+v", e)
			}
		}
	})
}
