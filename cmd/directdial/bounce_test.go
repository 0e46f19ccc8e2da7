package main_test

import (
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/directdial/directdial/experts/email/smtptest"
)

// newInbox runs an IMAP server with an empty mailbox, and returns its address and
// its certificate.
func newInbox(t *testing.T) (user *imapmemserver.User, addr, cert string) {
	t.Helper()
	user, addr, server, _ := smtptest.Inbox(t, "dial", secretMark)
	return user, addr, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificates[0].Certificate[0]}))
}

// literal is a mail that is put into a mailbox.
type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// returned is what comes back of a mail to an address that is none.
func returned(id, to string) literal {
	return literal{strings.NewReader(strings.ReplaceAll(fmt.Sprintf(`From: MAILER-DAEMON@mail.example
To: dial@acme.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; %s
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: %s

--b--
`, to, id), "\n", "\r\n"))}
}

// No look at a mail server finds out that a mailbox is there again.
func TestWhoseMailCameBackIsReachedAgainOnceATestCardGoesOut(t *testing.T) {
	t.Parallel()
	smtp := smtptest.Start(t, smtptest.Options{})
	inbox, mailbox, cert := newInbox(t)
	at := newSite(t, settings{
		channels: fmt.Sprintf(`{ email: { smtp: "smtp://%s", from: dial@acme.example, pace: off, rate: off, bounces: "imaps://dial:%s@%s" } }`, smtp.Addr, secretMark, mailbox),
		experts: strings.NewReplacer("slack: U0ANA", "email: ana@acme.example",
			"slack: U0BO", "email: bo@acme.example", "slack: U0KIM", "email: kim@acme.example").Replace(usualExperts),
	})
	at.env = []string{"SSL_CERT_FILE=" + at.write("cert.pem", cert)}
	d := at.start()
	d.send(said(1, complaint))
	d.settled()
	bounce := returned("<"+d.dials()[0].ID+"-1@acme.example>", "ana@acme.example")
	if _, err := inbox.Append("INBOX", bounce, &imap.AppendOptions{}); err != nil {
		t.Fatal(err)
	}
	d.stop() // a start looks at the mailbox at once
	d = at.start()
	await(t, "the bounce is read", func() bool { return d.unreachable("ana") })
	if holder := d.dials()[0].Holder; holder != "kim" {
		t.Errorf("the dial is with %s", holder)
	}
	again := "email: it leads to Ana Lind again."
	if out := at.must("doctor", "--card", "ana"); !strings.Contains(out, again) || d.unreachable("ana") {
		t.Errorf("doctor says %s", out)
	}
	if out := at.must("doctor", "--card", "ana"); strings.Contains(out, again) {
		t.Errorf("doctor says again %s", out)
	}
}

// unreachable reports whether there is a channel that does not lead to a colleague.
func (d *daemon) unreachable(id string) bool {
	d.t.Helper()
	list, err := d.desk.Experts(d.t.Context(), time.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range list {
		if e.ID == id {
			return len(e.Unreachable) > 0
		}
	}
	return false
}
