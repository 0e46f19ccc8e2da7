package main_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestTopicsAreProposedFromMentionsThatHadNone(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	for i := range 3 {
		d.send(said(i+1, fmt.Sprintf("acme, is the parcel locker in street %d open?", i)))
	}
	d.settled()
	if out := s.must("learn", "topics"); !strings.Contains(out, "Nothing is frequent") {
		t.Errorf("of five:\n%s", out)
	}
	if out := s.must("learn", "topics", "--least", "3"); !strings.Contains(out, `- name: parcel-locker # 3 mentions`) {
		t.Errorf("of three:\n%s", out)
	}
}

// What is proposed can be taken as it is: no name is there already, also where no
// letter of the words may stand in one, and what is to be filled in is a comment.
func TestTheConfigurationTakesProposedTopics(t *testing.T) {
	c := terminalOnly("crm")
	c.topics = "\n  - { name: locker, keywords: [unlocking] }\n  - { name: recall, keywords: [recall], restricted: true }"
	s := newSite(t, c)
	d := s.start()
	for i := range 3 {
		d.send(said(10*i+1, fmt.Sprintf("acme, ячейка %d", i)), said(10*i+2, fmt.Sprintf("acme, кредит %d", i)), said(10*i+3, fmt.Sprintf("acme locker %d", i)))
	}
	d.settled()
	_, entries, _ := strings.Cut(s.must("learn", "topics", "--least", "3"), "topics:\n")
	for _, want := range []string{"- name: locker-2 # 3", "- name: topic # 3", "- name: topic-2 # 3", "    # owner: to be filled in"} {
		if !strings.Contains(entries, want) {
			t.Errorf("want %q in\n%s", want, entries)
		}
	}
	c.topics += "\n" + entries
	s.configure(c)
	s.must("check")
}
