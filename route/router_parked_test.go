package route

import (
	"fmt"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// nightOffice is the office, closed from 17 to 9. Only Ana knows billing, and
// her budget is two an hour.
func nightOffice() *directdial.Directory {
	return change(func(d *directdial.Directory) {
		for i := range d.Experts {
			d.Experts[i].Hours = []string{"9-17"}
		}
	}, expert("ana", func(e *directdial.Expert) { e.Budget = directdial.Budget{PerHour: 2, PerDay: 10} }),
		expert("bo", func(e *directdial.Expert) { e.Grants = nil }),
		expert("kim", func(e *directdial.Expert) { e.Grants = []directdial.Grant{grant("recall")} }))
}

func TestParkedAtNightIsReleasedAtTheStartOfDutyInOrderWithinBudget(t *testing.T) {
	inBubble(t, nightOffice(), func(t *testing.T, x *exchange) {
		time.Sleep(10 * time.Hour) // eight in the evening
		var keys []directdial.Key
		for i := range 5 {
			keys = append(keys, x.hear(directdial.Mention{ID: fmt.Sprint(i), Text: "complaint #billing"}))
		}
		nine := time.Now().Add(13 * time.Hour)
		for _, key := range keys {
			rec := x.record(key)
			if rec.State != directdial.Parked || rec.Reason != directdial.NobodyOnDuty || rec.Owner != "ana" || rec.For != "ana" || !rec.Until.Equal(nine) {
				t.Fatalf("the mention is %+v", rec)
			}
		}
		time.Sleep(13*time.Hour - time.Minute)
		x.settle()
		if parked, err := x.router.Mentions(directdial.Parked, 10); err != nil || len(parked) != 5 {
			t.Fatalf("a minute before nine %d are parked, %v", len(parked), err)
		}
		for hour := range 3 {
			time.Sleep(time.Hour)
			x.settle()
			for i, key := range keys {
				want := directdial.Parked
				if i < 2*(hour+1) {
					want = directdial.Dialled
				}
				if rec := x.record(key); rec.State != want {
					t.Errorf("an hour later, %d: mention %d is %s (%s)", hour, i, rec.State, rec.Reason)
				}
			}
		}
	})
}

func TestParkedOverARestartIsReleasedInTime(t *testing.T) {
	inBubble(t, nightOffice(), func(t *testing.T, x *exchange) {
		time.Sleep(10 * time.Hour)
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(14 * time.Hour) // the start of duty passes while nothing runs
		x.start()
		if d := x.dialOf(key); d.Holder != "ana" {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestNewPlanReleasesWhatIsParked(t *testing.T) {
	d := change(func(d *directdial.Directory) {
		for i := range d.Experts {
			d.Experts[i].Grants = nil
		}
	})
	inBubble(t, d, func(t *testing.T, x *exchange) {
		var keys []directdial.Key
		for i := range 3 {
			keys = append(keys, x.hear(directdial.Mention{ID: fmt.Sprint(i), Text: "complaint #billing"}))
		}
		before := x.router.Applied()
		x.configure(change(func(d *directdial.Directory) { *d = *x.plan.Directory }))
		if after := x.router.Applied(); after != before {
			t.Errorf("a plan that changes nothing led to %d steps", after-before)
		}
		x.configure(office())
		for i, e := range x.eventsAfter(before) {
			if e.Kind != directdial.EvOffered || e.Mention != keys[i] {
				t.Errorf("event %d is %s of %s, want the offers in the order of the mentions", i, e.Kind, e.Mention)
			}
		}
	})
}

func TestOwnerIsToldWhatIsParkedOnceAnHour(t *testing.T) {
	d := change(expert("ana", func(e *directdial.Expert) { e.Grants = nil }),
		expert("bo", func(e *directdial.Expert) { e.Grants = nil }), expert("kim", func(e *directdial.Expert) { e.Grants = nil }))
	inBubble(t, d, func(t *testing.T, x *exchange) {
		for i := range 5 {
			x.hear(directdial.Mention{ID: fmt.Sprint(i), Text: "complaint #billing"})
		}
		out := x.outbox()
		if len(out) != 1 || out[0].Card != directdial.NoticeCard || out[0].Expert != "ana" || out[0].Dial != "" {
			t.Fatalf("the outbox is %+v", out)
		}
		x.deliver(out[0])
		// What was parked meanwhile changes the notice in place.
		out = x.outbox()
		if len(out) != 1 || out[0].Ref == "" || out[0].Revision != 2 {
			t.Fatalf("after the delivery the outbox is %+v", out)
		}
		x.do(directdial.Action{Kind: directdial.ActShown, Offer: out[0].ID, Channel: out[0].Channel, Shown: 5})
		if out := x.outbox(); len(out) != 0 {
			t.Errorf("after the change the outbox is %+v", out)
		}
		time.Sleep(time.Hour)
		x.hear(directdial.Mention{ID: "later", Text: "complaint #billing"})
		if out := x.outbox(); len(out) != 1 {
			t.Errorf("an hour later the outbox is %+v, want a second notice", out)
		}
	})
}

func TestParkedTooLongIsSuppressed(t *testing.T) {
	d := nightOffice()
	d.Rules.MaxAge = 5 * time.Hour
	inBubble(t, d, func(t *testing.T, x *exchange) {
		time.Sleep(10 * time.Hour)
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		time.Sleep(24 * time.Hour)
		x.settle()
		if rec := x.record(key); rec.State != directdial.Suppressed || rec.Reason != directdial.TooOld {
			t.Errorf("the mention is %s (%s)", rec.State, rec.Reason)
		}
	})
}
