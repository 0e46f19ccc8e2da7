package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
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
	if out := s.must("learn", "feedback", "--out", file); out != file+": 1 mention.\n" {
		t.Errorf("it says %q", out)
	}
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), `"complaint":0`) || !strings.Contains(string(data), `"said":"not about us"`) {
		t.Errorf("feedback %v: %s", err, data)
	}
	if out := s.must("eval", file); !strings.Contains(out, "1 sample,") {
		t.Errorf("eval of the feedback:\n%s", out)
	}
}

// Lines of lexicons are looked at like keywords of topics: found or not, in
// effect or not.
func TestLinesOfLexiconsAreKnownByTheirUse(t *testing.T) {
	s := withLexicons(t, "wobbly\t6000\ngrumpy\t100\nquokka\t900\nbilled twice\t2400\t\t-300\n", "")
	d := s.start()
	d.send(said(1, "acme, the table is wobbly"))
	d.send(said(2, "acme, a grumpy day"))
	d.settled()
	var uses directdial.KeywordUses
	if err := json.Unmarshal([]byte(s.must("keywords", "--json")), &uses); err != nil {
		t.Fatal(err)
	}
	got := map[string]directdial.KeywordUse{}
	shipped := 0
	for _, u := range uses.Uses {
		if u.Own {
			got[u.Word] = u
		} else if u.Lexicon != "" {
			shipped++
		}
	}
	if w := got["wobbly"]; w.For != "tag:complaint" || w.Fired != 1 || w.Seen != 1 || !strings.HasSuffix(w.Lexicon, "own/lexicon.tsv:4") {
		t.Errorf("what told a tag: %+v", w)
	}
	if g := got["grumpy"]; g.For != "lexicon:en" || g.Fired != 0 || g.Seen != 1 || g.Idle != "" {
		t.Errorf("what was found and told nothing: %+v", g)
	}
	if q := got["quokka"]; q.Fired+q.Seen != 0 || q.Idle != "" {
		t.Errorf("what was never found: %+v", q)
	}
	if b := got["billed twice"]; !strings.Contains(b.Idle, "says what en.tsv:") {
		t.Errorf("what is shipped already: %+v", b)
	}
	if uses.Heard["en"] != 2 || shipped < 1000 {
		t.Errorf("%d lines are shipped, heard %v", shipped, uses.Heard)
	}
	if out := s.must("keywords"); !strings.Contains(out, "of the shipped lexicon en.tsv") || strings.Contains(out, "quokka") {
		t.Errorf("the list:\n%s", out)
	}
}

// Each line of what ships is counted once, whatever was told: also a word that
// Swedish has too, which is put down to the language it was said in, and one that a
// lexicon of the company overrides.
func TestEveryLineOfAShippedLexiconIsCountedWhateverWasTold(t *testing.T) {
	s := withLexicons(t, "bummer\t3000\n", "")
	d := s.start()
	shipped := func() (words map[string]int, uses directdial.KeywordUses) {
		if err := json.Unmarshal([]byte(s.must("keywords", "--json")), &uses); err != nil {
			t.Fatal(err)
		}
		words = map[string]int{}
		seen := map[string]bool{}
		for _, u := range uses.Uses {
			if name, _, _ := strings.Cut(u.Lexicon, ":"); !u.Own && u.Lexicon != "" && !seen[u.Lexicon] {
				seen[u.Lexicon] = true
				words[name]++
			}
		}
		return words, uses
	}
	before, _ := shipped()
	d.send(said(1, "acme, I was charged twice, abused, what a bummer"))
	d.settled()
	after, uses := shipped()
	if !maps.Equal(before, after) || after["en.tsv"] < 5000 || after["sv.tsv"] < 2000 {
		t.Errorf("%v words are shipped, and after a mention %v", before, after)
	}
	told := 0
	for _, u := range uses.Uses {
		if u.Fired > 0 && strings.HasPrefix(u.For, "tag:complaint") && !strings.HasPrefix(u.Word, "feature:") {
			told++
			if u.Language != "en" || u.Own != (u.Word == "bummer") {
				t.Errorf("what an English text told: %+v", u)
			}
		}
	}
	if told < 3 {
		t.Errorf("%d words told", told)
	}
}

// What colleagues said makes a lexicon that the configuration takes, the same
// each time, and changes what is told.
func TestALexiconIsLearnedFromWhatColleaguesSay(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	file := s.path("learned.tsv")
	s.refused(1, "nobody has said anything", "learn", "lexicon", "--feedback", "--out", file)
	for i := range 5 {
		d.send(said(i, fmt.Sprintf("acme refused my seaweed order %d", i)), said(10+i, fmt.Sprintf("acme refused my granite order %d", i)))
	}
	d.settled()
	var dials []struct{ ID, Text string }
	if err := json.Unmarshal([]byte(s.must("dials", "--json")), &dials); err != nil || len(dials) != 10 {
		t.Fatalf("dials %v, %v", dials, err)
	}
	for i, dial := range dials {
		if i == 1 {
			s.refused(1, "nothing was learned from 1 mention", "learn", "lexicon", "--feedback", "--out", file)
		}
		if strings.Contains(dial.Text, "granite") {
			s.must("dials", "take", dial.ID, "--as", "kim")
		} else {
			s.must("dials", "decline", dial.ID, "--reason", string(directdial.WrongTagged))
		}
	}
	var before []byte
	for range 2 {
		out := s.must("learn", "lexicon", "--feedback", "--out", file)
		data, err := os.ReadFile(file)
		if err != nil || !strings.Contains(out, "from 10 mentions") || !strings.Contains(string(data), "\nseaweed\t-") || before != nil && !bytes.Equal(before, data) {
			t.Fatalf("%v, %s\n%s", err, out, data)
		}
		before = data
		// It is in force from now on, and learning it anew does not start from itself.
		s.write("directdial.yaml", terminalOnly("crm").yaml()+"classify: { lexicons: [learned.tsv] }\n")
	}
	await(t, "the lexicon is read", func() bool {
		return !strings.Contains(s.must("explain", "--text", "acme refused my seaweed order"), "tags      complaint")
	})
}
