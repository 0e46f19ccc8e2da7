package main_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/experts/desk"
)

func TestExplainSaysHowFarATagIsFromBeingTold(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string][]string{
		"acme makes tea, safe":                 {"tags      none\n          complaint 0.", "ambassador 0.", ", told from 0.", " on: base -", "safe +0."},
		"acme, I will kill you":                {"tags      none by its words; as a complaint, for harm\n"},
		"acme jippi hujeda blirpa smordvik qx": {"tags      unsure: none could be told"},
	} {
		out, code := told(t, dir, "explain", text)
		for _, w := range want {
			if code != 0 || !strings.Contains(out, w) {
				t.Errorf("%s: code %d, want %q in\n%s", text, code, w, out)
			}
		}
	}
}

// Praise and complaint speak against each other: what reaches its threshold and is
// not told all the same is named with the reason.
func TestExplainNamesATagThatGivesWayToASurerOne(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	s.write("directdial.yaml", terminalOnly("crm").yaml()+"classify: { thresholds: { complaint: 0.01, ambassador: 0.01 } }\n")
	for text, want := range map[string]string{
		"acme charged me twice, unacceptable": " would be told from 0.01 on, but the complaint is surer: base -",
		"I love acme":                         " would be told from 0.01 on, but praise is surer: base -",
	} {
		if out := s.must("explain", "--text", text); strings.Count(out, want) != 1 || strings.Contains(out, "0.0,") {
			t.Errorf("want %q once in\n%s", want, out)
		}
	}
}

func TestTheScoresThatExplainShowsAddUp(t *testing.T) {
	for _, text := range []string{"acme makes tea, safe", "acme charged me twice, where is my refund?"} {
		out, code := told(t, t.TempDir(), "explain", "--json", "--text", text)
		var e desk.Explanation
		if err := json.Unmarshal([]byte(out), &e); err != nil || code != 0 {
			t.Fatalf("code %d, %v: %s", code, err, out)
		}
		c := &e.Case.Classification
		for _, u := range e.Untold {
			c.Tags = append(c.Tags, directdial.TagScore{Tag: u.Tag, Score: u.Score, Base: u.Base})
			c.Keywords = append(c.Keywords, u.Keywords...)
		}
		for _, tag := range c.Tags {
			sum := tag.Base
			for _, k := range c.Keywords {
				if k.For == "tag:"+string(tag.Tag) {
					sum += k.Weight
				}
			}
			if got := classify.Probability(sum); got != tag.Score || tag.Base == 0 {
				t.Errorf("%s: %s is %d from a base of %d, and adds up to %d", text, tag.Tag, tag.Score, tag.Base, got)
			}
		}
		if len(c.Tags) < 2 {
			t.Errorf("%s: only %+v", text, c.Tags)
		}
	}
}
