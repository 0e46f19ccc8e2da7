package email

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/email/smtptest"
)

func bounceMail(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "bounces", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
}

func TestBounceIsTheLastWordAboutOneMail(t *testing.T) {
	const original = "<d0123456789abcdef-1@acme.example>"
	for name, want := range map[string]bounce{
		"postfix":    {original, "ana@acme.example", "ana@acme.example", "5.1.1"},
		"whole-mail": {original, "ana@acme.example", "ana@acme.example", "5.1.10"},
		"delayed":    {},
		"holiday":    {},
	} {
		got, err := readBounce(bytes.NewReader(bounceMail(t, name)))
		if got != want || (err == nil) != (want != bounce{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func FuzzReadBounce(f *testing.F) {
	for _, name := range []string{"postfix", "whole-mail", "delayed", "holiday"} {
		f.Add(bounceMail(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := readBounce(bytes.NewReader(data))
		if err == nil && (!wellFormed.MatchString(b.original) || b.to == "" || !strings.HasPrefix(b.status, "5.")) {
			t.Errorf("%+v", b)
		}
	})
}

// inbox is an IMAP server with one user, and a channel that looks there.
func inbox(t *testing.T, mails ...[]byte) (*imapmemserver.User, *channel) {
	t.Helper()
	user, addr, _, client := smtptest.Inbox(t, "dial@acme.example", password)
	for _, m := range mails {
		if _, err := user.Append("INBOX", literal{bytes.NewReader(m)}, &imap.AppendOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	m, err := parseMailbox("imaps://dial%40acme.example:s3cret%25pass%3Aword%2F%40%23@" + addr)
	if err != nil {
		t.Fatal(err)
	}
	m.roots = client
	return user, &channel{domain: "acme.example", bounces: m, log: zerolog.Nop(), now: time.Now}
}

type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

func TestMailThatComesBackMakesItsReceiverUnreachable(t *testing.T) {
	user, c := inbox(t, bounceMail(t, "holiday"), bounceMail(t, "postfix"), bounceMail(t, "delayed"))
	b := &book{card: channeltest.Card(ana), acts: map[string]directdial.Action{}}
	last, err := c.look(t.Context(), b, 0)
	if err != nil || last != 3 {
		t.Fatalf("looked up to %d: %v", last, err)
	}
	if len(b.acts) != 1 {
		t.Fatalf("the actions are %+v", b.acts)
	}
	for id, a := range b.acts {
		if a.Kind != directdial.ActUnreachable || a.Expert != "ana" || a.Channel != "email" ||
			a.Detail != "the mail server says 5.1.1" || !directdial.ValidName(id) {
			t.Errorf("the action is %+v", a)
		}
	}
	status, err := user.Status("INBOX", &imap.StatusOptions{NumUnseen: true})
	if err != nil || *status.NumUnseen != 2 {
		t.Errorf("%d mails are unseen, want those that are none of ours: %v", *status.NumUnseen, err)
	}
	// After a start everything is looked at again.
	if last, err = c.look(t.Context(), b, 0); err != nil || last != 3 || len(b.acts) != 1 {
		t.Errorf("again: up to %d, %d actions, %v", last, len(b.acts), err)
	}
	if last, err = c.look(t.Context(), b, last); err != nil || last != 3 {
		t.Errorf("nothing new: up to %d, %v", last, err)
	}
}

// changed is a bounce of Postfix with something else in it.
func changed(t *testing.T, was, is string) []byte {
	t.Helper()
	return bytes.ReplaceAll(bounceMail(t, "postfix"), []byte(was), []byte(is))
}

func TestBounceOfWhatTheAddressIsAnAliasOfIsOneOfTheAddress(t *testing.T) {
	_, c := inbox(t, changed(t, "rfc822; ana@acme.example", "rfc822; ana@next.example"))
	b := &book{card: channeltest.Card(ana), acts: map[string]directdial.Action{}}
	if _, err := c.look(t.Context(), b, 0); err != nil || len(b.acts) != 1 {
		t.Errorf("the actions are %+v, %v", b.acts, err)
	}
}

func TestBouncesThatAnybodyCouldHaveWrittenCountForNothing(t *testing.T) {
	for name, change := range map[string][2]string{
		"an offer that is not there": {"d0123456789abcdef-1", "d1111111111111111-1"},
		"another domain":             {"-1@acme.example", "-1@evil.example"},
		"another receiver":           {"ana@acme.example", "kim@acme.example"},
	} {
		_, c := inbox(t, changed(t, change[0], change[1]))
		b := &book{card: channeltest.Card(ana), acts: map[string]directdial.Action{}}
		if _, err := c.look(t.Context(), b, 0); err != nil || len(b.acts) != 0 {
			t.Errorf("%s: %v, %v", name, b.acts, err)
		}
	}
}

func TestWhoseMailboxTheServerDoesNotKnowIsUnreachable(t *testing.T) {
	for code, want := range map[[3]int]int{{5, 1, 1}: 1, {5, 2, 1}: 1, {5, 7, 1}: 0} {
		far := open(t)
		servers[far.Channel].Next(smtptest.Rcpt, smtptest.Answer{Code: 550, Enhanced: code, Text: "no"})
		if _, err := far.Channel.Send(t.Context(), ana, channeltest.Card(ana)); directdial.KindOf(err) != directdial.Gone {
			t.Errorf("%v: %v", code, err)
		}
		if got := len(far.Channel.(*channel).lost); got != want {
			t.Errorf("%v: %d are to be told of, want %d", code, got, want)
			continue
		}
		if want == 0 {
			continue
		}
		ctx, cancel := context.WithCancel(t.Context())
		b := &told{book: book{card: channeltest.Card(ana), acts: map[string]directdial.Action{}}, cancel: cancel}
		if err := far.Channel.(*channel).Listen(ctx, b); err == nil || len(b.acts) != 1 {
			t.Errorf("%v: the actions are %+v, %v", code, b.acts, err)
		}
	}
}

// told ends what is listened to with the first action.
type told struct {
	book
	cancel func()
}

func (b *told) Act(ctx context.Context, a directdial.Action) (directdial.Judgement, error) {
	defer b.cancel()
	return b.book.Act(ctx, a)
}

func TestMailboxThatCannotBeReadIsAskedAgain(t *testing.T) {
	_, c := inbox(t)
	c.bounces.password = "another"
	err := c.Listen(t.Context(), &book{})
	if directdial.KindOf(err) != directdial.Temporary || strings.Contains(err.Error(), "another") {
		t.Errorf("the error is %v", err)
	}
	_, c = inbox(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Listen(ctx, &book{}); ctx.Err() == nil || err == nil {
		t.Errorf("the error is %v", err)
	}
}

func TestMailboxURLs(t *testing.T) {
	for raw, want := range map[string]string{
		"imaps://u:p@mail.example":           "mail.example:993 INBOX",
		"imap://u:p@mail.example:1143/Dial":  "mail.example:1143 Dial",
		"imaps://u:p@mail.example/A/Bounces": "mail.example:993 A/Bounces",
		"https://u:platypus@mail.example":    "",
		"imaps://mail.example":               "",
		"imaps://u:platypus@":                "",
		"::":                                 "",
	} {
		m, err := parseMailbox(raw)
		if got := m.address + " " + m.name; (err == nil && got != want) || (err != nil && want != "") {
			t.Errorf("%s: %q, %v", raw, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "platypus") {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
