package route

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// Backtest decides anew, under another plan, what was decided since a time; zero
// is the beginning of the log. It folds the log into an index of its own with
// all that was recorded, so each decision sees the state that really was.
// progress is told how many of how many steps are folded.
func (r *Router) Backtest(ctx context.Context, p Plan, since time.Time, progress func(done, of uint64)) (found *directdial.Backtest, err error) {
	dir, err := os.MkdirTemp("", "directdial-backtest-")
	if err != nil {
		return nil, err
	}
	db, err := index.Open(filepath.Join(dir, "index.db"), Buckets()...)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	defer func() { err = errors.Join(err, db.Close(), os.RemoveAll(dir)) }()
	if _, err := r.loadSnapshot(ctx, db); err != nil {
		return nil, err
	}
	b := &backtest{
		router: r.under(p), since: since, tx: db.Begin(),
		found: &directdial.Backtest{
			Changes: []directdial.Change{},
			Skipped: map[directdial.Reason]int{}, Before: map[directdial.Outcome]int{}, After: map[directdial.Outcome]int{},
		},
		experts: map[string]*directdial.Shift{}, topics: map[string]*directdial.Shift{},
	}
	m, _ := get[meta](db, bMeta, "log")
	from, to := m.Applied+1, r.Applied()
	err = r.bus.Read(ctx, bus.Dials, "", from, to, func(msg *bus.Message) error {
		if err := b.step(ctx, msg); err != nil {
			return err
		}
		if done := msg.Seq - from + 1; done%maxSteps == 0 {
			progress(done, to-from+1)
			return db.Commit()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b.result(), nil
}

// under is a router that decides under another plan and writes nothing.
func (r *Router) under(p Plan) *Router {
	other := &Router{bus: r.bus, keys: r.keys, duty: r.duty, now: r.now, log: r.log}
	other.directory.Store(newDirectory(p.Directory, p.Channels, r.duty))
	other.classify.Store(&classifier{p.Classify})
	return other
}

type backtest struct {
	router          *Router // under the new plan
	since           time.Time
	tx              *index.Tx
	found           *directdial.Backtest
	experts, topics map[string]*directdial.Shift
}

// step makes the decisions of a step again, and then folds what was recorded.
func (b *backtest) step(ctx context.Context, msg *bus.Message) error {
	s, err := decodeStep(msg)
	if err != nil {
		return err
	}
	if !s.At.Before(b.since) {
		for i := range s.Events {
			if len(s.Events[i].Case) == 0 {
				continue
			}
			if err := b.again(ctx, msg.Seq, s, i); err != nil {
				return err
			}
		}
	}
	fold(b.tx, msg.Seq, directdial.Hash(msg.Data), s)
	b.tx.Confirm()
	return b.tx.Err()
}

// again makes one decision again and compares.
func (b *backtest) again(ctx context.Context, seq uint64, s *directdial.Step, i int) error {
	e := &s.Events[i]
	var then directdial.Case
	if err := json.Unmarshal(e.Case, &then); err != nil {
		return refuse("the receipt in step %d of DIALS cannot be read: %v", seq, err)
	}
	if volunteers(&then) || named(then) {
		return nil // a person chose
	}
	now, err := b.decide(ctx, s, e, &then)
	if directdial.KindOf(err) == directdial.NotFound && err != nil {
		b.found.Skipped[directdial.TextGone]++
		return nil
	}
	if err != nil {
		return err
	}
	before := recorded(s.Events[i:])
	// The dial may be another's: what the mention is part of is no choice.
	after := choice(&now)
	b.count(&before, &after)
	if f := b.found; before != after {
		f.Differ++
		f.Changes = append(f.Changes, directdial.Change{
			Mention: then.Mention.Key, Step: seq, At: s.At, Before: before, After: after,
		})
		f.Changes = f.Changes[max(0, len(f.Changes)-directdial.MaxChanges):]
	}
	b.span(s.At)
	return nil
}

// named reports whether a person named the next holder.
func named(c directdial.Case) bool { return c.Dial != nil && c.Dial.To != "" }

// decide decides under the new plan what an event says was decided.
func (b *backtest) decide(ctx context.Context, s *directdial.Step, e *directdial.Event, then *directdial.Case) (directdial.Decision, error) {
	x := b.router.directory.Load()
	if then.Dial != nil && then.Dial.Next != "" {
		d, ok := get[directdial.Dial](b.tx, bDials, then.Dial.ID)
		if !ok {
			return directdial.Decision{}, directdial.Errorf(directdial.NotFound, "there is no dial %s", then.Dial.ID)
		}
		if turns(then.Dial.Next) { // the edit is of the same step
			turned(&d, then.Dial.Tag, then.Topic.Name, then.Dial.Unsure)
		}
		_, next := x.goesTo(b.tx, s.At, *then, &d, hop{why: then.Dial.Next, held: heldBefore(&d, then)})
		return next, nil
	}
	seq := e.Seq
	if seq == 0 {
		rec, _ := get[directdial.MentionRecord](b.tx, bMentions, string(then.Mention.Key))
		seq = rec.Seq
	}
	m, err := b.router.read(ctx, seq)
	if err != nil {
		return directdial.Decision{}, err
	}
	_, d := x.consider(b.tx, s.At, b.router.newSubject(m))
	return d, nil
}

// heldBefore is who had their turn when a dial went on: as the receipt says, and
// of those who are not in it, as the dial does.
func heldBefore(d *directdial.Dial, then *directdial.Case) (held []string) {
	looked := map[string]bool{}
	for i := range then.Candidates {
		k := &then.Candidates[i]
		looked[k.Expert] = true
		if k.Held {
			held = append(held, k.Expert)
		}
	}
	for _, id := range d.Previous {
		if !looked[id] {
			held = append(held, id)
		}
	}
	return held
}

// recorded is what the first of these events says was decided.
func recorded(events []directdial.Event) directdial.Choice {
	e := &events[0]
	c := directdial.Choice{Reason: e.Reason, Tag: e.Tag, Topic: e.Topic}
	switch e.Kind {
	case directdial.EvSuppressed:
		c.Outcome = directdial.ToSuppress
	case directdial.EvParked:
		c.Outcome, c.Owner, c.For, c.Until = directdial.ToPark, e.Owner, e.For, e.Until
	case directdial.EvOffered:
		c.Outcome, c.Expert, c.Reason = directdial.ToDial, e.Expert, ""
	case directdial.EvLate:
		c.Outcome, c.Owner, c.For, c.Until, c.Reason = directdial.ToStay, e.Owner, e.For, e.Until, ""
	case directdial.EvJoined:
		c.Outcome, c.Reason = directdial.ToJoin, ""
		for _, more := range events[1:] {
			switch {
			case more.Kind == directdial.EvReopened && more.Expert != "":
				c.Outcome, c.Expert = directdial.ToReopen, more.Expert
			case more.Kind == directdial.EvOffered:
				c.Outcome, c.Expert = directdial.ToDial, more.Expert
			case more.Kind == directdial.EvLate:
				c.Outcome, c.Owner = directdial.ToStay, more.Owner
			}
		}
	}
	return c
}

// choice is a decision as far as it is compared.
func choice(d *directdial.Decision) directdial.Choice {
	c := directdial.Choice{Outcome: d.Outcome, Tag: d.Tag, Topic: d.Topic, Expert: d.Expert, Owner: d.Owner, For: d.For, Until: d.Until}
	if d.Outcome == directdial.ToSuppress || d.Outcome == directdial.ToPark {
		c.Reason = d.Reason
	}
	return c
}

func (b *backtest) span(at time.Time) {
	f := b.found
	if f.From.IsZero() || at.Before(f.From) {
		f.From = at
	}
	if at.After(f.To) {
		f.To = at
	}
}

// count enters one decision, before and after, into the sums.
func (b *backtest) count(before, after *directdial.Choice) {
	f := b.found
	f.Decided++
	f.Before[before.Outcome]++
	f.After[after.Outcome]++
	shift(b.experts, before.Expert, after.Expert)
	was, is := "", ""
	if dials(before) {
		was = before.Topic
	}
	if dials(after) {
		is = after.Topic
	}
	shift(b.topics, was, is)
}

func dials(c *directdial.Choice) bool {
	return c.Outcome == directdial.ToDial || c.Outcome == directdial.ToReopen
}

func shift(of map[string]*directdial.Shift, before, after string) {
	at := func(name string) *directdial.Shift {
		if of[name] == nil {
			of[name] = &directdial.Shift{Name: name}
		}
		return of[name]
	}
	if before != "" {
		at(before).Before++
	}
	if after != "" {
		at(after).After++
	}
	if before != after && before != "" {
		at(before).Lost++
	}
	if before != after && after != "" {
		at(after).Gained++
	}
}

func (b *backtest) result() *directdial.Backtest {
	b.found.Experts, b.found.Topics = shifts(b.experts), shifts(b.topics)
	return b.found
}

// shifts lists the largest changes first.
func shifts(of map[string]*directdial.Shift) []directdial.Shift {
	list := make([]directdial.Shift, 0, len(of))
	for _, s := range of {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b directdial.Shift) int {
		return cmp.Or(cmp.Compare(b.Gained+b.Lost, a.Gained+a.Lost), cmp.Compare(a.Name, b.Name))
	})
	return list
}
