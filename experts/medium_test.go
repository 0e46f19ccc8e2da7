package experts

import (
	"context"
	"fmt"
	"time"

	"github.com/directdial/directdial"
)

// answer is what the far end makes of one send.
type answer struct {
	arrives bool
	err     error
	takes   time.Duration
}

// medium is a channel to the world. script says what becomes of the n-th send
// of an offer, counted from 1, over all lives.
type medium struct {
	name   string
	w      *world
	p      *process
	limits Limits
	script func(offer, expert string, n int) answer
}

func (m *medium) Limits() Limits { return m.limits }

func (m *medium) Send(ctx context.Context, to directdial.Expert, c Card) (string, error) {
	if !m.p.step() {
		return "", errDead
	}
	m.w.mu.Lock()
	n := 1
	for _, s := range m.w.sends {
		if s.offer == c.Offer {
			n++
		}
	}
	m.w.sends = append(m.w.sends, sent{c.Offer, to.ID, time.Now()})
	if before := m.w.find(c.Offer).SendBefore; !before.IsZero() && !time.Now().Before(before) {
		m.w.late = append(m.w.late, c.Offer)
	}
	m.w.mu.Unlock()
	a := answer{arrives: true}
	if m.script != nil {
		a = m.script(c.Offer, to.ID, n)
	}
	select {
	case <-time.After(a.takes):
	case <-ctx.Done():
		return "", directdial.Errorf(directdial.Ambiguous, "no answer: %w", ctx.Err())
	}
	ref := fmt.Sprintf("%s@%d", c.Offer, n)
	if a.arrives {
		m.w.mu.Lock()
		key := c.Offer + "/" + m.name
		m.w.hands[key] = append(m.w.hands[key], ref)
		m.w.mu.Unlock()
	}
	if !m.p.step() {
		return "", errDead
	}
	return ref, a.err
}

// editing is a medium that changes what it sent.
type editing struct {
	*medium
	fails func(c Card) error
}

func (m editing) Edit(_ context.Context, _ directdial.Expert, _ string, c Card) error {
	if m.fails != nil {
		if err := m.fails(c); err != nil {
			return err
		}
	}
	return m.p.effect("edit", func() error {
		m.w.edits[c.Offer] = append(m.w.edits[c.Offer], c.Revision)
		return nil
	})
}

// finding is a medium that can look up what it sent.
type finding struct {
	editing
	lost func() error // of the look-up; nil: none
}

func (m finding) Find(_ context.Context, _ directdial.Expert, offer string) (string, bool, error) {
	if m.lost != nil {
		if err := m.lost(); err != nil {
			return "", false, err
		}
	}
	m.w.mu.Lock()
	defer m.w.mu.Unlock()
	if refs := m.w.hands[offer+"/"+m.name]; len(refs) > 0 {
		return refs[0], true, nil
	}
	return "", false, nil
}
