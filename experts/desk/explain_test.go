package desk_test

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

// The end of a grant is the first instant at which it no longer counts: the
// midnight after its last day, where the colleague is.
func TestAnEndedGrantIsNamedByItsLastDay(t *testing.T) {
	for zone, until := range map[string]string{
		"":                 "2026-11-22T00:00:00Z",
		"Europe/Stockholm": "2026-11-21T23:00:00Z",
		"America/New_York": "2026-11-22T05:00:00Z",
	} {
		end, err := time.Parse(time.RFC3339, until)
		if err != nil {
			t.Fatal(err)
		}
		e := desk.Explanation{Zones: map[string]string{"bo": zone}}
		e.Case.Candidates = []directdial.Candidate{{Expert: "bo", Grants: []directdial.CaseGrant{{Until: end}}}}
		e.Decision.Verdicts = []directdial.Verdict{{Expert: "bo", Reason: directdial.GrantEnded}}
		if got, want := e.Why(0), "grant ended 21 November 2026"; got != want {
			t.Errorf("in %q it says %q, want %q", zone, got, want)
		}
	}
}
