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
