package main

import (
	"strings"
	"testing"

	"github.com/directdial/directdial/internal/config"
)

// What the classifier and the sources find wrong stands where it is written, and
// nothing is told twice.
func TestAMistakeThatAnotherPackageFindsStandsWhereItIsWritten(t *testing.T) {
	const rest = `
channels: { terminal: {} }
experts: [{ id: ana, terminal: ana, grants: [{ topics: ["*"], agreed: 2026-11-21 }] }]
`
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"patterns": {
			"brands: [{ name: Acme, keywords: [acme, \"*\"], exclude: [\"a *\"] }]\n" +
				"topics: [{ name: billing, keywords: [bill, \"~5 late\"], exclude: [\"a *\"], products: [\"* b\"], regions: [x, \"*\"] }]\n" +
				"sources: [{ name: crm, type: webhook, token: x }]" + rest,
			[]string{"x:1:41: brand Acme", "x:1:57: brand Acme", "x:2:44: topic billing", "x:2:66: topic billing", "x:2:85: topic billing", "x:2:106: topic billing"},
		},
		"no keywords": {
			"brands: [{ name: Acme, keywords: [] }]\ntopics: [{ name: billing }]\nsources: [{ name: crm, type: webhook, token: x }]" + rest,
			[]string{"x:1:34: keywords: is empty", "x:2:10: keywords is required"},
		},
		"one credential": {
			"brands: [{ name: Acme, keywords: [acme] }]\nsources:\n  - { name: crm, type: webhook, token: x }\n  - { name: web, type: webhook, token: x }" + rest,
			[]string{"x:4:5: sources crm and web have the same token or secret"},
		},
	} {
		_, problems := config.Parse("x", []byte(c.text), configOptions(true))
		var got []config.Problem
		for _, p := range problems {
			if p.Severity == config.Error {
				got = append(got, p)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %d problems, want %d: %v", name, len(got), len(c.want), got)
			continue
		}
		for i, want := range c.want {
			if !strings.HasPrefix(got[i].String(), want) {
				t.Errorf("%s: %s, want %s", name, got[i], want)
			}
		}
	}
}
