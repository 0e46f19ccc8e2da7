package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/directdial/directdial"
)

// What a colleague says of a mention tells which keywords to trust, and is data
// to learn from.
func TestKeywordsAreKnownByWhatColleaguesSay(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	d.send(said(1, complaint))
	d.settled()
	var dials []struct{ ID string }
	if err := json.Unmarshal([]byte(s.must("dials", "--json")), &dials); err != nil || len(dials) != 1 {
		t.Fatalf("dials %v, %v", dials, err)
	}
	s.refused(1, `there is no reason "no"`, "dials", "decline", dials[0].ID, "--reason", "no")
	s.must("dials", "decline", dials[0].ID, "--reason", "not about us")
	var uses directdial.KeywordUses
	if err := json.Unmarshal([]byte(s.must("keywords", "--json")), &uses); err != nil {
		t.Fatal(err)
	}
	rejected, never := 0, 0
	for _, u := range uses.Uses {
		rejected += u.Rejected
		if u.Fired == 0 {
			never++
		}
	}
	if uses.Mentions != 1 || rejected == 0 || never == 0 {
		t.Errorf("keywords %+v", uses)
	}
	if out := s.must("keywords", "--all"); !strings.Contains(out, "tag:complaint") || !strings.Contains(out, "REJECTED") {
		t.Errorf("the list:\n%s", out)
	}
	file := filepath.Join(t.TempDir(), "feedback.jsonl")
	s.must("learn", "feedback", "--out", file)
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), `"complaint":0`) || !strings.Contains(string(data), `"said":"not about us"`) {
		t.Errorf("feedback %v: %s", err, data)
	}
	if out := s.must("eval", file); !strings.Contains(out, "1 samples") {
		t.Errorf("eval of the feedback:\n%s", out)
	}
}
