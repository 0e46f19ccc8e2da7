// Package terminal prints cards where directdial runs: for `demo`, for `run`
// without a configuration, and for whoever wants to watch. It asks nothing of
// anybody, so an expert's address is any word.
//
// Colours are for a terminal that shows them; a file or a pipe gets none, and
// neither does a terminal where NO_COLOR is set. Text from outside is cleaned
// of everything that steers a terminal before it is laid out.
package terminal

import (
	"context"
	"crypto/sha256"
	"io"
	"os"
	"sync"

	"golang.org/x/term"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

func init() { experts.Register("terminal", New) }

// Settings is the part `channels.terminal` of the configuration.
type Settings struct {
	// Color is auto (a terminal that shows colours), always or never.
	Color string `yaml:"color" jsonschema:"enum=auto,enum=always,enum=never"`
	// Width of a card in columns; 0: as wide as the terminal, at most 100, and
	// 80 where there is none.
	Width int `yaml:"width"`

	experts.Limits `yaml:",inline"`
}

// New makes the channel that prints to the standard output.
func New(setup experts.Setup) (experts.Channel, error) {
	s := Settings{Color: "auto"}
	if err := setup.Decode(&s); err != nil {
		return nil, err
	}
	switch s.Color {
	case "auto", "always", "never":
	default:
		return nil, &directdial.Error{Kind: directdial.Invalid, Field: "color", Msg: "is auto, always or never"}
	}
	if s.Width != 0 && (s.Width < minWidth || s.Width > 500) {
		return nil, &directdial.Error{Kind: directdial.Invalid, Field: "width", Msg: "is a number of columns from 40 to 500, or 0"}
	}
	return To(os.Stdout, s), nil
}

// To makes the channel that prints to w.
func To(w io.Writer, s Settings) experts.Channel {
	return &channel{w: w, s: s, shown: map[string]shown{}}
}

type channel struct {
	s Settings

	mu    sync.Mutex // one card after the other
	w     io.Writer
	shown map[string]shown // by offer
}

// shown is what was printed last of an offer.
type shown struct {
	revision int
	text     [sha256.Size]byte // what was printed, hashed: nothing of a post is kept here
}

// Limits returns how fast the channel may be used.
func (c *channel) Limits() experts.Limits { return c.s.Limits }

// Send prints the card.
func (c *channel) Send(ctx context.Context, _ directdial.Expert, card experts.Card) (string, error) {
	return card.Offer, c.print(ctx, card, false)
}

// Edit prints what changed. What was printed stays printed, and is not printed
// again while posts join faster than their cards change.
func (c *channel) Edit(ctx context.Context, _ directdial.Expert, _ string, card experts.Card) error {
	c.mu.Lock()
	known := c.shown[card.Offer].revision >= card.Revision
	c.mu.Unlock()
	if known {
		return nil // the report of this edit was lost, not the edit
	}
	return c.print(ctx, card, true)
}

// maxShown bounds what is remembered of cards that were printed. Beyond it, an
// edit that is repeated prints its line again.
const maxShown = 10_000

func (c *channel) print(ctx context.Context, card experts.Card, change bool) error {
	if err := ctx.Err(); err != nil {
		return directdial.Errorf(directdial.Temporary, "the card was not printed: %w", err)
	}
	draw := Draw
	if change {
		draw = DrawChange
	}
	text := draw(card, c.style())
	c.mu.Lock()
	defer c.mu.Unlock()
	now := shown{card.Revision, sha256.Sum256([]byte(text))}
	if !change || c.shown[card.Offer].text != now.text {
		if _, err := io.WriteString(c.w, text); err != nil {
			return directdial.Errorf(directdial.Temporary, "%w: the card could not be printed: %w", experts.ErrChannel, err)
		}
	}
	if len(c.shown) >= maxShown {
		clear(c.shown)
	}
	c.shown[card.Offer] = now
	return nil
}

// style is how the writer wants its cards. It is asked each time, because a
// window changes its width.
func (c *channel) style() Style {
	s := Style{Width: c.s.Width, Color: c.s.Color == "always"}
	f, isFile := c.w.(*os.File)
	if isFile && term.IsTerminal(int(f.Fd())) {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && s.Width == 0 {
			s.Width = min(columns, 100)
		}
		if c.s.Color == "auto" {
			s.Color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		}
	}
	return s
}
