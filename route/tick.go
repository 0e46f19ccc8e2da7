package route

import (
	"context"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// gates remembers, of open dials, when the gate closes for their holder if that
// is not what the log says of them: a grant was extended since, a new plan has
// leave in it. It is no state: a start asks for all open dials anew.
type gates map[string]gateEnd

type gateEnd struct {
	hop int
	was time.Time // Dial.GateEnds when it was asked
	at  time.Time // zero: never, as far as it is known
}

// of is when the gate is to be asked again for a dial.
func (g gates) of(d *directdial.Dial) time.Time {
	if e, ok := g[d.ID]; ok && e.hop == d.Hop && e.was.Equal(d.GateEnds) {
		return e.at
	}
	return d.GateEnds
}

// due is when something happens to a dial next; zero is never.
func (g gates) due(d *directdial.Dial) time.Time {
	if !d.State.Open() || d.Late {
		return d.Due
	}
	return earliest(g.of(d), nextOfClock(d))
}

// nextTick is the next instant at which something happens to a dial by itself.
func (r *Router) nextTick() (at time.Time) {
	_ = r.db.View(func(v index.Reader) {
		v.Scan(bClocks, "", func(k string, _ []byte) bool {
			due, id := parseClock(k)
			if _, other := r.gates[id]; !other {
				at = earliest(at, due)
				return false
			}
			return true
		})
		for id := range r.gates {
			if d, ok := get[directdial.Dial](v, bDials, id); ok && d.State.Open() {
				at = earliest(at, r.gates.due(&d))
			} else {
				delete(r.gates, id)
			}
		}
	})
	return at
}

// dueDials lists the dials to which something happens now, the longest due
// first.
func (r *Router) dueDials(v index.Reader, at time.Time) (ids []string) {
	v.Scan(bClocks, "", func(k string, _ []byte) bool {
		due, id := parseClock(k)
		if _, other := r.gates[id]; !other && !due.After(at) {
			ids = append(ids, id)
		}
		return !due.After(at) && len(ids) < maxSteps
	})
	var others []string
	for id := range r.gates {
		d, _ := get[directdial.Dial](v, bDials, id)
		if due := r.gates.due(&d); d.State.Open() && !due.IsZero() && !due.After(at) {
			others = append(others, id)
		}
	}
	slices.Sort(others) // a map has no order, the log has one
	return append(ids, others...)
}

// tick does what the time has come for: the gate is asked again for the holder
// of a dial, or their clock comes to its reminder or to its end. Always asks the
// gate, whatever the time: the plan has changed.
func (r *Router) tick(ctx context.Context, w *writing, id string, always bool) {
	d, ok := get[directdial.Dial](w.tx, bDials, id)
	if !ok || !d.State.Open() {
		return
	}
	if events := r.timely(ctx, w, &d, always); w.err == nil && len(events) > 0 {
		delete(r.gates, id)
		w.step(directdial.Input{Kind: directdial.InputTimer, ID: id}, events...)
	}
}

func (r *Router) timely(ctx context.Context, w *writing, d *directdial.Dial, always bool) []directdial.Event {
	due := func(t time.Time) bool { return !t.IsZero() && !t.After(w.at) }
	if d.Transfer != "" {
		return r.handOver(ctx, w, d)
	}
	if d.Late {
		_, there := r.directory.Load().experts[d.Holder]
		if due(d.Until) || (always && !there && d.Holder != "") {
			had := slices.DeleteFunc(slices.Clone(d.Previous), func(id string) bool { return id == d.For })
			return r.goOn(ctx, w, d, hop{why: d.Reason, cause: d.Cause, held: had})
		}
		return nil
	}
	held := append(slices.Clone(d.Previous), d.Holder)
	if always || due(r.gates.of(d)) {
		why, ends := r.keeping(ctx, w, d, nil)
		if w.err != nil {
			return nil
		}
		if why != "" {
			return r.goOn(ctx, w, d, hop{why: directdial.GateClosed, cause: why, held: held})
		}
		delete(r.gates, d.ID)
		if !ends.Equal(d.GateEnds) {
			r.gates[d.ID] = gateEnd{hop: d.Hop, was: d.GateEnds, at: ends}
		}
	}
	o, _ := get[directdial.Offer](w.tx, bOffers, directdial.OfferID(d.ID, d.Hop))
	if l, _ := get[load](w.tx, bExperts, d.Holder); d.State == directdial.Offered && !l.Unreachable[o.Channel].IsZero() {
		return r.undelivered(ctx, w, d, &o, directdial.Undelivered)
	}
	said := directdial.Event{
		Dial: d.ID, Offer: o.ID, Expert: d.Holder, Tag: d.Tag, Topic: d.Topic, Reason: directdial.NoAnswer,
	}
	remind, end := d.Clock()
	switch {
	case due(end):
		if d.State == directdial.Offered && o.Ref == "" && !o.Ambiguous {
			said.Reason = directdial.Lapsed // it never reached them
		}
		said.Kind = directdial.EvExpired
		return append([]directdial.Event{said}, r.goOn(ctx, w, d, hop{why: said.Reason, held: held})...)
	case due(remind) && d.Reminded.IsZero():
		said.Kind, said.Until = directdial.EvReminded, end
		return []directdial.Event{said}
	}
	return nil
}

// allOpen lists the open dials.
func allOpen(r index.Reader) (ids []string) {
	r.Scan(bOpen, "", func(id string, _ []byte) bool {
		ids = append(ids, id)
		return true
	})
	return ids
}
