// Package channeltest is what every channel must pass: the contract of
// experts.Channel as tests.
//
// A channel brings a fake of its far end (a server that behaves as the real
// one does) and a table of what that far end can answer:
//
//	func TestChannel(t *testing.T) {
//		channeltest.Run(t, channeltest.Kit{Open: open, Faults: faults, Secrets: []string{"xoxb-secret"}})
//	}
//
// The kit sends cards, plain and hostile, lets the far end fail in each way of
// the table, cancels, sends from many goroutines, repeats edits, and looks at
// what a person would see.
package channeltest

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// Kit is what the tests need to know of one channel.
type Kit struct {
	// Open makes a channel and the far end that it talks to, for one test.
	// The log goes to the writer of the setup, made by Setup.
	Open func(t *testing.T) Far
	// Faults is what the far end may do instead of accepting a card.
	Faults []Fault
	// Secrets must never stand in an error or in the log.
	Secrets []string
}

// Far is one channel with its far end.
type Far struct {
	Channel experts.Channel
	// To can be reached by the channel.
	To directdial.Expert
	// Cards returns what the person sees now, oldest first: one element a
	// card. What belongs to one card (its edits, the follow-ups in its thread)
	// is one element with all its text.
	Cards func() []Shown
	// Hang lets the far end take the next request and never answer it; nil if
	// there is no such thing as waiting (a terminal).
	Hang func()
	// Log is what the channel logged; nil if it does not log.
	Log *bytes.Buffer
}

// Shown is a card as it arrived.
type Shown struct {
	Ref   string
	Offer string // the id as the far end holds it; "" if the medium has no place for it
	Text  string // what a person reads, decoded, without markup
	Raw   string // what markup and control characters are looked for in; "" means Text
}

// Fault is one thing that a far end can do instead of accepting a card.
type Fault struct {
	Name    string
	Arrange func(t *testing.T, far Far) // makes the next send meet the fault
	Kind    directdial.Kind             // of the error
	After   time.Duration               // Temporary: at least this long
	Channel bool                        // Temporary: everybody waits (experts.ErrChannel)
	Arrives int                         // how many cards the person sees afterwards
}

// Run runs all tests of the kit.
func Run(t *testing.T, k Kit) {
	t.Run("a card arrives with all that it says", func(t *testing.T) { arrives(t, k) })
	t.Run("any card can be drawn", func(t *testing.T) { drawsAny(t, k) })
	t.Run("an error says what the caller can do", func(t *testing.T) { maps(t, k) })
	t.Run("hostile text is inert", func(t *testing.T) { inert(t, k) })
	t.Run("a cancelled send returns", func(t *testing.T) { cancels(t, k) })
	t.Run("many sends at once", func(t *testing.T) { concurrent(t, k) })
	t.Run("an edit may be repeated", func(t *testing.T) { edits(t, k) })
	t.Run("a card can be found again", func(t *testing.T) { finds(t, k) })
}

// Setup makes what the constructor of a channel gets, from its settings as
// YAML; unknown keys are errors, as in the daemon. The log goes to the buffer.
func Setup(settings string) (experts.Setup, *bytes.Buffer) {
	log := &bytes.Buffer{}
	return experts.Setup{
		Decode: func(into any) error {
			return yaml.NewDecoder(strings.NewReader(settings), yaml.DisallowUnknownField()).Decode(into)
		},
		Log:   zerolog.New(zerolog.SyncWriter(log)),
		Now:   time.Now,
		Brand: "Acme",
	}, log
}

// Card is a card with everything on it, for that person.
func Card(to directdial.Expert) experts.Card {
	said := time.Date(2026, 11, 23, 8, 55, 0, 0, time.UTC)
	c := experts.Card{
		Kind: directdial.DialCard, Offer: "d0123456789abcdef-1", Dial: "d0123456789abcdef",
		Revision: 1, To: to, State: directdial.Offered,
		Post: experts.Post{
			Text:   "Billed twice again, @acme. Where is my refund?",
			Author: "User One", Handle: "user1@social.example", Platform: "mastodon",
			URL: "https://social.example/@user1/109", Said: said, Followers: 12,
		},
		Count: 1, Tag: directdial.Complaint, Topic: "billing",
		Why:    []string{"you are granted billing", `the words "billed twice" and "refund" say billing`},
		Next:   []string{"Bo Ek", "Kim Strand"},
		Others: []experts.Colleague{{ID: "bo", Name: "Bo Ek"}, {ID: "kim", Name: "Kim Strand"}},
		Open:   said.Add(time.Hour),
		Do:     []string{"say sorry first"},
		Dont:   []string{"promise a date"},
		Policy: "2026-3",
	}
	c.Choices = experts.Choices(&c)
	return c
}

func send(t *testing.T, far Far, c experts.Card) string {
	t.Helper()
	ref, err := far.Channel.Send(t.Context(), far.To, c)
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	if ref == "" {
		t.Fatal("Send returned an empty reference; without one the card counts as not delivered")
	}
	return ref
}

func arrives(t *testing.T, k Kit) {
	far := k.Open(t)
	c := Card(far.To)
	ref := send(t, far, c)
	cards := far.Cards()
	if len(cards) != 1 {
		t.Fatalf("%d cards arrived, want 1", len(cards))
	}
	if cards[0].Ref != ref {
		t.Errorf("Send returned the reference %q, the far end has %q", ref, cards[0].Ref)
	}
	if cards[0].Offer != "" && cards[0].Offer != c.Offer {
		t.Errorf("the card carries the offer %q, want %q", cards[0].Offer, c.Offer)
	}
	for _, want := range []string{
		c.Title(), c.Post.Text, c.Post.Author, c.Post.Handle, c.Post.Platform, c.Post.URL,
		c.Why[0], c.Why[1], c.When(c.Open), "Bo Ek", "Kim Strand", c.Do[0], c.Dont[0],
	} {
		if !strings.Contains(flat(cards[0].Text), flat(want)) {
			t.Errorf("the card does not say %q:\n%s", want, cards[0].Text)
		}
	}
	quiet(t, k, far, nil)
}

func drawsAny(t *testing.T, k Kit) {
	for name, change := range map[string]func(*experts.Card){
		"nothing but the needed": func(c *experts.Card) {
			*c = experts.Card{Kind: directdial.DialCard, Offer: c.Offer, Dial: c.Dial, To: c.To, Revision: 1, State: directdial.Offered, Count: 1}
		},
		"a very long text": func(c *experts.Card) { c.Post.Text = strings.Repeat("word ", 13_000) },
		"one word of 64 KiB": func(c *experts.Card) {
			c.Post.Text = strings.Repeat("x", 64<<10)
			c.Post.Author = strings.Repeat("y", 512)
			c.Why = []string{strings.Repeat("z", 4000)}
		},
		"no text kept": func(c *experts.Card) { c.Post.Text = "" },
		"three posts that joined": func(c *experts.Card) {
			p := c.Post
			c.More, c.Count = []experts.Post{p, p, p}, 9
		},
		"no longer theirs": func(c *experts.Card) { c.Past = "taken by Bo Ek" },
		"unsure":           func(c *experts.Card) { c.Unsure, c.Topic = true, "" },
		"notice": func(c *experts.Card) {
			*c = experts.Card{Kind: directdial.NoticeCard, Offer: "n0123456789abcdef-1", To: c.To, Revision: 1, Notice: experts.Notice{
				Parked: 3, Waits: map[string]int{"nobody enabled": 2, "nobody on duty": 1},
			}}
		},
		"test": func(c *experts.Card) { c.Kind, c.Offer = directdial.TestCard, "test-1" },
	} {
		t.Run(name, func(t *testing.T) {
			far := k.Open(t)
			c := Card(far.To)
			change(&c)
			send(t, far, c)
			if cards := far.Cards(); len(cards) != 1 || strings.TrimSpace(cards[0].Text) == "" {
				t.Fatalf("want one card with text, got %d: %.500v", len(cards), cards)
			}
		})
	}
}

func maps(t *testing.T, k Kit) {
	for _, f := range k.Faults {
		t.Run(f.Name, func(t *testing.T) {
			far := k.Open(t)
			f.Arrange(t, far)
			_, err := far.Channel.Send(t.Context(), far.To, Card(far.To))
			checkFault(t, f, err)
			if got := len(far.Cards()); got != f.Arrives {
				t.Errorf("%d cards arrived, want %d", got, f.Arrives)
			}
			quiet(t, k, far, err)
		})
	}
}

// quiet fails if an error or the log holds a secret or the words of the post.
func quiet(t *testing.T, k Kit, far Far, err error) {
	t.Helper()
	said := ""
	if err != nil {
		said = err.Error()
	}
	if far.Log != nil {
		said += "\n" + far.Log.String()
	}
	c := Card(far.To)
	for _, secret := range append([]string{c.Post.Text, c.Post.Author, c.Post.Handle}, k.Secrets...) {
		if secret != "" && strings.Contains(said, secret) {
			t.Errorf("%q stands in an error or in the log:\n%s", secret, said)
		}
	}
}

// flat makes texts comparable that were wrapped.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// within gives f a while that no healthy machine needs; a channel that does
// not return at all fails the test instead of the whole run.
func within(t *testing.T, f func(ctx context.Context)) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f(t.Context()) }()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("did not return")
	}
}
