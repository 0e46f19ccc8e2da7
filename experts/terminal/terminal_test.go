package terminal

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var ana = directdial.Expert{ID: "ana", Name: "Ana Lind", Timezone: "Europe/Stockholm", Addresses: map[string]string{"terminal": "yes"}}

// screen is a writer that people read, or that is closed.
type screen struct {
	mu     sync.Mutex
	text   bytes.Buffer
	closed bool
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, errors.New("broken pipe")
	}
	return s.text.Write(b)
}

var dialLine = regexp.MustCompile(`(?m)^▌ dial +(\S+)$`)

// cards returns what stands on the screen: a card and, with the same dial, the
// lines that say what changed.
func (s *screen) cards() []channeltest.Shown {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []channeltest.Shown
	at := map[string]int{}
	for part := range strings.SplitSeq(s.text.String(), "\n\n") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		dial := ""
		if m := dialLine.FindStringSubmatch(ansi.Strip(part)); m != nil {
			dial = m[1]
		}
		text := strings.ReplaceAll(ansi.Strip(part), bar, "")
		if i, ok := at[dial]; ok {
			all[i].Text += "\n" + text
			continue
		}
		at[dial] = len(all)
		all = append(all, channeltest.Shown{Ref: dial + "-1", Text: text, Raw: part})
	}
	return all
}

func TestChannel(t *testing.T) {
	channeltest.Run(t, channeltest.Kit{
		Open: func(t *testing.T) channeltest.Far {
			s := &screen{}
			return channeltest.Far{Channel: To(s, Settings{}), To: ana, Cards: s.cards}
		},
		Faults: []channeltest.Fault{{
			Name:    "the pipe is broken",
			Arrange: func(_ *testing.T, far channeltest.Far) { far.Channel.(*channel).w.(*screen).closed = true },
			Kind:    directdial.Temporary, Channel: true,
		}},
	})
}

func TestCards(t *testing.T) {
	full := channeltest.Card(ana)
	full.Link = "http://127.0.0.1:8081/dials/d0123456789abcdef"
	with := func(change func(c *experts.Card)) experts.Card {
		c := full
		change(&c)
		return c
	}
	joined := with(func(c *experts.Card) {
		p := c.Post
		p.Text, p.Edited = "And now the hotline is down, too. I have been on hold for forty minutes, and the music is from 1998.", true
		c.More, c.Count, c.Shown, c.Revision = []experts.Post{p}, 4, 3, 4
	})
	past := with(func(c *experts.Card) { c.Past = "taken by Bo Ek" })
	type drawn struct {
		name  string
		card  experts.Card
		style Style
		draw  func(experts.Card, Style) string
	}
	tests := []drawn{
		{"complaint", full, Style{}, Draw},
		{"complaint-color", full, Style{Color: true}, Draw},
		{"narrow", full, Style{Width: 40}, Draw},
		{"joined", joined, Style{}, Draw},
		{"joined-change", joined, Style{}, DrawChange},
		{"past", past, Style{}, Draw},
		{"past-change", past, Style{}, DrawChange},
		{"question-unsure", with(func(c *experts.Card) {
			c.Tag, c.Topic, c.Unsure = directdial.Question, "", true
			c.Post.Text = "¿Alguien sabe si esto funciona en Chile? 日本語も 👩‍💻"
			c.Do, c.Dont, c.Next = nil, nil, nil
			c.Why = []string{"nobody else may take it: you are the fallback"}
		}), Style{}, Draw},
		{"ambassador-accepted", with(func(c *experts.Card) { c.Tag, c.State = directdial.Ambassador, directdial.Accepted }), Style{Color: true}, Draw},
		{"notice", experts.Card{Kind: directdial.NoticeCard, Offer: "n1", To: ana, Revision: 1, Notice: experts.Notice{
			Parked: 12, Waits: map[string]int{"nobody enabled": 10, "nobody on duty": 2},
		}, Link: "http://127.0.0.1:8081/parked"}, Style{}, Draw},
		{"test", with(func(c *experts.Card) { c.Kind = directdial.TestCard }), Style{}, Draw},
		{"hostile", with(func(c *experts.Card) {
			c.Post.Text = channeltest.Hostile()["terminal: clear and title"] + channeltest.Hostile()["bidi override"]
			c.Post.Author = channeltest.Hostile()["terminal: C1 and hyperlink"]
		}), Style{}, Draw},
	}
	for name, card := range channeltest.Enabling(ana) {
		tests = append(tests, drawn{name, card, Style{}, Draw})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.draw(tt.card, tt.style)
			width := max(tt.style.Width, 40)
			if tt.style.Width == 0 {
				width = 80
			}
			for line := range strings.SplitSeq(got, "\n") {
				if w := ansi.StringWidth(line); w > width {
					t.Errorf("a line of %d columns: %q", w, line)
				}
			}
			golden := filepath.Join("testdata", tt.name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAChangeThatShowsNothingNewIsPrintedOnce(t *testing.T) {
	var out strings.Builder
	c := To(&out, Settings{})
	card := channeltest.Card(ana)
	send := func() {
		t.Helper()
		if _, err := c.Send(t.Context(), ana, card); err != nil {
			t.Fatal(err)
		}
	}
	edit := func(count int) {
		t.Helper()
		card.Revision++
		card.More, card.Count, card.Shown = []experts.Post{card.Post}, count, 2
		if err := c.(experts.Editor).Edit(t.Context(), ana, "", card); err != nil {
			t.Fatal(err)
		}
	}
	send()
	for _, count := range []int{3, 3, 3, 4, 3} {
		edit(count)
	}
	if n := strings.Count(out.String(), bar+"+ "); n != 3 {
		t.Errorf("%d changes were printed, want 3:\n%s", n, out.String())
	}
	before := out.Len()
	send() // a card that is sent again is shown again
	if out.Len() == before {
		t.Error("the card was not printed again")
	}
}

func TestAFileGetsNoColours(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "cards"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := To(f, Settings{Color: "auto"}).Send(context.Background(), ana, channeltest.Card(ana)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(f.Name())
	if err != nil || len(text) == 0 || bytes.ContainsRune(text, '\x1b') {
		t.Errorf("error %v, text %q", err, text)
	}
}

func TestSettings(t *testing.T) {
	for yaml, want := range map[string]string{
		"color: never\nwidth: 60\npace: 2/s": "",
		"color: blue":                        "color: is auto, always or never",
		"width: 12":                          "width: is a number of columns from 40 to 500, or 0",
	} {
		setup, _ := channeltest.Setup(yaml)
		c, err := New(setup)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", yaml, got, want)
		}
		if err == nil && c.(experts.Limited).Limits().Pace.String() != "2/s" {
			t.Error("the pace of the settings does not hold")
		}
	}
	setup, _ := channeltest.Setup("colour: never")
	if _, err := New(setup); err == nil {
		t.Error("an unknown key was accepted")
	}
}

func TestSample(t *testing.T) { channeltest.Sample(t, "terminal", New, nil) }
