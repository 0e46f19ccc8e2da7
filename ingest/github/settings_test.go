package github

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	for name, c := range map[string][2]string{
		"nothing to hear":    {"token: abc", "nothing to hear"},
		"an empty query":     {`queries: [" "]`, "empty query"},
		"a query twice":      {"queries: [acme, acme]", "twice"},
		"another kind":       {"queries: [acme]\nkinds: [commit]", "no kind"},
		"a kind twice":       {"queries: [acme]\nkinds: [issue, issue]", "twice"},
		"no token":           {"queries: [acme]\nkinds: [discussion]", "token"},
		"a sort":             {`queries: ["acme sort:created"]`, "sets that itself"},
		"a time":             {`queries: ["acme updated:>2026-01-01"]`, "sets that itself"},
		"a kind in a query":  {`queries: ["acme is:pr"]`, "sets that itself"},
		"what is private":    {`queries: ["acme is:private"]`, "sets that itself"},
		"a long query":       {"queries: [" + strings.Repeat("acme", 65) + "]", "256"},
		"much logic":         {`queries: ["a OR b OR c OR d OR e OR f OR g"]`, "more than 5"},
		"too many searches":  {"token: abc\nqueries: [a, b, c, d, e, f, g, h, i, j, k]", "22 searches"},
		"too often":          {"queries: [acme]\nevery: 10s", "1m"},
		"another scheme":     {"queries: [acme]\nserver: ftp://github.example", "server"},
		"a secret too short": {"secret: hunter2", "12"},
		"a key that is none": {"queries: [acme]\nquery: x", "query"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(sourcetest.Setup(t, c[0]+"\n"))
			if err == nil || !strings.Contains(err.Error(), c[1]) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestTheWordsOfAQuery(t *testing.T) {
	for text, want := range map[string]terms{
		`acme`:                               {words: []string{"acme"}},
		`Acme "blue widget" in:title,body`:   {words: []string{"acme", "blue widget"}},
		`acme OR "acme.example" -label:bug`:  {words: []string{"acme", "acme.example"}, any: true},
		`acme NOT spam -org:acme AND widget`: {words: []string{"acme", "widget"}},
		`label:"good first" repo:acme/x`:     {},
		`"http://acme.example"`:              {words: []string{"http://acme.example"}},
	} {
		if diff := cmp.Diff(want, termsOf(text), cmp.AllowUnexported(terms{})); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	if all := termsOf("repo:acme/x"); !all.in("anything") {
		t.Error("a query without words hears everything")
	}
	if both := termsOf("acme widget"); both.in("Acme") || !both.in("a widget of ACME") {
		t.Error("all words")
	}
	if one := termsOf("acme OR widget"); !one.in("Acme") || one.in("neither") {
		t.Error("one of the words")
	}
}

// FuzzDelivery holds whatever somebody signs as a delivery: no panic, and a
// mention passes the limits of the exchange, but for an identity that is too
// long.
func FuzzDelivery(f *testing.F) {
	files, err := filepath.Glob("testdata/webhook/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		event, _, _ := strings.Cut(filepath.Base(file), ".")
		f.Add(event, text)
	}
	f.Fuzz(func(t *testing.T, event string, text []byte) {
		var d delivery
		if json.Unmarshal(text, &d) != nil {
			return
		}
		p, thread := d.about(event)
		if p == nil || thread == nil || !p.heard() {
			return
		}
		m := p.mention(thread.NodeID)
		m.Normalize("test")
		if err := m.Check(); err != nil && len(p.NodeID) <= 2048 && len(thread.NodeID) <= 2048 {
			t.Errorf("%v: %+v", err, m)
		}
	})
}

// FuzzAnswer holds whatever GraphQL answers.
func FuzzAnswer(f *testing.F) {
	text, err := os.ReadFile("testdata/graphql/discussions.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var a answer
		if json.Unmarshal(text, &a) != nil || a.Data == nil || a.Data.Search == nil {
			return
		}
		for _, n := range a.Data.Search.Nodes {
			if n == nil {
				continue
			}
			if p := n.post(); p.heard() {
				m := p.mention(p.NodeID)
				m.Normalize("test")
				if err := m.Check(); err != nil && len(p.NodeID) <= 2048 {
					t.Errorf("%v: %+v", err, m)
				}
			}
		}
	})
}

func FuzzAddress(f *testing.F) {
	f.Add("https://github.com/acme/widget/issues/1#issuecomment-2")
	f.Add("https://github.com/../../issues/1")
	f.Fuzz(func(t *testing.T, raw string) {
		if a, ok := parseAddress(raw); ok && (a.number == "" || strings.Contains(a.path(""), "..") && (a.owner == ".." || a.repo == "..")) {
			t.Errorf("%q is %+v", raw, a)
		}
	})
}
