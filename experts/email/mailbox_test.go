package email

import (
	"bytes"
	"io"
	stdmail "net/mail"
	"strings"
	"testing"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
	"golang.org/x/net/html"

	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/email/smtptest"
)

// parsed is a mail as an independent parser reads it.
type parsed struct {
	header      mail.Header
	raw         []byte
	text, html  string
	contentType []string
}

func parse(t testing.TB, raw []byte) parsed {
	t.Helper()
	if _, err := stdmail.ReadMessage(bytes.NewReader(raw)); err != nil {
		t.Fatalf("net/mail: %v", err)
	}
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("go-message: %v", err)
	}
	p := parsed{header: r.Header, raw: raw}
	for {
		part, err := r.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil && !message.IsUnknownCharset(err) {
			t.Fatalf("go-message: %v", err)
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			t.Fatalf("go-message: %v", err)
		}
		kind, _, _ := part.Header.(*mail.InlineHeader).ContentType()
		p.contentType = append(p.contentType, kind)
		switch kind {
		case "text/plain":
			p.text = string(body)
		case "text/html":
			p.html = string(body)
		}
	}
	return p
}

// mailbox is what a colleague sees: a card is a thread, mails with the same
// Message-ID are one.
func mailbox(t testing.TB, s *smtptest.Server) []channeltest.Shown {
	var cards []channeltest.Shown
	seen, thread := map[string]bool{}, map[string]int{}
	for _, m := range s.Mails() {
		p := parse(t, m.Data)
		id := p.header.Get("Message-Id")
		if seen[id] {
			continue
		}
		seen[id] = true
		subject, err := p.header.Subject()
		if err != nil {
			t.Errorf("subject: %v", err)
		}
		text := subject + "\n" + p.text
		raw := p.html + "\n" + headerText(p)
		if i, ok := thread[p.header.Get("References")]; ok {
			cards[i].Text += "\n" + text
			cards[i].Raw += "\n" + raw
			continue
		}
		thread[id] = len(cards)
		offer, _, _ := strings.Cut(strings.Trim(id, "<>"), "@")
		cards = append(cards, channeltest.Shown{Ref: id, Offer: offer, Text: text, Raw: raw})
	}
	return cards
}

func headerText(p parsed) string {
	var b strings.Builder
	for f := p.header.Fields(); f.Next(); {
		b.WriteString(f.Key() + ": " + f.Value() + "\n")
	}
	return b.String()
}

// seen is what a browser makes of HTML.
type seen struct {
	text  string          // outside of style and title
	links []string        // where they lead
	tags  map[string]bool // names of elements and of attributes
}

func visible(t testing.TB, page string) seen {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	p := seen{tags: map[string]bool{}}
	hidden := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				t.Fatal(z.Err())
			}
			p.text = strings.Join(strings.Fields(p.text), " ")
			return p
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			hidden = token.Data == "style" || token.Data == "title"
			p.tags["<"+token.Data+">"] = true
			for _, a := range token.Attr {
				p.tags[a.Key] = true
				if a.Key == "href" {
					p.links = append(p.links, a.Val)
				}
			}
			p.text += " "
		case html.EndTagToken:
			hidden = false
			p.text += " "
		case html.TextToken:
			if !hidden {
				p.text += html.UnescapeString(string(z.Text()))
			}
		}
	}
}
