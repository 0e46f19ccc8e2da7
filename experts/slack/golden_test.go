package slack_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

var update = flag.Bool("update", false, "write the golden files anew, and cards-light.html and cards-dark.html into the temporary folder")

// cards are what a colleague can get to see.
func cards() map[string]experts.Card {
	ana := person(ana.Email)
	card := func(change func(*experts.Card)) experts.Card {
		c := channeltest.Card(ana)
		c.Why = []string{"you are granted billing", "“billed twice” and “refund” say billing"}
		c.Do = []string{"say sorry first, then ask for the invoice number in a direct message"}
		c.Dont = []string{"promise a date or an amount"}
		change(&c)
		c.Choices = experts.Choices(&c)
		return c
	}
	joined := func(text string, minutes int) experts.Post {
		return experts.Post{
			Text: text, Author: "User One", Handle: "user1@social.example", Platform: "mastodon",
			URL:  "https://social.example/@user1/110",
			Said: channeltest.Card(ana).Post.Said.Add(time.Duration(minutes) * time.Minute),
		}
	}
	all := map[string]experts.Card{
		"offered":  card(func(*experts.Card) {}),
		"accepted": card(func(c *experts.Card) { c.State = directdial.Accepted }),
		"thread": card(func(c *experts.Card) {
			c.Post.Edited = true
			c.More = []experts.Post{joined("And now the hotline hangs up on me, too.", 4), joined("thanks", 11)}
			c.Count = 6
		}),
		"question": card(func(c *experts.Card) {
			c.Tag, c.Topic, c.Unsure = directdial.Question, "", true
			c.Post.Text = "Does the new one fit the old charger?\n\nI have the 2024 model and would rather not buy another brick. The shop says yes, the manual says no, and a friend says that it depends on the cable."
			c.Post.Platform, c.Post.Handle, c.Post.Author, c.Post.Followers = "bluesky", "user2.example", "User Two", 3412
			c.Why, c.Do, c.Dont = []string{"nobody is granted what this is about, and you are the fallback"}, nil, nil
			c.Next = []string{"Kim Strand"}
		}),
		"ambassador": card(func(c *experts.Card) {
			c.Tag, c.Topic = directdial.Ambassador, "charging"
			c.Post.Text = "Two years with @acme and not one dead battery 👩🏽‍💻🔋 — worth every cent."
			c.Open, c.Do, c.Dont = time.Time{}, []string{"thank them by name"}, nil
		}),
		"handed-on": card(func(c *experts.Card) { c.Past = "taken by Bo Ek" }),
		"answered":  card(func(c *experts.Card) { c.State = directdial.Answered }),
		"declined":  card(func(c *experts.Card) { c.State = directdial.Declined }),
		"withdrawn": card(func(c *experts.Card) { c.State, c.Post.Text, c.Post.Deleted = directdial.Withdrawn, "", true }),
		"not-kept":  card(func(c *experts.Card) { c.Post = experts.Post{Platform: "mastodon"} }),
		"right-left": card(func(c *experts.Card) {
			c.Post.Text, c.Post.Author = "חויבתי פעמיים, איפה ההחזר?\nsecond line", "משתמש"
		}),
		"hostile": card(func(c *experts.Card) {
			c.Post.Text = "<!channel> <@U0ANA> <https://evil.example|https://acme.example>\r\n*bold* _it_ ~no~ `code` :tada: user_name\n> quote &lt;!here&gt; &amp; \x1b[31mred\u202Egpj.exe"
			c.Post.Author, c.Post.Handle = "*Boss* <!everyone>", "a_b_c <@U0ANA>"
			c.Post.URL = "https://social.example/a?q=<!channel>|x&y=*"
		}),
		"long": card(func(c *experts.Card) { c.Post.Text = strings.Repeat("Billed twice & nobody answers. ", 2000) }),
		"notice": {
			Kind: directdial.NoticeCard, Offer: "n0123456789abcdef-1", To: ana, Revision: 1, Link: "https://dial.acme.example/parked",
			Notice: experts.Notice{Parked: 3, Waits: map[string]int{"nobody enabled": 2, "nobody on duty": 1}},
		},
		"late":      channeltest.LateNotice(ana, directdial.Complaint),
		"test":      card(func(c *experts.Card) { c.Kind = directdial.TestCard }),
		"test-bare": {Kind: directdial.TestCard, Offer: "test-1", To: ana, Revision: 1},
	}
	maps.Copy(all, channeltest.Enabling(ana))
	return all
}

// TestCardsAreDrawn compares what is sent, and what a person sees of it, with
// testdata/<name>.golden.
func TestCardsAreDrawn(t *testing.T) {
	all := map[string]slacktest.Message{}
	for name, card := range cards() {
		t.Run(name, func(t *testing.T) {
			fake := slacktest.Start(t, ana)
			if _, err := open(t, fake.URL()).Send(t.Context(), person(ana.Email), card); err != nil {
				t.Fatal(err)
			}
			m := fake.Messages()[0]
			all[name] = m
			golden(t, name, describe(t, m))
		})
	}
	if *update {
		page(t, all)
	}
}

// describe writes down a message: what is seen, the plain text, the blocks.
func describe(t *testing.T, m slacktest.Message) []byte {
	t.Helper()
	var blocks bytes.Buffer
	dec := json.NewDecoder(bytes.NewReader(m.Blocks))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	enc := json.NewEncoder(&blocks)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return []byte("-- seen --\n" + slacktest.Render(m) + "-- text --\n" + m.Text + "\n-- blocks --\n" + blocks.String())
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got); go test -update writes it anew:\n%s", file, diff)
	}
}

// page writes the cards as they look in Slack, to be looked at.
func page(t *testing.T, all map[string]slacktest.Message) {
	t.Helper()
	var messages []slacktest.Message
	for _, name := range slices.Sorted(maps.Keys(all)) {
		messages = append(messages, all[name])
	}
	for file, dark := range map[string]bool{"cards-light.html": false, "cards-dark.html": true} {
		if err := os.WriteFile(filepath.Join(os.TempDir(), file), []byte(slacktest.HTML(dark, messages...)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
