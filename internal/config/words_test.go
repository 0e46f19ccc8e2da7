package config

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestVariablesAreReplaced(t *testing.T) {
	lookup := func(name string) (string, bool) {
		v, ok := map[string]string{"A": "1", "B_2": "${A}", "EMPTY": ""}[name]
		return v, ok
	}
	for text, want := range map[string]string{
		"": "", "plain": "plain", "${A}": "1", "x${A}y${A}": "x1y1", "${B_2}": "${A}", "${EMPTY}": "",
		"$A": "$A", "$${A}": "${A}", "$$${A}": "$${A}", "a$": "a$",
	} {
		if got, _, unset, ok := expand(text, lookup); !ok || got != want || unset != nil {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"${", "${}", "${A", "${A B}", "${1}", "${A:-x}"} {
		if got, _, _, ok := expand(text, lookup); ok {
			t.Errorf("%s: %s", text, got)
		}
	}
	if _, _, unset, ok := expand("${A}${C}${D}", lookup); !ok || !slices.Equal(unset, []string{"C", "D"}) {
		t.Error(unset)
	}
}

func TestWhatIsHiddenIsNotTold(t *testing.T) {
	h := &hidden{}
	h.add("hunter2", "a\nb\"c", "abc")
	for text, want := range map[string]string{
		"login hunter2 refused": "login [redacted] refused",
		`quoted "a\nb\"c"`:      `quoted "[redacted]"`,
		"abc is too short":      "abc is too short",
	} {
		if got := h.redact(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

func TestADayIsThatOfTheColleague(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	var g grant
	for field, text := range map[interface{ UnmarshalText([]byte) error }]string{&g.Agreed: "2028-02-29", &g.Until: "2028-12-31"} {
		if err := field.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got := g.Agreed.start(zone).UTC().Format(time.RFC3339); got != "2028-02-29T08:00:00Z" {
		t.Error(got)
	}
	if got := g.ends(zone).UTC().Format(time.RFC3339); got != "2029-01-01T08:00:00Z" {
		t.Error("the last day does not count to its end:", got)
	}
	g.Until = until{}
	if got := g.ends(zone).Format(time.DateOnly); got != "2029-03-01" {
		t.Error("a year after 29 February:", got)
	}
	g.Agreed = date{}
	if !g.ends(zone).IsZero() {
		t.Error("a grant without a yes has an end")
	}
}

func TestAPathIsFollowedAsFarAsItGoes(t *testing.T) {
	root := parseDocument("x", []byte("topics:\n  - keywords: [a, b]\n  - { name: billing, owner: ana }\n"), func(p Problem) { t.Error(p) })
	for path, want := range map[string]string{"topics[0].keywords[1]": "b", "topics[0].keywords[9]": "", "topics[0].keywords[0].x": "a", "topics[billing].owner": "ana", "topics[recall].owner": ""} {
		if got := root.find(path).text; got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
	if got := strings.Join([]string{root.find("nothing").kind.String(), root.find("topics").kind.String()}, ", "); got != "a mapping, a list" {
		t.Error(got)
	}
}
