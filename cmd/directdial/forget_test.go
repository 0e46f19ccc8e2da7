package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/directdial/directdial"
)

// holding names the files under a folder that hold a word.
func holding(t testing.TB, dir, word string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(word)) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// by is a mention with another author.
func by(m directdial.Mention, a directdial.Author) directdial.Mention {
	m.Author = a
	return m
}

func TestForgottenAuthorIsGoneFromDiskCardsAndLists(t *testing.T) {
	s, slack := newSlack(t, nil)
	d := s.start()
	known := directdial.Author{ID: "109", Handle: authorMark + "@social.example"}
	named := directdial.Author{Handle: "@" + strings.ToUpper(authorMark) + "@social.example"}
	other := said(3, "acme billed twice, this is a bad joke")
	other.ID, other.URL = "3", ""
	d.send(by(said(1, complaint), known), by(said(2, complaint), named), by(other, directdial.Author{Handle: "numbat"}))
	d.settled()
	d.send(by(said(1, complaint+" edited"), known))
	d.settled()
	if len(holding(t, s.path("data"), textMark)) == 0 {
		t.Fatal("the words are not even there before: this test shows nothing")
	}
	var forgotten struct{ Mentions int }
	if err := json.Unmarshal([]byte(s.must("forget", "mastodon:@"+authorMark+"@social.example", "--json")), &forgotten); err != nil || forgotten.Mentions != 2 {
		t.Errorf("forgotten: %+v, %v", forgotten, err)
	}
	l := d.settled()
	if l.Erased != 2 || l.Withdrawn != 2 || l.Dialled != 1 {
		t.Errorf("the ledger is %+v", l)
	}
	for _, m := range slack.Messages() {
		if text := fmt.Sprint(m.Content); strings.Contains(text, textMark) {
			t.Errorf("a card still shows the words: %s", text)
		}
	}
	// Again, by the source: nothing is dialled, nothing is kept.
	d.send(by(said(1, complaint), known))
	if l := d.settled(); l.Dials != 3 || l.Erased != 2 {
		t.Errorf("the ledger is %+v", l)
	}
	s.refused(1, "no mention by", "forget", "mastodon:@"+authorMark+"@social.example")
	s.refused(2, "PLATFORM:HANDLE", "forget", authorMark)
	d.stop()
	for _, word := range []string{textMark, authorMark, strings.ToUpper(authorMark)} {
		if files := holding(t, s.path("data"), word); len(files) > 0 {
			t.Errorf("%q stands in %q", word, files)
		}
	}
}

func TestForgetFindsWhoIsNamedInAnEditOnlyOrOnOneOfManyPlatforms(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	var many []directdial.Mention // more platforms than have a subject of their own
	for i := range 70 {
		m := by(said(100+i, fire), directdial.Author{ID: "109", Handle: "numbat"})
		m.Platform = "forum-" + strconv.Itoa(i)
		many = append(many, m)
	}
	many[69].Text, many[69].Author.Handle = fire+" bilby", "dunnart"
	d.send(many...)
	nameless := by(said(1, fire), directdial.Author{})
	d.send(nameless, by(said(1, fire+" bilby"), directdial.Author{Handle: "dunnart"}))
	d.send(by(said(2, fire), directdial.Author{Handle: "numbat"}), by(said(2, fire+" bilby"), directdial.Author{Handle: "dunnart"}))
	d.settled()
	s.must("forget", "forum-69:dunnart")
	if l := d.settled(); l.Erased != 1 {
		t.Errorf("the ledger is %+v", l)
	}
	s.must("forget", "mastodon:dunnart")
	if l := d.settled(); l.Erased != 3 {
		t.Errorf("the ledger is %+v", l)
	}
	d.stop()
	for _, word := range []string{"bilby", "dunnart"} {
		if files := holding(t, s.path("data"), word); len(files) > 0 {
			t.Errorf("%q stands in %q", word, files)
		}
	}
}

func TestForgetWithoutADaemonOverwritesBeforeItReturns(t *testing.T) {
	s := newSite(t, terminalOnly("crm"))
	d := s.start()
	for i := range 30 {
		d.send(by(said(i, fire), directdial.Author{Handle: authorMark}))
	}
	d.settled()
	d.kill()
	s.must("forget", "mastodon:"+authorMark)
	if files := holding(t, s.path("data"), textMark); len(files) > 0 {
		t.Errorf("the words stand in %q", files)
	}
	var l directdial.Ledger
	if err := json.Unmarshal([]byte(s.must("ledger", "--json")), &l); err != nil || l.Erased != 30 {
		t.Errorf("the ledger is %+v, %v", l, err)
	}
}
