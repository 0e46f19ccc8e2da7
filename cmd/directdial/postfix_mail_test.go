package main_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/directdial/directdial"
)

// TestARealMailServer sends cards through a real Postfix, which deploy/proof-mail
// starts. First what goes on side by side, then what the server is killed for.
func TestARealMailServer(t *testing.T) {
	p := newPostfix(t)
	t.Run("takes", func(t *testing.T) {
		for name, run := range map[string]func(*testing.T, *postfix){
			"no mail from who does not trust its certificate": untrusted,
			"each card once, well formed, in its thread":      wellFormed,
			"on the second try what it deferred":              deferred,
			"nothing for a mailbox that it refuses":           refused,
			"no mail that is too large":                       large,
			"no mail of another sender":                       otherSender,
			"mail that comes back":                            comesBack,
			"mail that it says is delayed":                    delayed,
			"one mail of a daemon killed meanwhile":           daemonKilled,
			"mail, and its answer is lost":                    answerLost,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				run(t, p)
			})
		}
	})
	t.Run("is killed", func(t *testing.T) { serverKilled(t, p) })
}

// The certificate is one that the server made for itself.
func untrusted(t *testing.T, p *postfix) {
	at := p.site(t, p.settings("trust", p.port, ""))
	trusting := at.env
	at.env = nil
	if r := at.command("doctor"); r.code != 1 || !strings.Contains(r.out, "has a certificate that does not hold") {
		t.Errorf("doctor: exit %d\n%s%s", r.code, r.out, r.err)
	}
	d := at.start()
	d.send(said(1, complaint))
	await(t, "the certificate is refused", func() bool { return d.log.has("has a certificate that does not hold") })
	p.has(t, "ana.trust", 0)
	d.stop()
	at.env = trusting
	d = at.start()
	d.settled()
	p.arrived(t, "ana.trust", 1)
	if out := at.must("doctor"); !strings.Contains(out, "the mail server localhost lets us in") {
		t.Error(out)
	}
}

// What was said holds all that a mail must not be broken by.
func wellFormed(t *testing.T, p *postfix) {
	at := p.site(t, p.settings("once", p.port, ""))
	d := at.start()
	said := said(1, complaint+"\r\n.\r\nFrom here on: žluťoučký кот 猫 👩‍👩‍👧 "+strings.Repeat("long", 200)+"\r\n..\r\nBcc: all@acme.example")
	d.send(said)
	d.settled()
	dial := d.dials()[0]
	id := "<" + dial.ID + "-1@acme.example>"
	card := p.read(t, p.arrived(t, "ana.once", 1)[0])
	at.must("dials", "pass", dial.ID, "--as", "ana")
	d.settled()
	p.arrived(t, "kim.once", 1)
	var over strictly
	for _, path := range p.arrived(t, "ana.once", 2) {
		if m := p.read(t, path); m.one("message-id") != id {
			over = m
		}
	}
	if got := card.one("message-id"); got != id {
		t.Errorf("Message-ID %s, want %s", got, id)
	}
	if over.one("in-reply-to") != id || over.one("references") != id || over.one("subject") != "Re: "+card.one("subject") {
		t.Errorf("the follow-up has %v", over.Fields)
	}
	for _, m := range []strictly{card, over} {
		m.check(t)
	}
	for _, words := range []string{"žluťoučký кот 猫 👩‍👩‍👧", "billed twice", "longlong"} {
		for kind, part := range card.Parts {
			if !strings.Contains(part, words) {
				t.Errorf("%s lacks %q:\n%s", kind, words, part)
			}
		}
	}
	p.has(t, "ana.once", 2)
	p.has(t, "kim.once", 1)
	p.has(t, "bo.once", 0)
}

// check checks what holds of every mail.
func (m *strictly) check(t *testing.T) {
	t.Helper()
	if m.Type != "multipart/alternative" || len(m.Parts) != 2 || m.Parts["text/plain"] == "" || m.Parts["text/html"] == "" {
		t.Errorf("it is %s with %d parts", m.Type, len(m.Parts))
	}
	// What no server on the way has a reason to change, so that a signature of it
	// holds (RFC 6376, 5.3): nothing but ASCII, in lines that nobody folds anew.
	if !m.ASCII || m.Longest.Head > 78+len("\r\n") || m.Longest.Body > 76 {
		t.Errorf("ASCII %v, longest lines %+v", m.ASCII, m.Longest)
	}
	if from := m.From; len(from) != 1 || from[0].Name != "Växeln 電話" || from[0].Address != "dial.once@acme.example" {
		t.Errorf("from %+v", from)
	}
	if to := m.To; len(to) != 1 || to[0].Name != "Ana Lind (Göteborg)" || to[0].Address != "ana.once@acme.example" {
		t.Errorf("to %+v", to)
	}
	if subject := m.one("subject"); !strings.Contains(subject, "Räksmörgås 珈琲: ") || !strings.Contains(subject, "billing") {
		t.Errorf("subject %q", subject)
	}
	for _, name := range []string{"bcc", "cc"} {
		if _, there := m.Fields[name]; there {
			t.Errorf("there is a field %s", name)
		}
	}
	if m.one("auto-submitted") != "auto-generated" || m.one("mime-version") != "1.0" || m.one("date") == "" {
		t.Errorf("fields %v", m.Fields)
	}
	if got := m.one("received"); !strings.Contains(got, "with ESMTPSA") {
		t.Errorf("it came neither encrypted nor with a password, or asked for more than it needs: %s", got)
	}
}

// Greylisting: the same mail is welcome a minute later.
func deferred(t *testing.T, p *postfix) {
	p.policy.at(atReceiver, "ana.grey", func() string { return "450 4.2.0 come back later" })
	d := p.site(t, p.settings("grey", p.port, "")).start()
	d.send(said(1, complaint))
	await(t, "the mail is deferred", func() bool { return d.log.has("the mail server refuses for now: 450 4.2.0") })
	p.has(t, "ana.grey", 0)
	l := d.settled()
	p.arrived(t, "ana.grey", 1)
	if l.Cards.Delivered != 1 || l.Cards.Failed != 0 || l.Dials != 1 {
		t.Errorf("ledger %+v", l)
	}
}

// There is no such mailbox: the dial goes on to the next colleague, and the coach,
// who it is here, is told.
func refused(t *testing.T, p *postfix) {
	s := p.settings("gone", p.port, "")
	s.experts = strings.Replace(s.experts, "ana.gone", "nobody.gone", 1)
	at := p.site(t, s)
	d := at.start()
	d.send(said(1, complaint))
	l := d.settled()
	paths := p.arrived(t, "kim.gone", 2)
	if dial := d.dials()[0]; dial.Holder != "kim" || l.Cards.Failed != 1 {
		t.Errorf("the dial is with %s; ledger %+v", dial.Holder, l)
	}
	if !d.log.has("the mail server refuses for good: 550 5.1.1 (there is no such mailbox)") {
		t.Error("the log does not say why")
	}
	var says string
	for _, path := range paths {
		m := p.read(t, path)
		says += m.one("subject") + "\n" + m.Parts["text/plain"]
	}
	for _, words := range []string{"it could not be brought to Ana Lind", "Ana Lind (Göteborg) cannot be reached by email"} {
		if !strings.Contains(says, words) {
			t.Errorf("the mails do not say %q:\n%s", words, says)
		}
	}
	if out := at.must("ledger"); !strings.Contains(out, "failed") {
		t.Error(out)
	}
}

// The server takes small mails only.
func large(t *testing.T, p *postfix) {
	d := p.site(t, p.settings("large", p.port+1, "")).start()
	d.send(said(1, complaint))
	d.settled()
	if !d.log.has("the mail server refuses for good: 552 5.3.4 (the mail is too long)") {
		t.Error("the log does not say why")
	}
	p.has(t, "ana.large", 0)
}

// The account may not write in that name. That says nothing about who it is for.
func otherSender(t *testing.T, p *postfix) {
	s := p.settings("sender", p.port, "")
	s.channels = strings.Replace(s.channels, "<dial.sender@", "<boss@", 1)
	at := p.site(t, s)
	d := at.start()
	d.send(said(1, complaint))
	await(t, "the sender is refused", func() bool { return d.log.has("the mail server refuses the sender: 553 5.7.1") })
	if dial := d.dials()[0]; dial.Holder != "ana" {
		t.Errorf("the dial is with %s", dial.Holder)
	}
	at.configure(p.settings("sender", p.port, ""))
	d.settled()
	p.arrived(t, "ana.sender", 1)
}

// What cannot be brought comes back by IMAP: for a mailbox that another server
// refuses, and for one that is an alias of such a one. The coach is told.
func comesBack(t *testing.T, p *postfix) {
	s := p.settings("back", p.port, p.bounces("back"))
	s.experts = strings.NewReplacer("ana.back", "ana.later", "bo.back", "bo.moved").Replace(s.experts)
	at := p.site(t, s)
	d := at.start()
	d.send(said(1, complaint), said(2, parcel))
	if l := d.settled(); l.Cards.Delivered != 2 {
		t.Errorf("ledger %+v", l)
	}
	for _, path := range p.arrived(t, "dial.back", 2) {
		p.read(t, path)
	}
	d.stop() // a start looks at the mailbox at once
	d = at.start()
	await(t, "both are unreachable", func() bool { return d.unreachable("ana") && d.unreachable("bo") })
	d.settled()
	var told []string
	for _, path := range p.arrived(t, "kim.back", 4) { // with the two dials, which go on
		m := p.read(t, path)
		told = append(told, m.one("subject"))
	}
	for _, name := range []string{"Ana Lind (Göteborg)", "Bo Ek"} {
		if want := "Räksmörgås 珈琲: " + name + " cannot be reached by email"; !slices.Contains(told, want) {
			t.Errorf("the coach is told %q, not %q", told, want)
		}
	}
	s.experts = strings.Replace(s.experts, "ana.later", "ana.back", 1)
	at.configure(s)
	if out := at.must("doctor", "--card", "ana"); !strings.Contains(out, "email: it leads to Ana Lind (Göteborg) again") || d.unreachable("ana") {
		t.Error(out)
	}
	p.arrived(t, "ana.back", 1)
}

// bounces is the setting of a case whose bounces are looked for.
func (p *postfix) bounces(of string) string {
	return fmt.Sprintf(", bounces: %q", p.url("imaps", of, p.port+3))
}

// A mail that the server goes on trying to bring is no bounce.
func delayed(t *testing.T, p *postfix) {
	at := p.site(t, p.settings("slow", p.port, p.bounces("slow")))
	d := at.start()
	d.send(said(1, complaint))
	d.settled()
	if m := p.read(t, p.arrived(t, "dial.slow", 1)[0]); !strings.Contains(m.one("subject"), "Delayed") {
		t.Errorf("%v", m.Fields)
	}
	d.stop()
	d = at.start()
	await(t, "the mailbox is looked at", func() bool { return strings.Contains(p.paths("dial.slow")[0], "/cur/") })
	d.stop() // when it has read what it saw
	d = at.start()
	if d.unreachable("ana") {
		t.Error("she counts as unreachable")
	}
}

// The server goes on with a mail whose sender was killed.
func daemonKilled(t *testing.T, p *postfix) {
	at := p.site(t, p.settings("dead", p.port, ""))
	d := at.start()
	reached, goOn := make(chan struct{}), make(chan struct{})
	p.policy.at(atEnd, "ana.dead", func() string {
		close(reached)
		<-goOn
		return "dunno"
	})
	d.send(said(1, complaint))
	<-reached
	d.kill()
	close(goOn)
	p.arrived(t, "ana.dead", 1)
	d = at.start()
	if l := d.settled(); l.Cards.Ambiguous != 1 || l.Cards.Delivered != 0 {
		t.Errorf("ledger %+v", l)
	}
	p.has(t, "ana.dead", 1)
}

// The server has the mail, and its yes does not come through: nobody can know, so
// that it is left to a person, or sent again as the same mail.
func answerLost(t *testing.T, p *postfix) {
	for _, ambiguous := range []directdial.Reason{"hold", "repeat"} {
		t.Run(string(ambiguous), func(t *testing.T) {
			t.Parallel()
			of := string(ambiguous)
			w := newWire(t, p.port)
			p.policy.at(atEnd, "ana."+of, func() string { w.silence(); return "dunno" })
			d := p.site(t, p.settings(of, w.port(), ", ambiguous: "+of)).start()
			d.send(said(1, complaint))
			p.arrived(t, "ana."+of, 1)
			w.cut()
			l := d.settled()
			if of == "hold" {
				if l.Cards.Ambiguous != 1 || l.Cards.Delivered != 0 {
					t.Errorf("ledger %+v", l)
				}
				p.has(t, "ana.hold", 1)
				return
			}
			paths := p.arrived(t, "ana.repeat", 2)
			first, second := p.read(t, paths[0]), p.read(t, paths[1])
			if l.Cards.Delivered != 1 || len(paths) != 2 || first.one("message-id") != second.one("message-id") {
				t.Errorf("%d mails, %s and %s, ledger %+v", len(paths), first.one("message-id"), second.one("message-id"), l)
			}
		})
	}
}

// The server is killed once, in the middle of three mails: of one it knows who it
// is for, of two it has the text, and has not said so. A fourth it has taken, and
// not brought.
func serverKilled(t *testing.T, p *postfix) {
	before := p.policy.stall(atReceiver, "ana.before")
	held := p.policy.stall(atEnd, "ana.killed")
	again := p.policy.stall(atEnd, "ana.again")
	at := func(of, more string) *daemon {
		d := p.site(t, p.settings(of, p.port, more)).start()
		d.send(said(1, complaint))
		return d
	}
	early, hold, repeat := at("before", ""), at("killed", ""), at("again", ", ambiguous: repeat")
	<-before
	<-held
	<-again
	taken := at("taken", "")
	taken.until("the mail is taken", func(l *directdial.Ledger) bool { return l.Cards.Delivered == 1 })
	p.kill()
	p.start()
	for _, d := range []*daemon{early, repeat} {
		if l := d.settled(); l.Cards.Delivered != 1 {
			t.Errorf("ledger %+v", l)
		}
	}
	if l := hold.settled(); l.Cards.Delivered != 0 || l.Cards.Ambiguous != 1 {
		t.Errorf("ledger %+v", l)
	}
	for of, n := range map[string]int{"before": 1, "again": 1, "taken": 1, "killed": 0} {
		p.arrived(t, "ana."+of, n)
		p.has(t, "ana."+of, n)
	}
}
