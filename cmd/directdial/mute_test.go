package main_test

import (
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

func TestMutedAuthorIsListedByNameAndNotDialled(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	u := directdial.Author{ID: "109", Handle: "user1@social.example"}
	d.send(by(said(1, complaint), u))
	d.send(by(said(3, complaint), directdial.Author{Handle: u.Handle})) // another source tells no id
	d.settled()
	who, until := "mastodon:@user1@social.example", time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	s.refused(1, "nothing by mastodon:@usre1@social.example has been heard", "mute", "mastodon:@usre1@social.example", "--until", until, "--why", "spam")
	if out := s.must("mute"); !strings.Contains(out, "Nobody is muted") {
		t.Errorf("before: %s", out)
	}
	s.refused(2, "say until when, and why", "mute", who, "--until", until)
	s.refused(1, "only a coach", "mute", who, "--until", until, "--why", "spam", "--as", "ana")
	if out := s.must("mute", who, "--until", until, "--why", "sends the same every hour"); !strings.Contains(out, "not dialled until") {
		t.Errorf("muted: %s", out)
	}
	if out := s.must("mute"); strings.Count(out, "user1@social.example") != 1 || strings.Count(out, "\n") != 2 {
		t.Errorf("one author is listed as %s", out)
	}
	for _, want := range []string{"mastodon:user1@social.example", "sends the same every hour", "ops"} {
		if out := s.must("mute"); !strings.Contains(out, want) {
			t.Errorf("%q is not in the list: %s", want, out)
		}
	}
	d.send(by(said(2, complaint), u))
	if l := d.settled(); l.Suppressed["muted"] != 1 {
		t.Errorf("the ledger is %+v", l)
	}
	d.stop()
	s.must("unmute", who)
	if out := s.must("mute", "--json"); strings.Contains(out, "author") {
		t.Errorf("after: %s", out)
	}
}
