package desk_test

import (
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

func TestNothingIsProposedBeforeThereIsEnoughToTell(t *testing.T) {
	use := func(change func(*directdial.KeywordUse)) *directdial.KeywordUse {
		u := &directdial.KeywordUse{Word: "refund", For: "topic:billing"}
		change(u)
		return u
	}
	line := func(own bool, seen int) *directdial.KeywordUse {
		return use(func(u *directdial.KeywordUse) {
			u.For, u.Lexicon, u.Language, u.Own, u.Seen = "lexicon:sv", "own.tsv:4", "sv", own, seen
		})
	}
	said := func(confirmed, rejected int) *directdial.KeywordUse {
		return use(func(u *directdial.KeywordUse) { u.Fired, u.Confirmed, u.Rejected = 50, confirmed, rejected })
	}
	for name, test := range map[string]struct {
		u         *directdial.KeywordUse
		heard, in int // mentions, and those in Swedish
		want      string
	}{
		"never, of few":                       {use(func(*directdial.KeywordUse) {}), 499, 0, ""},
		"never, of many":                      {use(func(*directdial.KeywordUse) {}), 500, 0, "never found"},
		"a line, of few in its language":      {line(true, 0), 5000, 499, ""},
		"a line, of many in its language":     {line(true, 0), 5000, 500, "never found"},
		"a line that is found without effect": {line(true, 3), 5000, 500, ""},
		"a line that is shipped":              {line(false, 0), 5000, 500, ""},
		"rejected four times":                 {said(0, 4), 5000, 0, ""},
		"rejected five times":                 {said(0, 5), 5000, 0, "rejected each time"},
		"rejected more often":                 {said(4, 6), 5000, 0, "rejected more often than not"},
		"confirmed more often":                {said(6, 5), 5000, 0, ""},
		"shadowed":                            {use(func(u *directdial.KeywordUse) { u.Fired, u.Shadow = 30, "late" }), 30, 0, `mostly "late"`},
		"idle":                                {use(func(u *directdial.KeywordUse) { u.Idle = "says what x says already" }), 1, 0, "it can go"},
	} {
		all := &directdial.KeywordUses{Mentions: test.heard, Heard: map[string]int{"sv": test.in}, Uses: []directdial.KeywordUse{*test.u}}
		if got := desk.Proposal(test.u, all); (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		var b strings.Builder
		if err := desk.PrintKeywords(&b, all, false); err != nil || strings.Contains(b.String(), "\n"+test.u.For) != (test.want != "") {
			t.Errorf("%s: printed %v\n%s", name, err, b.String())
		}
	}
}
