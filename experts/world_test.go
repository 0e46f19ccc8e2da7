package experts

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/directdial/directdial"
)

// world is what outlives a kill: the log, the index that follows from it, and
// the cards that people hold in their hands.
type world struct {
	mu      sync.Mutex
	offers  []*directdial.Offer
	cards   map[string]Card // as they should be
	log     map[string][]directdial.Action
	changed chan struct{}
	fails   func(what string) error // what the exchange answers instead; nil: nothing

	hands map[string][]string // by offer and channel: what arrived, in order
	edits map[string][]int    // by offer: the revisions that were shown
	sends []sent
	late  []string // offers that were sent after their time
}

type sent struct {
	offer, expert string
	at            time.Time
}

func newWorld() *world {
	return &world{
		cards: map[string]Card{}, log: map[string][]directdial.Action{}, changed: make(chan struct{}),
		hands: map[string][]string{}, edits: map[string][]int{},
	}
}

// offer puts a card into the outbox.
func (w *world) offer(id, expert, channel string, before time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.offers = append(w.offers, &directdial.Offer{
		ID: id, Dial: "d" + id, Hop: 1, Expert: expert, Channel: channel, At: time.Now(), SendBefore: before, Revision: 1,
	})
	w.cards[id] = Card{Kind: directdial.DialCard, Offer: id, Revision: 1, State: directdial.Offered, Post: Post{Text: "refund?"}, Count: 1}
	w.change()
}

// revise lets the card of an offer show something new.
func (w *world) revise(id string, change func(*Card)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.cards[id]
	c.Revision++
	if change != nil {
		change(&c)
	}
	w.cards[id] = c
	w.find(id).Revision = c.Revision
	w.change()
}

func (w *world) change() {
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *world) find(id string) *directdial.Offer {
	return w.offers[slices.IndexFunc(w.offers, func(o *directdial.Offer) bool { return o.ID == id })]
}

// get returns an offer as the index has it.
func (w *world) get(id string) directdial.Offer {
	w.mu.Lock()
	defer w.mu.Unlock()
	return *w.find(id)
}

// fold draws the conclusions, as the router does.
func (w *world) fold(a directdial.Action) {
	o := w.find(a.Offer)
	if o.Channel != a.Channel {
		return
	}
	switch a.Kind {
	case directdial.ActDelivered:
		o.Ref, o.Shown = a.Ref, a.Shown
	case directdial.ActShown:
		o.Shown = max(o.Shown, a.Shown)
	case directdial.ActAmbiguous:
		o.Ambiguous = true
	case directdial.ActFailed, directdial.ActLapsed:
		o.Failed = true
	}
	w.change()
}

func (w *world) arrived(key string) []string { return read(w, func() []string { return w.hands[key] }) }

func (w *world) edited(offer string) []int { return read(w, func() []int { return w.edits[offer] }) }
func (w *world) sent() []sent              { return read(w, func() []sent { return w.sends }) }
func (w *world) tooLate() []string         { return read(w, func() []string { return w.late }) }
func (w *world) actions(key string) []directdial.Action {
	return read(w, func() []directdial.Action { return w.log[key] })
}

// read copies a list of the world, to which others go on to append.
func read[T any](w *world, list func() []T) []T {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(list())
}

func (w *world) kinds(offer, channel string) (kinds []directdial.ActionKind) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.log[offer+"/"+channel] {
		kinds = append(kinds, a.Kind)
	}
	return kinds
}

// process is one life of the program: what it asks of the world and of the
// channels. It can be killed before or after each single step; from then on
// nothing that it does has an effect.
type process struct {
	w      *world
	kill   context.CancelFunc
	killed <-chan struct{}
	lag    time.Duration // of the fold behind the log

	mu    sync.Mutex
	steps int // taken so far
	dies  int // at which step; 0: never
	dead  bool
}

var errDead = fmt.Errorf("killed")

// step is called before and after each effect; it reports whether the process
// still lives.
func (p *process) step() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.steps++
	if p.steps == p.dies {
		p.dead = true
		p.kill()
	}
	return !p.dead
}

// effect runs f between two steps.
func (p *process) effect(what string, f func() error) error {
	if !p.step() {
		return errDead
	}
	if p.w.fails != nil {
		if err := p.w.fails(what); err != nil {
			return err
		}
	}
	p.w.mu.Lock()
	err := f()
	p.w.mu.Unlock()
	if !p.step() {
		return errDead
	}
	return err
}

func (p *process) Outbox(context.Context) ([]Work, error) {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	var works []Work
	for _, o := range p.w.offers {
		unsent := o.Ref == "" && !o.Ambiguous && !o.Failed && !o.Past
		if unsent || (o.Ref != "" && o.Shown < o.Revision) {
			works = append(works, Work{Offer: *o, To: directdial.Expert{ID: o.Expert}, Accepted: o.At})
		}
	}
	return works, nil
}

func (p *process) Card(_ context.Context, offer string) (Card, error) {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	return p.w.cards[offer], nil
}

func (p *process) Wait(ctx context.Context) error {
	p.w.mu.Lock()
	changed := p.w.changed
	p.w.mu.Unlock()
	select {
	case <-changed:
		return nil
	case <-time.After(time.Minute): // a change between Outbox and Wait is not seen
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *process) Claim(_ context.Context, a directdial.Action) error {
	return p.effect("claim", func() error {
		key := a.Offer + "/" + a.Channel
		for _, b := range p.w.log[key] {
			if b.Kind == directdial.ActClaim && b.Attempt == a.Attempt {
				return directdial.Errorf(directdial.Denied, "claimed before")
			}
		}
		p.w.log[key] = append(p.w.log[key], a)
		return nil
	})
}

func (p *process) Report(_ context.Context, a directdial.Action) error {
	return p.effect("report", func() error {
		key := a.Offer + "/" + a.Channel
		if slices.ContainsFunc(p.w.log[key], func(b directdial.Action) bool { return a.ID == b.ID }) {
			return nil // the same id is the same action
		}
		p.w.log[key] = append(p.w.log[key], a)
		if p.lag == 0 {
			p.w.fold(a)
			return nil
		}
		time.AfterFunc(p.lag, func() {
			p.w.mu.Lock()
			defer p.w.mu.Unlock()
			p.w.fold(a)
		})
		return nil
	})
}

func (p *process) Attempts(_ context.Context, offer, channel string) ([]directdial.Action, error) {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	return slices.Clone(p.w.log[offer+"/"+channel]), nil
}
