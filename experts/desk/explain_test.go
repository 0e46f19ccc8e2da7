package desk_test

import (
	"fmt"
	"strings"
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

func TestTheTermsOfAScoreAreShownFromTheBaseOn(t *testing.T) {
	e := desk.Explanation{Trial: true}
	c := &e.Case.Classification
	c.Tags = []directdial.TagScore{{Tag: directdial.Complaint, Score: 860, Base: -2200}, {Tag: directdial.Ambassador, Score: 510, Base: -1300}}
	c.Topics = []directdial.TopicScore{{Topic: "billing", Score: 680}, {Topic: "recall", Score: 700, Base: -3000}}
	add := func(about, word string, weight int) {
		c.Keywords = append(c.Keywords, directdial.Keyword{For: about, Word: word, Weight: weight})
	}
	add("tag:complaint", "feature:short", -49)
	add("tag:complaint", "charged twice", 2400)
	add("tag:complaint", "my", 20)
	for i := range 9 {
		add("tag:ambassador", fmt.Sprint("word", i), 300)
	}
	add("topic:billing", "charged", 500)
	add("topic:recall", "smoulder", 3900)
	add("brand:Acme", "acme", 0)
	var b strings.Builder
	if err := desk.PrintExplanation(&b, &e); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		" complaint: base -2.2, charged twice +2.4, and 2 more\n",
		" ambassador: base -1.3, word0 +0.3, ", ", word7 +0.3, and 1 more +0.3\n",
		" billing: charged +0.5\n", " recall: base -3.0, smoulder +3.9\n", " Acme: acme\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("want %q in\n%s", want, b.String())
		}
	}
}
