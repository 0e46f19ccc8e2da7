package email

import (
	"bytes"
	"flag"
	"maps"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// cards are what a colleague can get to see.
func cards() map[string]experts.Card {
	full := func(change func(*experts.Card)) experts.Card {
		c := channeltest.Card(ana)
		c.Link = "https://dial.acme.example/dials/d0123456789abcdef"
		if change != nil {
			change(&c)
		}
		c.Choices = experts.Choices(&c)
		return c
	}
	again := func(c *experts.Card) { c.Shown, c.Turned, c.Revision = 1, 2, 2 }
	all := map[string]experts.Card{
		"complaint": full(nil),
		"thread": full(func(c *experts.Card) {
			p := c.Post
			p.Text, p.Edited = "And now the hotline is down, too.\n\nI have been on hold for forty minutes, and the music is from 1998. Is there anybody at all who reads this?", true
			p.Said = p.Said.Add(20 * time.Minute)
			q := c.Post
			q.Text, q.Deleted, q.Author, q.URL = "", true, "", ""
			c.More, c.Count = []experts.Post{q, p}, 6
		}),
		"question": full(func(c *experts.Card) {
			c.Tag, c.Topic, c.Unsure, c.Link = directdial.Question, "", true, ""
			c.Post.Text = "هل يعمل هذا الجهاز في الأردن؟ I only found the manual for 🇸🇪."
			c.Why, c.Do, c.Dont, c.Next = []string{"nobody else may take it: you are the fallback"}, nil, nil, nil
			c.Open = time.Time{}
		}),
		"ambassador": full(func(c *experts.Card) {
			c.Tag, c.Topic, c.State = directdial.Ambassador, "charging", directdial.Accepted
			c.Post.Text = "Two years with @acme and not one dead battery. Worth every cent."
		}),
		"hostile": full(func(c *experts.Card) {
			c.Post.Text = channeltest.Hostile()["script"] + "\n" + channeltest.Hostile()["broken out of an attribute"] + "\n" + channeltest.Hostile()["style and form"]
			c.Post.Author = channeltest.Hostile()["bidi override"] + "</bdi>"
			c.Post.URL = `https://evil.example/"onmouseover="x`
		}),
		"notice": {
			Kind: directdial.NoticeCard, Offer: "n0123456789abcdef-1", To: ana, Revision: 1, Link: "https://dial.acme.example/parked",
			Notice: experts.Notice{Parked: 12, Waits: map[string]int{"nobody enabled": 10, "nobody on duty": 2}},
		},
		"late":      channeltest.LateNotice(ana, ""),
		"test":      full(func(c *experts.Card) { c.Kind = directdial.TestCard }),
		"withdrawn": full(func(c *experts.Card) { again(c); c.State = directdial.Withdrawn }),
		"handed-on": full(func(c *experts.Card) { again(c); c.Past = "passed on to Bo Ek: not my topic" }),
		"reopened":  full(func(c *experts.Card) { again(c); c.State = directdial.Accepted }),
	}
	maps.Copy(all, channeltest.Enabling(ana))
	return all
}

// render writes a card as a mail, as a follow-up if it turned.
func render(t *testing.T, c experts.Card) parsed {
	t.Helper()
	ch := &channel{
		from: mail.Address{Name: "Direct Dial", Address: "dial@acme.example"}, domain: "acme.example", brand: "Acme",
		now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) },
	}
	ch.links = links{base: "https://dial.acme.example/v1/channels/email/", key: make([]byte, 32)}
	l := letter{
		card: c.Clean(), id: ch.messageID(c.Offer),
		answer: ch.links.to(pass{offer: c.Offer, expert: ana.ID, until: ch.now().Add(linkLife)}),
	}
	if c.Turned > 0 {
		l.first, l.id = l.id, ch.messageID(c.Offer+".2")
	}
	msg, err := ch.compose(ana, l)
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	return parse(t, raw.Bytes())
}

func TestGolden(t *testing.T) {
	for name, c := range cards() {
		t.Run(name, func(t *testing.T) {
			p := render(t, c)
			subject, err := p.header.Subject()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".txt", "Subject: "+subject+"\n\n"+unix(p.text))
			golden(t, name+".html", unix(p.html))
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: -want +got:\n%s", name, diff)
	}
}

func unix(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
