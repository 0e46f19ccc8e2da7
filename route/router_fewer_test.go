package route

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// asks is an office in which ana has a budget, and is asked for her yes to
// billing.
func asks() *directdial.Directory {
	return change(expert("ana", func(e *directdial.Expert) {
		e.Budget = directdial.Budget{PerHour: 3, PerDay: 8}
		e.Grants[0].Agreed = time.Time{}
	}))
}

func (x *exchange) budgetIs(when string, want directdial.Budget) {
	x.t.Helper()
	if got := x.router.Budget("ana", time.Now()); got != want {
		x.t.Errorf("%s the budget is %+v, want %+v", when, got, want)
	}
}

func TestAYesToOneGrantLeavesFewerThatWasSaidToAnother(t *testing.T) {
	whole, fewer := directdial.Budget{PerHour: 3, PerDay: 8}, directdial.Budget{PerHour: 2, PerDay: 4}
	inBubble(t, asks(), func(t *testing.T, x *exchange) {
		x.says(enable(directdial.Grant{Topics: []string{"recall"}, Until: farOff}))
		x.says(directdial.Action{Kind: directdial.ActFewer, By: "ana", GrantID: "recall"})
		x.budgetIs("after fewer", fewer)
		x.agrees("ana", "billing")
		x.budgetIs("after a yes to another grant", fewer)
		d := x.dialOf(x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"}))
		o, _ := x.router.Offer(directdial.OfferID(d.ID, d.Hop))
		if c, _, err := x.router.OfferCase(t.Context(), o); err != nil || c.Candidates[0].Expert != "ana" || c.Candidates[0].Budget != fewer {
			t.Errorf("the receipt says %+v (%v)", c.Candidates, err)
		}
		if r := x.refusedWith(directdial.Action{Kind: directdial.ActAgree, By: "ana", GrantID: "billing"}); r != directdial.Duplicate {
			t.Errorf("a second yes to billing: %s", r)
		}

		// The same grant again, as it was proposed: nothing else changes.
		practice := x.cards(directdial.PracticeCard, "ana")[0]
		x.says(directdial.Action{Kind: directdial.ActAgree, By: "ana", GrantID: "recall"})
		x.budgetIs("after a yes to the same grant", whole)
		if o, _ := x.router.Offer(practice.ID); !o.Answered.IsZero() {
			t.Errorf("the practice card is answered by a yes: %+v", o)
		}
		x.says(directdial.Action{Kind: directdial.ActPractised, By: "ana", Offer: practice.ID})
		if s := x.stateOf("ana", "recall"); s != "" {
			t.Errorf("the grant is %q", s)
		}
		if r := x.refusedWith(directdial.Action{Kind: directdial.ActAgree, By: "ana", GrantID: "recall"}); r != directdial.Duplicate {
			t.Errorf("a third yes: %s", r)
		}
	})
}

func TestFewerHoldsAsLongAsTheGrantThatItWasSaidTo(t *testing.T) {
	whole, fewer := directdial.Budget{PerHour: 3, PerDay: 8}, directdial.Budget{PerHour: 2, PerDay: 4}
	inBubble(t, asks(), func(t *testing.T, x *exchange) {
		x.says(directdial.Action{Kind: directdial.ActFewer, By: "ana", GrantID: "billing"})
		x.says(directdial.Action{Kind: directdial.ActPause, By: "ana", GrantID: "billing"})
		x.budgetIs("while it is paused", fewer)
		x.says(directdial.Action{Kind: directdial.ActEnd, By: "ana", GrantID: "billing"})
		x.budgetIs("after its end", whole)

		x.says(enable(directdial.Grant{Topics: []string{"recall"}, Until: time.Now().Add(time.Hour)}))
		x.says(directdial.Action{Kind: directdial.ActFewer, By: "ana", GrantID: "recall"})
		x.budgetIs("before the time of another is over", fewer)
		time.Sleep(time.Hour)
		x.budgetIs("after it", whole)
	})
}
