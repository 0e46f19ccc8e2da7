package route

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/directdial/directdial"
)

// A receipt that leads to something else than the log says is damage, but for one
// of another version, which tells what differs.
func TestReceiptsThatLeadToSomethingElseAreFound(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		s := x.steps()[len(x.steps())-1]
		var c directdial.Case
		if err := json.Unmarshal(s.Events[0].Case, &c); err != nil {
			t.Fatal(err)
		}
		for name, test := range map[string]struct {
			change          func(*directdial.Case, *directdial.Event)
			differ, damaged int
		}{
			"as it is":       {func(*directdial.Case, *directdial.Event) {}, 0, 0},
			"another expert": {func(_ *directdial.Case, e *directdial.Event) { e.Expert = "bo" }, 1, 1},
			"another clock":  {func(_ *directdial.Case, e *directdial.Event) { e.SendBefore = longAgo }, 1, 1},
			"another outcome": {func(_ *directdial.Case, e *directdial.Event) {
				e.Kind, e.Reason = directdial.EvSuppressed, directdial.TooOld
			}, 1, 1},
			"another version": {func(c *directdial.Case, e *directdial.Event) { c.V, e.Expert = 1, "bo" }, 1, 0},
			"a later hop": {func(c *directdial.Case, e *directdial.Event) {
				c.Dial = &directdial.CaseDial{Tag: c.Classification.Tag(), Next: directdial.TooBusy, Holder: "bo"}
				e.Mention, e.Expert = "", "bo"
			}, 1, 1},
			"taken": {func(_ *directdial.Case, e *directdial.Event) { e.Kind, e.Expert = directdial.EvAccepted, "bo" }, 1, 1},
			"late":  {func(_ *directdial.Case, e *directdial.Event) { e.Kind, e.Owner = directdial.EvLate, "bo" }, 1, 1},
		} {
			e, changed := s.Events[0], c
			test.change(&changed, &e)
			e.Case = encode(changed)
			all := &directdial.Receipts{}
			if err := again(all, 1, &directdial.Step{At: s.At, Events: []directdial.Event{e}}, 0); err != nil {
				t.Fatal(err)
			}
			if all.Differ != test.differ || all.Damaged != test.damaged || len(all.Changes) != test.differ || all.Decided != 1 {
				t.Errorf("%s: %+v", name, all)
			}
		}
	})
}

// Everybody is looked at, also where a receipt has twenty.
func TestEverybodyIsLookedAtAnew(t *testing.T) {
	inBubble(t, change(crowd(30, "billing")), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		receipt, err := x.router.Receipt(context.Background(), key)
		if err != nil || len(receipt.Case.Candidates) > directdial.MaxCandidates {
			t.Fatalf("%d candidates, %v", len(receipt.Case.Candidates), err)
		}
		c, d, err := x.router.Everybody(context.Background(), key)
		if err != nil || len(c.Candidates) != len(x.plan.Directory.Experts) || len(d.Verdicts) != len(c.Candidates) || d.Outcome != directdial.ToDial {
			t.Errorf("%d of %d, %s, %v", len(c.Candidates), len(x.plan.Directory.Experts), d.Outcome, err)
		}
	})
}
