package email

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/email/smtptest"
)

const password = "s3cret%pass:word/@#"

var ana = directdial.Expert{
	ID: "ana", Name: "Ana Lind", Timezone: "Europe/Stockholm", Addresses: map[string]string{"email": "ana@acme.example"},
}

// open makes a channel to a server that asks for STARTTLS and a password.
func open(t *testing.T) channeltest.Far {
	t.Helper()
	server, client := smtptest.Certificate(t)
	s := smtptest.Start(t, smtptest.Options{TLS: server, User: "dial@acme.example", Password: password})
	far := dialling(t, s, "smtp://dial%40acme.example:s3cret%25pass%3Aword%2F%40%23@"+s.Addr, client)
	far.Hang = func() { s.Next(smtptest.End, smtptest.Answer{Hang: true}) }
	return far
}

// servers finds the server of a channel again, for the faults.
var servers = map[experts.Channel]*smtptest.Server{}

// dialling makes a channel to a URL that trusts what client trusts.
func dialling(t *testing.T, s *smtptest.Server, url string, client *tls.Config) channeltest.Far {
	t.Helper()
	setup, log := channeltest.Setup(fmt.Sprintf("smtp: %q\nfrom: Direct Dial <dial@acme.example>", url))
	setup.Now = func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }
	c, err := New(setup)
	if err != nil {
		t.Fatal(err)
	}
	c.(*channel).server.roots = client
	servers[c] = s
	return channeltest.Far{Channel: c, To: ana, Cards: func() []channeltest.Shown { return mailbox(t, s) }, Log: log}
}

func next(at smtptest.Stage, a smtptest.Answer) func(*testing.T, channeltest.Far) {
	return func(_ *testing.T, far channeltest.Far) { servers[far.Channel].Next(at, a) }
}

// faults are what mail servers do instead of taking a mail.
var faults = []channeltest.Fault{
	{Name: "421 on connect", Arrange: next(smtptest.Greeting, smtptest.Answer{Code: 421, Text: "too busy"}), Kind: directdial.Temporary, After: time.Minute, Channel: true},
	{Name: "554 on connect", Arrange: next(smtptest.Greeting, smtptest.Answer{Code: 554, Text: "no service"}), Kind: directdial.Temporary, After: 15 * time.Minute, Channel: true},
	{Name: "cut on connect", Arrange: next(smtptest.Greeting, smtptest.Answer{}), Kind: directdial.Temporary, Channel: true},
	{Name: "a banner that never comes", Arrange: func(_ *testing.T, far channeltest.Far) {
		far.Channel.(*channel).server.timeout = 100 * time.Millisecond
		servers[far.Channel].Next(smtptest.Greeting, smtptest.Answer{Hang: true})
	}, Kind: directdial.Temporary, Channel: true},
	{Name: "nobody there", Arrange: func(_ *testing.T, far channeltest.Far) { far.Channel.(*channel).server.port = "1" }, Kind: directdial.Temporary, Channel: true},
	{Name: "a wrong password, which the server repeats", Arrange: func(_ *testing.T, far channeltest.Far) {
		far.Channel.(*channel).server.password = password + "x"
	}, Kind: directdial.Temporary, After: 15 * time.Minute, Channel: true},
	{Name: "454 at AUTH", Arrange: next(smtptest.Auth, smtptest.Answer{Code: 454, Enhanced: [3]int{4, 7, 0}, Text: "try later"}), Kind: directdial.Temporary, After: time.Minute, Channel: true},
	{Name: "a certificate that nobody knows", Arrange: func(_ *testing.T, far channeltest.Far) { far.Channel.(*channel).server.roots = nil }, Kind: directdial.Temporary, After: 15 * time.Minute, Channel: true},
	{Name: "STARTTLS taken away", Arrange: func(t *testing.T, far channeltest.Far) {
		s := smtptest.Start(t, smtptest.Options{User: "u", Password: password, Insecure: true})
		_, far.Channel.(*channel).server.port, _ = strings.Cut(s.Addr, ":")
	}, Kind: directdial.Temporary, After: 15 * time.Minute, Channel: true},
	{Name: "451 at MAIL FROM", Arrange: next(smtptest.From, smtptest.Answer{Code: 451, Text: "later"}), Kind: directdial.Temporary, After: time.Minute},
	{Name: "550 at MAIL FROM: the sender", Arrange: next(smtptest.From, smtptest.Answer{Code: 550, Enhanced: [3]int{5, 7, 1}, Text: "sender refused"}), Kind: directdial.Temporary, After: 15 * time.Minute, Channel: true},
	{Name: "greylisted", Arrange: next(smtptest.Rcpt, smtptest.Answer{Code: 451, Enhanced: [3]int{4, 7, 1}, Text: "greylisted"}), Kind: directdial.Temporary, After: time.Minute},
	{Name: "450 mailbox busy", Arrange: next(smtptest.Rcpt, smtptest.Answer{Code: 450, Text: "busy"}), Kind: directdial.Temporary, After: time.Minute},
	{Name: "550 no such mailbox", Arrange: next(smtptest.Rcpt, smtptest.Answer{Code: 550, Enhanced: [3]int{5, 1, 1}, Text: "unknown"}), Kind: directdial.Gone},
	{Name: "553 the sender, once there is a receiver", Arrange: next(smtptest.Rcpt, smtptest.Answer{
		Code: 553, Enhanced: [3]int{5, 7, 1}, Text: "<dial@acme.example>: Sender address rejected: not owned by user boss@acme.example",
	}), Kind: directdial.Temporary, After: 15 * time.Minute, Channel: true},
	{Name: "550 the sender's domain, once there is a receiver", Arrange: next(smtptest.Rcpt, smtptest.Answer{Code: 550, Enhanced: [3]int{5, 1, 8}, Text: "bad sender"}), Kind: directdial.Temporary, After: 15 * time.Minute, Channel: true},
	{Name: "cut at RCPT TO", Arrange: next(smtptest.Rcpt, smtptest.Answer{Cut: true}), Kind: directdial.Temporary, Channel: true},
	{Name: "421 at the end of the text", Arrange: next(smtptest.End, smtptest.Answer{Code: 421, Text: "closing"}), Kind: directdial.Temporary, After: time.Minute, Channel: true},
	{Name: "452 at the end of the text", Arrange: next(smtptest.End, smtptest.Answer{Code: 452, Text: "disk full"}), Kind: directdial.Temporary, After: time.Minute},
	{Name: "554 spam, with the text in the answer", Arrange: next(smtptest.End, smtptest.Answer{
		Code: 554, Enhanced: [3]int{5, 7, 1}, Text: "spam: " + channeltest.Card(ana).Post.Text,
	}), Kind: directdial.Gone},
	{Name: "552 too long", Arrange: next(smtptest.End, smtptest.Answer{Code: 552, Enhanced: [3]int{5, 3, 4}, Text: "too long"}), Kind: directdial.Gone},
	{Name: "cut after the text, which was taken", Arrange: next(smtptest.End, smtptest.Answer{Cut: true, Keep: true}), Kind: directdial.Ambiguous, Arrives: 1},
	{Name: "cut after the text, which was not", Arrange: next(smtptest.End, smtptest.Answer{Cut: true}), Kind: directdial.Ambiguous},
	{Name: "no answer to the text", Arrange: func(_ *testing.T, far channeltest.Far) {
		far.Channel.(*channel).server.timeout = 300 * time.Millisecond
		servers[far.Channel].Next(smtptest.End, smtptest.Answer{Hang: true, Keep: true})
	}, Kind: directdial.Ambiguous, Arrives: 1},
	{Name: "no address", Arrange: func(_ *testing.T, far channeltest.Far) {
		far.Channel.(*channel).domain = "two words"
	}, Kind: directdial.Invalid},
}

func TestChannel(t *testing.T) {
	channeltest.Run(t, channeltest.Kit{Open: open, Faults: faults, Secrets: []string{password, "s3cret", "czNjcmV0"}})
}

// TestGreylistingEnds sends again what was greylisted: the same mail.
func TestGreylistingEnds(t *testing.T) {
	far := open(t)
	servers[far.Channel].Next(smtptest.Rcpt, smtptest.Answer{Code: 451, Text: "greylisted"})
	c := channeltest.Card(ana)
	if _, err := far.Channel.Send(t.Context(), ana, c); directdial.KindOf(err) != directdial.Temporary {
		t.Fatal(err)
	}
	if _, err := far.Channel.Send(t.Context(), ana, c); err != nil {
		t.Fatal(err)
	}
	if n := len(far.Cards()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestACardThatIsSentAgainHasTheSameMessageID(t *testing.T) {
	far := open(t)
	s := servers[far.Channel]
	s.Next(smtptest.End, smtptest.Answer{Cut: true, Keep: true})
	c := channeltest.Card(ana)
	if _, err := far.Channel.Send(t.Context(), ana, c); directdial.KindOf(err) != directdial.Ambiguous {
		t.Fatal(err)
	}
	c.Revision, c.Count = 3, 3 // posts joined meanwhile
	ref, err := far.Channel.Send(t.Context(), ana, c)
	if err != nil {
		t.Fatal(err)
	}
	mails := s.Mails()
	if len(mails) != 2 {
		t.Fatalf("%d mails", len(mails))
	}
	for i, m := range mails {
		p := parse(t, m.Data)
		if id := p.header.Get("Message-Id"); id != ref || id != "<d0123456789abcdef-1@acme.example>" {
			t.Errorf("mail %d has the Message-ID %s, the reference is %s", i, id, ref)
		}
	}
}

// TestWithoutEncryption is only for servers nearby that want no password.
// A server that was asked for SMTPUTF8 brings a mail back that the next one on the
// way could take as it is.
func TestOnlyAnAddressBeyondASCIIAsksForSMTPUTF8(t *testing.T) {
	for address, want := range map[string]bool{"ana@acme.example": false, "änna@acme.example": true} {
		far := open(t)
		to := far.To
		to.Name, to.Addresses = "Ana Lind (Göteborg)", map[string]string{"email": address}
		if _, err := far.Channel.Send(t.Context(), to, channeltest.Card(to)); err != nil {
			t.Fatal(err)
		}
		if m := servers[far.Channel].Mails()[0]; m.UTF8 != want || m.To[0] != address {
			t.Errorf("to %s: SMTPUTF8 %v", m.To, m.UTF8)
		}
	}
}

func TestWithoutEncryption(t *testing.T) {
	serverTLS, clientTLS := smtptest.Certificate(t)
	for name, tt := range map[string]struct {
		options smtptest.Options
		scheme  string
		roots   *tls.Config
		ok      bool
	}{
		"nearby, no password, no STARTTLS":             {smtptest.Options{}, "smtp://", nil, true},
		"nearby, no password, an unknown certificate":  {smtptest.Options{TLS: serverTLS}, "smtp://", nil, true},
		"nearby, with a password":                      {smtptest.Options{User: "u", Password: "p", Insecure: true}, "smtp://u:p@", nil, false},
		"TLS from the start":                           {smtptest.Options{TLS: serverTLS, Implicit: true, User: "u", Password: "p"}, "smtps://u:p@", clientTLS, true},
		"TLS from the start, an unknown certificate":   {smtptest.Options{TLS: serverTLS, Implicit: true}, "smtps://", nil, false},
		"TLS from the start, asked of one without any": {smtptest.Options{}, "smtps://", clientTLS, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := smtptest.Start(t, tt.options)
			far := dialling(t, s, tt.scheme+s.Addr, tt.roots)
			far.Channel.(*channel).server.timeout = 2 * time.Second
			_, err := far.Channel.Send(t.Context(), ana, channeltest.Card(ana))
			if (err == nil) != tt.ok || len(s.Mails()) != map[bool]int{true: 1}[tt.ok] {
				t.Errorf("error %v, %d mails", err, len(s.Mails()))
			}
		})
	}
}

func TestOnlyWhatChangesTheTurnIsMailed(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*experts.Card)
		says   string // "" for no mail
	}{
		"a post joined":                       {func(c *experts.Card) { c.Shown, c.Revision, c.Count = 1, 2, 2 }, ""},
		"taken by its reader":                 {func(c *experts.Card) { c.Shown, c.Revision, c.State = 1, 2, directdial.Accepted }, ""},
		"withdrawn":                           {func(c *experts.Card) { c.Shown, c.Revision, c.Turned, c.State = 1, 2, 2, directdial.Withdrawn }, "Withdrawn: the post is gone."},
		"handed on":                           {func(c *experts.Card) { c.Shown, c.Revision, c.Turned, c.Past = 1, 2, 2, "taken by Bo Ek" }, "No longer yours: taken by Bo Ek."},
		"opened again":                        {func(c *experts.Card) { c.Shown, c.Revision, c.Turned, c.State = 4, 5, 5, directdial.Accepted }, "It is your turn again."},
		"a post joined after it was reopened": {func(c *experts.Card) { c.Shown, c.Revision, c.Turned = 5, 6, 5 }, ""},
		"not yet at the revision that turns":  {func(c *experts.Card) { c.Shown, c.Revision, c.Turned = 1, 2, 3 }, ""},
		"far behind, one of them turned":      {func(c *experts.Card) { c.Shown, c.Revision, c.Turned, c.Past = 1, 40, 30, "taken by Bo Ek" }, "No longer yours: taken by Bo Ek."},
	} {
		t.Run(name, func(t *testing.T) {
			far := open(t)
			c := channeltest.Card(ana)
			ref, err := far.Channel.Send(t.Context(), ana, c)
			if err != nil {
				t.Fatal(err)
			}
			tt.change(&c)
			if err := far.Channel.(experts.Editor).Edit(t.Context(), ana, ref, c); err != nil {
				t.Fatal(err)
			}
			mails := servers[far.Channel].Mails()
			if tt.says == "" {
				if len(mails) != 1 {
					t.Errorf("%d mails, want none after the first", len(mails)-1)
				}
				return
			}
			if len(mails) != 2 {
				t.Fatalf("%d mails, want a follow-up", len(mails)-1)
			}
			first, follow := parse(t, mails[0].Data), parse(t, mails[1].Data)
			if !strings.Contains(follow.text, tt.says) {
				t.Errorf("the follow-up does not say %q:\n%s", tt.says, follow.text)
			}
			if c.Over() && strings.Contains(follow.text+follow.html, "refund?") {
				t.Error("the follow-up repeats the words of a post that is no longer the reader's")
			}
			for key, want := range map[string]string{
				"In-Reply-To": ref, "References": ref, "Subject": "Re: " + first.header.Get("Subject"),
				"Message-Id": fmt.Sprintf("<d0123456789abcdef-1.%d@acme.example>", c.Turned),
			} {
				if got := follow.header.Get(key); got != want {
					t.Errorf("%s: %q, want %q", key, got, want)
				}
			}
		})
	}
}

func TestHeader(t *testing.T) {
	far := open(t)
	to := ana
	to.Name = "Åna \"Lind\"\r\nBcc: everyone@acme.example"
	if _, err := far.Channel.Send(t.Context(), to, channeltest.Card(to)); err != nil {
		t.Fatal(err)
	}
	m := servers[far.Channel].Mails()[0]
	p := parse(t, m.Data)
	for key, want := range map[string]string{
		"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Bcc": "", "Cc": "", "Reply-To": "",
		"Message-Id": "<d0123456789abcdef-1@acme.example>", "Date": "Mon, 23 Nov 2026 09:00:00 +0000",
		"Subject": "Acme: Complaint about billing [012345]", "In-Reply-To": "", "User-Agent": "", "X-Mailer": "",
	} {
		if got := p.header.Get(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	rcpt, err := p.header.AddressList("To")
	if err != nil || len(rcpt) != 1 || rcpt[0].Address != "ana@acme.example" || rcpt[0].Name != `Åna "Lind" Bcc: everyone@acme.example` {
		t.Errorf("To: %v, %v", rcpt, err)
	}
	if m.From != "dial@acme.example" || fmt.Sprint(m.To) != "[ana@acme.example]" {
		t.Errorf("envelope: from %s to %v", m.From, m.To)
	}
	if got, want := fmt.Sprint(p.contentType), "[text/plain text/html]"; got != want {
		t.Errorf("parts: %s, want %s", got, want)
	}
	for line := range bytes.SplitSeq(m.Data, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n") || bytes.ContainsFunc(line, func(r rune) bool { return r > '~' }) {
			t.Errorf("a line that no mail server has to take: %.80q", line)
		}
	}
}

func TestAnAddressThatIsNone(t *testing.T) {
	far := open(t)
	for _, address := range []string{"", "ana", "ana@acme.example, bo@acme.example", "ana@acme.example\r\nBcc: x@y.example"} {
		to := ana
		to.Addresses = map[string]string{"email": address}
		if _, err := far.Channel.Send(t.Context(), to, channeltest.Card(to)); directdial.KindOf(err) != directdial.Invalid {
			t.Errorf("%q: %v", address, err)
		}
	}
	if n := servers[far.Channel].Connections(); n != 0 {
		t.Errorf("%d connections for addresses that are none", n)
	}
}

func TestBothPartsSayTheSame(t *testing.T) {
	for name, c := range cards() {
		p, c := render(t, c), c.Clean()
		wants := []string{c.Title(), c.Status()[1:]}
		if c.Kind == directdial.DialCard && !c.Over() {
			wants = append(wants, c.Post.Text, c.Post.URL, c.Byline(c.Post))
			wants = slices.Concat(wants, c.Why, c.Do, c.Dont, c.Next)
		}
		if c.Kind == directdial.NoticeCard {
			for line, n := range c.Notice.Waits {
				if late := slices.ContainsFunc(c.Notice.Dials, func(d experts.LateDial) bool { return d.Line == line }); !late {
					wants = append(wants, itoa(n)+" "+line)
				}
			}
			for _, d := range c.Notice.Dials {
				wants = append(wants, sentenceCase(d.Line), d.Choices[0].Label)
			}
		}
		plain := strings.Join(strings.Fields(strings.ReplaceAll(p.text, "\n> ", "\n")), " ")
		for _, want := range wants {
			want = strings.Join(strings.Fields(want), " ")
			if !strings.Contains(plain, want) {
				t.Errorf("%s: the text does not say %q:\n%s", name, want, p.text)
			}
			if page := visible(t, p.html); !strings.Contains(page.text, want) {
				t.Errorf("%s: the HTML does not say %q:\n%s", name, want, page.text)
			}
		}
	}
}

// TestTheHTMLOnlyShows finds nothing in it that loads, runs, sends or leads
// elsewhere.
func TestTheHTMLOnlyShows(t *testing.T) {
	tags := "<!doctype> <html> <head> <meta> <title> <style> <body> <table> <tr> <td> <p> <h1> <div> <br> <bdi> <a>" +
		" lang charset name content class style role width cellpadding cellspacing border align valign dir href rel"
	for name, c := range cards() {
		p, c := render(t, c), c.Clean()
		page := visible(t, p.html)
		for tag := range page.tags {
			if !slices.Contains(strings.Fields(tags), tag) {
				t.Errorf("%s: there is %s in the HTML", name, tag)
			}
		}
		for _, l := range page.links {
			ours := slices.ContainsFunc(c.Samples, func(s experts.Sample) bool { return s.Post.URL == l })
			if l != c.Post.URL && !ours && l != c.Link && !strings.HasPrefix(l, "https://dial.acme.example/v1/channels/email/"+c.Offer+".ana.") {
				t.Errorf("%s: a link to %s", name, l)
			}
		}
		for _, bad := range []string{"url(", "@import", "expression("} {
			if strings.Contains(p.html, bad) {
				t.Errorf("%s: %s in the HTML", name, bad)
			}
		}
	}
}
