package main_test

import (
	"os"
	"strings"
	"testing"
)

const routingTests = `
tests:
  - { text: "acme billed twice, what a joke", expert: ana, tag: complaint, topic: billing }
  - { text: "acme billed twice, what a joke", at: "2025-06-01T10:00:00Z", expert: none }
  - { text: "I had soup for lunch", expert: none, tag: none, topic: none }
`

func TestCheckTriesWhereTextsGo(t *testing.T) {
	t.Parallel()
	at := newSite(t, settings{slack: "http://127.0.0.1:1/"})
	usual := settings{slack: "http://127.0.0.1:1/"}.yaml()
	at.write("directdial.yaml", usual+routingTests)
	if out := at.must("check"); !strings.Contains(out, "3 tests passed") {
		t.Errorf("check prints:\n%s", out)
	}
	for name, c := range map[string]struct {
		code        int
		yaml, words string
	}{
		"elsewhere":     {1, `{ text: "acme billed twice, what a joke", expert: bo }`, "expert is ana, and must be bo (bo: no grant)"},
		"another topic": {1, `{ text: "where is my parcel, acme?", topic: billing, tag: complaint }`, "topic is delivery, and must be billing"},
		"nobody":        {1, `{ text: "I had soup for lunch", expert: ana }`, "expert is none, and must be ana (suppress: no tag)"},
		"unknown":       {2, `{ text: hello, expert: anna }`, `there is no expert with the id "anna"`},
		"nothing asked": {2, `{ text: hello }`, "the test asks for nothing"},
		"bad time":      {2, `{ text: hello, expert: ana, at: monday }`, "must be a time with its zone"},
	} {
		t.Run(name, func(t *testing.T) {
			at.write("directdial.yaml", usual+"tests:\n  - "+c.yaml+"\n")
			r := at.command("check")
			if r.code != c.code || !strings.Contains(r.out, c.words) || !strings.Contains(r.out, "directdial.yaml:") {
				t.Errorf("exit %d, want %d and %q\n%s%s", r.code, c.code, c.words, r.out, r.err)
			}
		})
	}
	// Beside an exchange that has run, grants may have been given by command.
	if err := os.Mkdir(at.path("data"), 0o700); err != nil {
		t.Fatal(err)
	}
	for test, hint := range map[string]string{
		`{ text: "acme billed twice, what a joke", expert: bo }`:                              "(bo: no grant; grants count here as the files have them",
		`{ text: "acme billed twice, what a joke", expert: none }`:                            "(grants count here as the files have them",
		`{ text: "acme billed twice, what a joke", at: "2025-06-01T10:00:00Z", expert: ana }`: "directdial experts export",
		`{ text: "I had soup for lunch", expert: ana }`:                                       "",
		`{ text: "where is my parcel, acme?", topic: billing, tag: complaint, expert: ana }`:  "",
	} {
		at.write("directdial.yaml", usual+"tests: ["+test+"]")
		r := at.command("check")
		if r.code != 1 || !strings.Contains(r.out, hint) || hint == "" && strings.Contains(r.out, "export") {
			t.Errorf("%s: check says of what it leaves out, exit %d:\n%s", test, r.code, r.out)
		}
	}
}
