package main_test

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/email/smtptest"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// newMail runs a mail server and makes a site in which ana gets mail first, and
// Slack where that fails.
func newMail(t *testing.T) (*site, *smtptest.Server, *slacktest.Server) {
	t.Helper()
	smtp := smtptest.Start(t, smtptest.Options{})
	at, slack := newSlack(t, func(s *settings) {
		s.channels = fmt.Sprintf(`
  slack: { token: %s, api_url: %q, pace: off, rate: off }
  email: { smtp: "smtp://%s", from: "Direct Dial <dial@acme.example>", pace: off, rate: off }`, slacktest.Token, s.slack, smtp.Addr)
		s.experts = strings.Replace(usualExperts, "id: ana,", "id: ana, email: ana@acme.example, prefer: email,", 1)
		s.http = `{ listen: 127.0.0.1:0, desk: 127.0.0.1:0, admin: 127.0.0.1:0, public_url: "https://dial.acme.example" }`
	})
	return at, smtp, slack
}

func TestACardByMailHoldsNoHostileHeader(t *testing.T) {
	t.Parallel()
	at, smtp, slack := newMail(t)
	d := at.start()
	d.send(attacker(1, "a\r\nBcc: all@acme.example\r\n\r\nhello <script>alert(1)</script>"))
	d.settled()
	mails := smtp.Mails()
	if len(mails) != 1 || len(slack.Messages()) != 0 {
		t.Fatalf("%d mails, %d messages", len(mails), len(slack.Messages()))
	}
	m, err := mail.ReadMessage(bytes.NewReader(mails[0].Data))
	if err != nil {
		t.Fatal(err)
	}
	if to := mails[0].To; len(to) != 1 || to[0] != "ana@acme.example" || m.Header.Get("Bcc") != "" {
		t.Errorf("to %v, header %v", to, m.Header)
	}
	for name, values := range m.Header {
		if strings.Contains(strings.Join(values, " "), textMark) {
			t.Errorf("%s: %s", name, values)
		}
	}
	if dial := d.dials()[0]; m.Header.Get("Message-Id") != "<"+dial.ID+"-1@acme.example>" {
		t.Errorf("Message-ID %s", m.Header.Get("Message-Id"))
	}
	if page := page(t, m); !strings.Contains(page, textMark) || strings.Contains(page, "<script") {
		t.Errorf("the mail shows\n%s", page)
	}
}

// page is the HTML of a mail.
func page(t testing.TB, m *mail.Message) string {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextPart() // which undoes quoted-printable
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			text, err := io.ReadAll(part)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
	}
}

func TestAMailThatIsRefusedForGoodGoesByTheOtherChannel(t *testing.T) {
	t.Parallel()
	at, smtp, slack := newMail(t)
	smtp.Next(smtptest.Rcpt, smtptest.Answer{Code: 550, Text: "no such mailbox"})
	d := at.start()
	d.send(said(1, complaint))
	l := d.settled()
	if len(smtp.Mails()) != 0 || len(slack.Messages()) != 1 || slack.Messages()[0].User != "U0ANA" {
		t.Errorf("%d mails, messages %+v", len(smtp.Mails()), slack.Messages())
	}
	if l.Cards.Failed != 1 || l.Cards.Delivered != 1 || l.Dials != 1 {
		t.Errorf("ledger %+v", l)
	}
}

// The server took the mail, and nobody heard it say so. Mail cannot be looked
// up, so it is left to a person: nobody gets it twice.
func TestAMailWhoseAnswerIsLostIsCountedAndNotSentAgain(t *testing.T) {
	t.Parallel()
	at, smtp, slack := newMail(t)
	smtp.Next(smtptest.End, smtptest.Answer{Cut: true, Keep: true})
	d := at.start()
	d.send(said(1, complaint))
	l := d.settled()
	d.stop()
	d = at.start()
	d.send(said(2, complaint))
	d.settled()
	if l.Cards.Ambiguous != 1 || len(smtp.Mails()) != 2 || len(slack.Messages()) != 0 {
		t.Errorf("%d mails, %d messages, ledger %+v", len(smtp.Mails()), len(slack.Messages()), l)
	}
}

// mailed is where the link of a mail leads, at the daemon itself.
func (d *daemon) mailed(letter []byte) string {
	d.t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(letter))
	if err != nil {
		d.t.Fatal(err)
	}
	found := mailLink.FindStringSubmatch(page(d.t, m))
	if found == nil {
		d.t.Fatal("the mail has no link")
	}
	return "http://" + d.status.Listen + found[1]
}

var mailLink = regexp.MustCompile(`https://dial\.acme\.example(/v1/channels/email/[^"?]+)`)

func TestADialIsTakenAndAnsweredByTheLinksOfItsMail(t *testing.T) {
	t.Parallel()
	at, smtp, _ := newMail(t)
	d := at.start()
	d.send(said(1, complaint))
	d.settled()
	address := d.mailed(smtp.Mails()[0].Data)
	for range 2 { // as programs do that look at mails
		resp, err := http.Get(address + "?do=take")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if dial := d.dials()[0]; dial.State != directdial.Offered {
		t.Errorf("opening the link did something: %+v", dial)
	}
	for _, step := range []struct {
		do   directdial.ActionKind
		code int
		want directdial.DialState
	}{
		{directdial.ActTake, http.StatusOK, directdial.Accepted},
		{directdial.ActTake, http.StatusConflict, directdial.Accepted},
		{directdial.ActAnswered, http.StatusOK, directdial.Answered},
	} {
		dial := d.dials()[0]
		resp, err := http.PostForm(address, url.Values{"do": {string(step.do)}, "revision": {strconv.Itoa(dial.Revision)}})
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if got := d.dials()[0].State; resp.StatusCode != step.code || got != step.want {
			t.Errorf("%s: %s, the dial is %s\n%s", step.do, resp.Status, got, text)
		}
	}
}

// The form of a late dial, sent again: the dial is late no more, and the process
// that judged the form may be gone.
func TestTheFormOfALateDialThatIsSentAgainAfterARestartIsAnsweredAsBefore(t *testing.T) {
	t.Parallel()
	at, smtp, _ := newMail(t)
	d := at.start()
	d.send(said(1, complaint))
	d.settled()
	id := d.dials()[0].ID
	at.must("dials", "pass", id, "--as", "ana")
	at.must("dials", "pass", id, "--as", "kim") // nobody is left: it is late with the owner of its topic
	var letter []byte
	await(t, "the notice", func() bool {
		letter = smtp.Mails()[len(smtp.Mails())-1].Data
		m, err := mail.ReadMessage(bytes.NewReader(letter))
		return err == nil && strings.Contains(page(t, m), "dial="+id)
	})
	form := url.Values{"do": {"decline"}, "dial": {id}, "reason": {"duplicate"}, "revision": {strconv.Itoa(d.dials()[0].Revision)}}
	send := func(when string) {
		t.Helper()
		resp, err := http.PostForm(d.mailed(letter), form)
		if text := read(t, resp, err); !strings.Contains(text, "is closed: duplicate") {
			t.Errorf("%s, the page says\n%s", when, text)
		}
	}
	send("at once")
	send("again")
	d.stop()
	d = at.start()
	send("after a restart")
	form.Set("do", "take")
	resp, err := http.PostForm(d.mailed(letter), form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if dial := d.dials()[0]; resp.StatusCode != http.StatusConflict || dial.State != directdial.Declined || dial.Reason != directdial.Duplicate {
		t.Errorf("another form: %s, the dial is %+v", resp.Status, dial)
	}
}
