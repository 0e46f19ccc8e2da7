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

// What a colleague says about how many cards come to them, in this order.
func TestFewerCanBeSaidAtAnyTimeAndTakenBack(t *testing.T) {
	whole, fewer := directdial.Budget{PerHour: 3, PerDay: 8}, directdial.Budget{PerHour: 2, PerDay: 4}
	says := func(kind directdial.ActionKind) directdial.Action {
		return directdial.Action{Kind: kind, By: "ana", Expert: "ana", GrantID: "billing"}
	}
	type step struct {
		when    string
		act     directdial.Action
		refused directdial.Reason // "" where something happens
		budget  directdial.Budget
	}
	for name, steps := range map[string][]step{
		"after a plain yes": {
			{"without a yes", says(directdial.ActHalve), directdial.NotAgreed, whole},
			{"with a yes", says(directdial.ActAgree), "", whole},
			{"fewer", says(directdial.ActHalve), "", fewer},
			{"fewer again", says(directdial.ActHalve), directdial.Duplicate, fewer},
			{"as many as before", says(directdial.ActWhole), "", whole},
			{"as many as before again", says(directdial.ActWhole), directdial.Duplicate, whole},
			{"yes, but fewer, after the yes", says(directdial.ActFewer), "", fewer},
			{"yes, but fewer, again", says(directdial.ActFewer), directdial.Duplicate, fewer},
			{"the yes again", says(directdial.ActAgree), "", whole},
		},
		"after a yes to fewer": {
			{"yes, but fewer", says(directdial.ActFewer), "", fewer},
			{"fewer", says(directdial.ActHalve), directdial.Duplicate, fewer},
			{"as many as before", says(directdial.ActWhole), "", whole},
		},
		"of a grant that is over": {
			{"with a yes", says(directdial.ActAgree), "", whole},
			{"fewer", says(directdial.ActHalve), "", fewer},
			{"its end", says(directdial.ActEnd), "", whole},
			{"fewer", says(directdial.ActHalve), directdial.GrantEnded, whole},
			{"as many as before", says(directdial.ActWhole), directdial.GrantEnded, whole},
		},
		"by others": {
			{"with a yes", says(directdial.ActAgree), "", whole},
			{"of another's", directdial.Action{Kind: directdial.ActHalve, By: "kim", Expert: "ana", GrantID: "billing"}, directdial.NotHolder, whole},
			{"by the exchange", directdial.Action{Kind: directdial.ActHalve, By: ops, Expert: "ana", GrantID: "billing"}, directdial.Unknown, whole},
			{"of no grant", directdial.Action{Kind: directdial.ActHalve, By: "ana", GrantID: "garden"}, directdial.Unknown, whole},
			{"of the only one", directdial.Action{Kind: directdial.ActHalve, By: "ana"}, "", fewer},
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, asks(), func(t *testing.T, x *exchange) {
				for _, s := range steps {
					if s.refused == "" {
						x.says(s.act)
					} else if got := x.refusedWith(s.act); got != s.refused {
						t.Errorf("%s: %q, want %q", s.when, got, s.refused)
					}
					x.budgetIs(s.when, s.budget)
				}
			})
		})
	}
}

// The yes stands in the configuration, and so nothing was said of the grant.
func TestFewerLeavesTheGrantAsItIs(t *testing.T) {
	budget := expert("ana", func(e *directdial.Expert) { e.Budget = directdial.Budget{PerHour: 3, PerDay: 8} })
	inBubble(t, change(budget), func(t *testing.T, x *exchange) {
		x.says(directdial.Action{Kind: directdial.ActPause, By: "ana"})
		x.says(directdial.Action{Kind: directdial.ActHalve, By: "ana"})
		fewer := directdial.Budget{PerHour: 2, PerDay: 4}
		if h := x.router.Grants("ana", time.Now())[0]; h.State != directdial.GrantPaused || h.Fewer == nil || *h.Fewer != fewer {
			t.Errorf("paused, then fewer: %+v", h)
		}
		x.configure(change(budget, expert("ana", func(e *directdial.Expert) { e.Grants[0].Training = "social-102" })))
		x.budgetIs("after a change of the configuration", fewer)
		x.says(directdial.Action{Kind: directdial.ActWhole, By: "ana"})
		x.says(directdial.Action{Kind: directdial.ActResume, By: "ana"})
		if h := x.router.Grants("ana", time.Now())[0]; h.State != "" || h.Fewer != nil {
			t.Errorf("as before: %+v", h)
		}
	})
}

// What stands in the configuration is what the colleague asked for, written down:
// in another data directory it holds, until they say something else.
func TestFewerInTheConfigurationHoldsUntilItsHolderSaysOtherwise(t *testing.T) {
	whole, fewer, least := directdial.Budget{PerHour: 3, PerDay: 8}, directdial.Budget{PerHour: 2, PerDay: 4}, directdial.Budget{PerHour: 1, PerDay: 2}
	written := func(b *directdial.Budget) func(*directdial.Directory) {
		return expert("ana", func(e *directdial.Expert) { e.Budget, e.Grants[0].Fewer = whole, b })
	}
	says := func(x *exchange, kind directdial.ActionKind) {
		x.says(directdial.Action{Kind: kind, By: "ana", GrantID: "billing"})
	}
	inBubble(t, change(written(&fewer)), func(t *testing.T, x *exchange) {
		x.budgetIs("as it is written", fewer)
		if r := x.refusedWith(directdial.Action{Kind: directdial.ActHalve, By: "ana"}); r != directdial.Duplicate {
			t.Errorf("fewer once more: %q", r)
		}
		x.says(directdial.Action{Kind: directdial.ActPause, By: "ana"})
		x.budgetIs("while it is paused", fewer)
		says(x, directdial.ActWhole)
		x.budgetIs("as many as before", whole)
		x.configure(change(written(&least)))
		x.budgetIs("as many as before, whatever is written since", whole)
		says(x, directdial.ActHalve)
		x.budgetIs("fewer, whatever is written", fewer)
		x.configure(change(written(nil)))
		x.budgetIs("fewer, and nothing is written any more", fewer)
		says(x, directdial.ActEnd)
		x.budgetIs("after the end", whole)
	})
	asked := expert("ana", func(e *directdial.Expert) { e.Grants[0].Agreed = time.Time{} })
	inBubble(t, change(written(&fewer), asked), func(t *testing.T, x *exchange) {
		x.budgetIs("before the yes", whole)
		says(x, directdial.ActAgree)
		x.budgetIs("after a plain yes", whole)
	})
}

func TestWhatWaitedForTheBudgetComesWithAsManyAsBefore(t *testing.T) {
	alone := func(d *directdial.Directory) { d.Rules.Fallback = "" }
	one := expert("ana", func(e *directdial.Expert) { e.Budget = directdial.Budget{PerHour: 2, PerDay: 4} })
	inBubble(t, change(alone, one, expert("bo", func(e *directdial.Expert) { e.Grants = nil }), expert("kim", func(e *directdial.Expert) { e.Grants = nil })),
		func(t *testing.T, x *exchange) {
			x.says(directdial.Action{Kind: directdial.ActHalve, By: "ana"})
			x.dialOf(x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"}))
			second := x.hear(directdial.Mention{ID: "2", Text: "another complaint #billing"})
			if rec, _ := x.router.Mention(second); rec.Reason != directdial.NobodyFree {
				t.Fatalf("it is %s: %s", rec.State, rec.Reason)
			}
			x.says(directdial.Action{Kind: directdial.ActWhole, By: "ana"})
			if d := x.dialOf(second); d.Holder != "ana" {
				t.Errorf("it is with %q", d.Holder)
			}
		})
}

func TestWhoGetsOneCardADayCannotGetFewer(t *testing.T) {
	least := directdial.Budget{PerHour: 1, PerDay: 1}
	inBubble(t, change(expert("ana", func(e *directdial.Expert) { e.Budget = least })), func(t *testing.T, x *exchange) {
		if r := x.refusedWith(directdial.Action{Kind: directdial.ActHalve, By: "ana"}); r != directdial.BadGrant {
			t.Errorf("it is refused with %q", r)
		}
	})
}
