package main

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/experts/terminal"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/bus/bustest"
	"github.com/directdial/directdial/internal/config"
)

var tellDay = flag.Bool("update-day", false, "write docs/day.txt anew")

// dayYAML is a company of three on a Monday. Ana has not said yes yet; Bo's
// grant ends at noon.
const dayYAML = `
data_dir: ./data
brands: [{ name: Acme, keywords: [acme] }]
topics:
  - { name: billing, owner: kim, keywords: [invoice, billed twice, refund] }
  - { name: delivery, owner: kim, keywords: [parcel, courier] }
channels: { terminal: { width: 90 } }
policy: ./policy.yaml
coaches: [kim]
experts:
  - { id: ana, name: Ana Lind, terminal: ana, hours: "Mon-Fri 08:00-17:00", grants: [{ topics: [billing], tags: [complaint, question], from: 2026-11-01, until: 2027-06-30 }] }
  - { id: bo, name: Bo Ek, terminal: bo, hours: "Mon-Fri 08:00-17:00", grants: [{ topics: [billing], agreed: 2026-11-01, until: 2027-06-30 }, { topics: [delivery], agreed: 2026-11-01, until: 2027-06-30 }] }
  - { id: kim, name: Kim Strand, terminal: kim, budget: off, grants: [{ topics: ["*"], agreed: 2026-11-01, until: 2027-06-30 }] }
routing: { fallback: kim }
`

const dayPolicy = `
version: "2026-3"
do: [Say who you are and that you work for Acme.]
dont: [Promise a date for a refund.]
`

// day is an exchange whose clock is a test's, and what was seen of it.
type day struct {
	t      *testing.T
	x      *exchange
	emit   ingest.Emit
	desk   deskView
	seen   *seen
	script bytes.Buffer
}

// beginDay opens an exchange in a bubble, on a Monday at eight.
func beginDay(t *testing.T) *day {
	dir := t.TempDir()
	for name, text := range map[string]string{"directdial.yaml": dayYAML, "policy.yaml": dayPolicy} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	// Every id hangs on the key.
	if err := os.WriteFile(filepath.Join(dir, "data", "key"), make([]byte, directdial.KeySize), 0o600); err != nil {
		t.Fatal(err)
	}
	monday := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	time.Sleep(time.Until(monday))
	c, problems := config.Load(filepath.Join(dir, "directdial.yaml"), configOptions(true))
	if c == nil {
		t.Fatalf("%v", problems)
	}
	d := &day{t: t}
	reg := prometheus.NewRegistry()
	x, err := openExchange(t.Context(), c, zerolog.Nop(), reg)
	if err != nil {
		t.Fatal(err)
	}
	d.x = x
	runner := ingest.NewRunner(ingest.Options{Log: intake{x}, Keyer: x.keys, Exchange: intake{x}, Metrics: reg, Logger: zerolog.Nop()})
	d.emit, d.desk = runner.Emit("crm"), deskView{exchange: x}
	d.seen = &seen{cards: map[string]experts.Card{}}
	delivery := experts.NewDelivery(experts.Options{
		Exchange: &outbox{exchange: x}, Log: zerolog.Nop(), Metrics: reg,
		Channels: map[string]experts.Channel{"terminal": d.seen},
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		running.Wait()
		if err := x.close(); err != nil {
			t.Error(err)
		}
	})
	io.WriteString(&d.script, "A day at Acme, as `go test ./cmd/directdial -run Day` lives it: the real log, the real router,\nthe terminal as channel, and a clock that runs as fast as it likes.\n")
	d.say("directdial starts; Ana Lind has a grant, and has not said yes")
	running.Go(func() { _ = x.router.Run(ctx) })
	running.Go(func() { _ = delivery.Run(ctx) })
	d.settle()
	return d
}

// settle lets everything that follows from what was done happen.
func (d *day) settle() {
	time.Sleep(5 * time.Second)
	synctest.Wait()
	d.seen.tell(&d.script)
}

// until lets the clock run.
func (d *day) until(clock string) {
	d.t.Helper()
	at, err := time.Parse("15:04", clock)
	if err != nil {
		d.t.Fatal(err)
	}
	now := time.Now().UTC()
	time.Sleep(time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, time.UTC).Sub(now))
	d.settle()
}

// say is a line of the script.
func (d *day) say(format string, args ...any) {
	fmt.Fprintf(&d.script, "\n=== %s  %s\n\n", time.Now().UTC().Format("15:04"), fmt.Sprintf(format, args...))
}

// hears is a mention that comes in.
func (d *day) hears(id, text string) {
	d.t.Helper()
	d.say("somebody writes: %s", text)
	m := &directdial.Mention{
		ID: "https://social.example/" + id, URL: "https://social.example/" + id, Platform: "mastodon", Text: text,
		Lang: "en", CreatedAt: time.Now(), Author: directdial.Author{Handle: id + "@social.example"},
	}
	if _, err := d.emit(d.t.Context(), m); err != nil {
		d.t.Fatal(err)
	}
	d.settle()
}

// does is what a person does; words are what they do, for the script.
func (d *day) does(words string, a directdial.Action) directdial.Judgement {
	d.t.Helper()
	d.say("%s %s", d.x.name(a.By), words)
	a.Surface = "cli"
	j, err := replies{d.x}.Act(d.t.Context(), a)
	if err != nil {
		d.t.Fatal(err)
	}
	fmt.Fprintf(&d.script, "> %s\n\n", j.Words)
	d.settle()
	return j
}

// open is the newest dial that is open.
func (d *day) open() directdial.Dial {
	d.t.Helper()
	dials, err := d.x.router.Dials(false, 1)
	if err != nil || len(dials) == 0 {
		d.t.Fatalf("there is no open dial: %v", err)
	}
	return dials[0]
}

// seen is the terminal of each colleague. What two of them are shown in one
// second is told in the order of their names, not of their cards' luck.
type seen struct {
	mu    sync.Mutex
	cards map[string]experts.Card // the newest of each kind, by receiver
	shown []showing
}

type showing struct {
	at   time.Time
	to   string
	text string
}

func (s *seen) Send(_ context.Context, to directdial.Expert, c experts.Card) (string, error) {
	s.mu.Lock()
	s.cards[to.ID+" "+string(c.Kind)] = c
	s.mu.Unlock()
	s.show(to, c, terminal.Draw)
	return c.Offer, nil
}

func (s *seen) Edit(_ context.Context, to directdial.Expert, _ string, c experts.Card) error {
	s.show(to, c, terminal.DrawChange)
	return nil
}

func (s *seen) show(to directdial.Expert, c experts.Card, draw func(experts.Card, terminal.Style) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = append(s.shown, showing{time.Now().Truncate(time.Second), to.ID, draw(c, terminal.Style{Width: 90})})
}

// tell writes what was shown since the last time.
func (s *seen) tell(w io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.SortStableFunc(s.shown, func(a, b showing) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.to, b.to)) })
	for _, shown := range s.shown {
		fmt.Fprint(w, shown.text)
	}
	s.shown = nil
}

// cardFor is the newest card of a kind that somebody got.
func (d *day) cardFor(expert string, kind directdial.CardKind) experts.Card {
	d.t.Helper()
	d.seen.mu.Lock()
	defer d.seen.mu.Unlock()
	c, ok := d.seen.cards[expert+" "+string(kind)]
	if !ok {
		d.t.Fatalf("there is no %s card for %s:\n%s", kind, expert, d.script.String())
	}
	return c
}

var stepNumber = regexp.MustCompile(`step \d+`)

func TestADayInTheLifeOfDials(t *testing.T) {
	bustest.Clock()
	synctest.Test(t, func(t *testing.T) {
		d := beginDay(t)
		d.morning()
		d.noon()
		d.evening()
		// How many steps came before hangs on which reports came together.
		script := stepNumber.ReplaceAll(d.script.Bytes(), []byte("step …"))
		path := filepath.Join("..", "..", "docs", "day.txt")
		if *tellDay {
			if err := os.WriteFile(path, script, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		told, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(told, script) {
			t.Errorf("docs/day.txt is not what happens now (go test ./cmd/directdial -run Day -update-day): %v\n%s", err, script)
		}
	})
}

// morning: Ana says yes and practises; a complaint goes from one to the next
// until it is answered.
func (d *day) morning() {
	d.until("08:05")
	invited := d.cardFor("ana", directdial.InvitationCard)
	d.does("says yes", directdial.Action{Kind: directdial.ActAgree, By: "ana", Offer: invited.Offer, GrantID: invited.Grant.ID})
	practice := d.cardFor("ana", directdial.PracticeCard)
	d.does("takes the practice card", directdial.Action{Kind: directdial.ActPractised, By: "ana", Offer: practice.Offer, GrantID: practice.Grant.ID})
	d.until("09:00")
	d.hears("user1", "Billed twice again, acme. This is a bad joke, where is my refund?")
	first := d.open()
	d.until("10:01")
	d.say("an hour has passed, and %s has not answered", d.x.name(first.Holder))
	d.does("passes it on: too busy", directdial.Action{Kind: directdial.ActPass, By: d.open().Holder, Dial: first.ID, Reason: directdial.TooBusy})
	d.does("takes it", directdial.Action{Kind: directdial.ActTake, By: d.open().Holder, Dial: first.ID})
	d.until("10:20")
	d.does("has answered", directdial.Action{Kind: directdial.ActAnswered, By: d.open().Holder, Dial: first.ID})
}

// noon: a grant ends while its holder has a dial; somebody goes on leave.
func (d *day) noon() {
	d.until("11:30")
	d.hears("user2", "acme, where is my parcel? The courier lost it twice, terrible.")
	d.does("ends Bo's grant for delivery: he changes to the shop", directdial.Action{
		Kind: directdial.ActEnd, By: "kim", Expert: "bo", GrantID: "delivery", Detail: "changes to the shop",
	})
	d.does("takes it", directdial.Action{Kind: directdial.ActTake, By: d.open().Holder, Dial: d.open().ID})
	d.does("has answered", directdial.Action{Kind: directdial.ActAnswered, By: d.open().Holder, Dial: d.open().ID})
	d.until("13:00")
	d.hears("user3", "acme, is it normal that my invoice shows two fees? Anyone know?")
	d.does("is away until tomorrow", directdial.Action{Kind: directdial.ActAway, By: d.open().Holder, Until: time.Now().Add(20 * time.Hour)})
}

// evening: what happened can be explained and repeated, and a change is tried
// on it.
func (d *day) evening() {
	d.until("17:30")
	d.say("directdial explain https://social.example/user1")
	e, err := d.desk.Explain(d.t.Context(), "https://social.example/user1")
	if err != nil {
		d.t.Fatal(err)
	}
	if err := desk.PrintExplanation(&d.script, e); err != nil {
		d.t.Fatal(err)
	}
	d.say("directdial dials --all")
	dials, err := d.desk.Dials(true, 10)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := desk.PrintDials(&d.script, dials); err != nil {
		d.t.Fatal(err)
	}
	d.say("directdial backtest, with billing only for Kim")
	changed, problems := config.Load(d.change("topics: [billing]", "topics: [delivery]"), configOptions(true))
	if changed == nil {
		d.t.Fatalf("%v", problems)
	}
	b, err := d.desk.Backtest(d.t.Context(), desk.Rehearsal{Directory: changed.Directory, Channels: []string{"terminal"}}, func(uint64, uint64) {})
	if err != nil {
		d.t.Fatal(err)
	}
	if err := desk.PrintBacktest(&d.script, b, d.x.name); err != nil {
		d.t.Fatal(err)
	}
	d.say("directdial ledger")
	l, err := d.x.router.Ledger(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	if err := desk.PrintLedger(&d.script, l); err != nil {
		d.t.Fatal(err)
	}
}

// change writes another configuration beside the one in force.
func (d *day) change(old, new string) string {
	path := filepath.Join(filepath.Dir(d.x.config.Load().File), "new.yaml")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(dayYAML, old, new)), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}
