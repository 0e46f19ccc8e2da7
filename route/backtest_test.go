package route

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// under asks what another directory would have decided.
func (x *exchange) under(d *directdial.Directory, since time.Time) *directdial.Backtest {
	x.t.Helper()
	p := x.plan
	p.Directory = d
	b, err := x.router.Backtest(x.t.(*testing.T).Context(), p, since, func(uint64, uint64) {})
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	return b
}

func TestBacktestSaysWhoGainsAndWhoLoses(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		begun := time.Now()
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		time.Sleep(time.Hour)
		second := x.hear(directdial.Mention{ID: "2", Text: "complaint #billing"})
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: x.dialOf(second).ID, By: x.dialOf(second).Holder})
		without := change(expert("ana", func(e *directdial.Expert) { e.Grants = nil }))
		b := x.under(without, time.Time{})
		if b.Decided != 2 || b.Differ != 1 || len(b.Changes) != 1 {
			t.Fatalf("decided %d, of which %d are others: %+v", b.Decided, b.Differ, b.Changes)
		}
		if c := b.Changes[0]; c.Before.Expert != "ana" || c.After.Expert != "bo" || !c.At.Equal(directdial.Clock(begun)) {
			t.Errorf("the change is %+v", c)
		}
		if b.Experts[0] != (directdial.Shift{Name: "ana", Before: 1, Lost: 1}) || b.Experts[1] != (directdial.Shift{Name: "bo", Before: 1, After: 2, Gained: 1}) {
			t.Errorf("the experts: %+v", b.Experts)
		}
		if b := x.under(without, begun.Add(time.Minute)); b.Decided != 1 || b.Differ != 0 {
			t.Errorf("since a minute later: %d decided, %d are others", b.Decided, b.Differ)
		}
	})
}

func TestBacktestCountsWhatWouldBeParkedAndWhatCannotBeDecidedAgain(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.hear(directdial.Mention{ID: "2", Text: "complaint #billing", Author: directdial.Author{Handle: "wombat"}})
		x.forget("wombat")
		nobody := change(func(d *directdial.Directory) {
			d.Rules.Fallback = ""
			for i := range d.Experts {
				d.Experts[i].Grants = nil
			}
		})
		b := x.under(nobody, time.Time{})
		if b.After[directdial.ToPark] != 1 || b.Before[directdial.ToDial] != 1 || b.Parked() != 1 {
			t.Errorf("before %v, after %v, parked %v", b.Before, b.After, b.Parked())
		}
		if b.Skipped[directdial.TextGone] != 1 {
			t.Errorf("skipped %v", b.Skipped)
		}
	})
}
