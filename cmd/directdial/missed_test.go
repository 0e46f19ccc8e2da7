package main_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/directdial/directdial/experts/desk"
)

func TestACoachSaysWhetherAMentionWasRightlyLeft(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	d.send(said(1, "acme it is half past nine"))
	d.settled()
	if out := s.must("missed"); !strings.Contains(out, "nobody knows how much is missed") || !strings.Contains(out, "Imported mentions do not count") {
		t.Errorf("before the week is over:\n%s", out)
	}
	var mentions []desk.MentionView
	if err := json.Unmarshal([]byte(s.must("mentions", "--json")), &mentions); err != nil || len(mentions) != 1 {
		t.Fatalf("%v, %v", mentions, err)
	}
	key := string(mentions[0].Key)
	s.refused(1, "only a coach", "missed", "left", key, "--as", "ana")
	s.refused(1, "there is no mention", "missed", "left", "ffffff")
	d.send(said(2, "acme billed me twice, what a joke"))
	d.settled()
	if err := json.Unmarshal([]byte(s.must("mentions", "--json", "--state", "dialled")), &mentions); err != nil || len(mentions) != 1 {
		t.Fatalf("%v, %v", mentions, err)
	}
	s.refused(1, "is not in the sample of the week from", "missed", "left", string(mentions[0].Key))
	s.must("missed", "belonged", key[:9], "--tag", "complaint")
	if out := s.must("missed", "left", key); !strings.Contains(out, "rightly left") {
		t.Errorf("answer: %s", out)
	}
}
