package route

import (
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

func TestGapsOfASourceAreAddedUpAndTheNewestListed(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		begin := directdial.Clock(time.Now())
		for i, missing := range []int{0, 3, -1, 4} {
			since := begin.Add(time.Duration(i) * time.Hour)
			gap := directdial.Action{
				Kind: directdial.ActGap, Source: "fediverse", Query: "#acme", From: since, Until: since.Add(time.Minute),
				Count: missing, Detail: "outage",
			}
			x.do(gap)
			if reason := x.refusedWith(gap); reason != directdial.Duplicate {
				t.Errorf("the same gap again is refused with %q", reason)
			}
		}
		g := x.router.Gaps("fediverse")
		if g.Count != 4 || g.Backfilled != 1 || g.Unknown != 1 || g.Missing != 7 || len(g.Newest) != 4 {
			t.Errorf("%+v", g)
		}
		if last := g.Newest[3]; last.Query != "#acme" || last.Cause != "outage" || last.Missing != 4 || !last.Since.Equal(begin.Add(3*time.Hour)) {
			t.Errorf("the last is %+v", last)
		}
		if other := x.router.Gaps("crm"); other.Count != 0 {
			t.Errorf("another source has %+v", other)
		}
	})
}

func TestOnlyTheNewestGapsAreListed(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		begin := directdial.Clock(time.Now())
		for i := range directdial.MaxSourceGaps + 5 {
			x.send(directdial.Action{Kind: directdial.ActGap, Source: "fediverse", From: begin, Until: begin.Add(time.Duration(i) * time.Second), Count: 1, Detail: "dropped"})
		}
		x.settle()
		if g := x.router.Gaps("fediverse"); g.Count != directdial.MaxSourceGaps+5 || g.Missing != g.Count || len(g.Newest) != directdial.MaxSourceGaps {
			t.Errorf("%d gaps, %d missing, %d listed", g.Count, g.Missing, len(g.Newest))
		}
	})
}

// The source is the key of what is kept, so it is looked at before.
func TestAGapOfNoSourceIsRefusedAndHoldsNobodyUp(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		for _, source := range []string{"", "crm.>", strings.Repeat("a", 40_000)} {
			gap := directdial.Action{Kind: directdial.ActGap, Source: source, Detail: "outage"}
			if reason := x.refusedWith(gap); reason != directdial.Unreadable {
				t.Errorf("a gap of %.10q is refused with %q", source, reason)
			}
		}
		x.do(directdial.Action{Kind: directdial.ActGap, Source: "crm", Detail: "outage"})
	})
}
