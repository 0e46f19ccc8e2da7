package channeltest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// paper is the simplest channel that keeps the contract.
type paper struct {
	mu    sync.Mutex
	cards map[string]experts.Card // by reference
	order []string
	fails error
}

func (p *paper) Send(ctx context.Context, _ directdial.Expert, c experts.Card) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if p.fails != nil {
		return "", p.fails
	}
	p.cards[c.Offer] = c.Clean()
	p.order = append(p.order, c.Offer)
	return c.Offer, nil
}

func (p *paper) Edit(_ context.Context, _ directdial.Expert, ref string, c experts.Card) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cards[ref] = c.Clean()
	return nil
}

func (p *paper) Find(_ context.Context, _ directdial.Expert, offer string) (string, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, found := p.cards[offer]
	return offer, found, nil
}

func (p *paper) shown() []Shown {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Shown
	for _, offer := range p.order {
		c := p.cards[offer]
		lines := []string{c.Title(), c.Status(), c.Post.Words(), c.Post.By(), c.Post.Where(), c.Post.URL, c.Joined()}
		for _, more := range c.More {
			lines = append(lines, more.Words())
		}
		lines = slices.Concat(lines, c.Why, c.Next, c.Do, c.Dont)
		all = append(all, Shown{Ref: offer, Offer: c.Offer, Text: strings.Join(lines, "\n")})
	}
	return all
}

func TestTheSimplestChannelPasses(t *testing.T) {
	Run(t, Kit{
		Open: func(*testing.T) Far {
			p := &paper{cards: map[string]experts.Card{}}
			return Far{Channel: p, To: directdial.Expert{ID: "ana", Name: "Ana Lind"}, Cards: p.shown}
		},
		Faults: []Fault{{
			Name: "out of ink",
			Arrange: func(_ *testing.T, far Far) {
				far.Channel.(*paper).fails = directdial.Errorf(directdial.Temporary, "out of ink")
			},
			Kind: directdial.Temporary,
		}},
	})
}
