package route

import (
	"context"
	"time"

	"github.com/directdial/directdial"
)

// turn reads and writes until something fails or ctx is done.
func (r *Router) turn(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in := r.follow(ctx)
	defer in.wait()
	defer cancel()
	if !r.tookOver {
		w := r.begin()
		w.step(directdial.Input{Kind: directdial.InputStart, ID: r.me}, directdial.Event{
			Kind: directdial.EvTookOver, By: r.me, Detail: r.keys.Fingerprint(),
		})
		if err := r.write(ctx, w); err != nil {
			return err
		}
		r.tookOver = true
	}
	for {
		if err := r.await(ctx, in); err != nil {
			return err
		}
		w := r.begin()
		if err := r.decideWaiting(ctx, w, in); err != nil {
			return err
		}
		if err := r.write(ctx, w); err != nil {
			return err
		}
		if r.db.Pending() > commitPending || time.Since(r.committed) > commitEvery {
			if err := r.commit(); err != nil {
				return err
			}
		}
	}
}

// The index is on disk at most this far behind the log.
const (
	commitEvery   = 100 * time.Millisecond
	commitPending = 10_000  // changes; a step makes about ten
	maxSteps      = 1000    // in one write; the limit of an atomic batch
	maxBytes      = 4 << 20 // in one write
)

func (r *Router) commit() error {
	r.committed = time.Now()
	return r.db.Commit()
}

// await returns when there is something to decide. It commits the index while
// it waits.
func (r *Router) await(ctx context.Context, in *inputs) error {
	for len(in.parked) == 0 && len(in.open) == 0 && !r.isForgetting() && !r.due() {
		rest := time.NewTimer(r.rest())
		var err error
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case err = <-in.failed:
		case in.mention = <-in.mentionsIfOpen():
		case in.action = <-in.actionsIfOpen():
		case in.expiring = <-r.expiring:
		case part := <-r.parts:
			in.parts = append(in.parts, part)
		case <-r.planned:
			in.parked, in.open = allParked(r.db), allOpen(r.db)
			clear(r.gates)
			r.careAt = time.Time{}
		case <-rest.C:
			if err = r.commit(); err == nil && !r.due() {
				continue
			}
		}
		rest.Stop()
		return err
	}
	return nil
}

// rest is how long nothing needs to be done by itself: until the index is
// committed or something parked is due. It is bounded, because the wall clock
// may be set, and a machine may sleep, while a timer waits.
func (r *Router) rest() time.Duration {
	if r.db.Pending() > 0 {
		return commitEvery
	}
	rest := time.Minute
	if at, ok := r.nextTimer(); ok {
		rest = min(rest, max(at.Sub(r.now()), time.Millisecond))
	}
	return min(rest, max(r.careAt.Sub(r.now()), time.Millisecond))
}

func (r *Router) due() bool {
	at, ok := r.nextTimer()
	return (ok && !at.After(r.now())) || !r.careAt.After(r.now()) || r.drawing.under()
}

// nextTimer is when a parked mention or an open dial is due next.
func (r *Router) nextTimer() (at time.Time, ok bool) {
	at = r.nextTick()
	r.db.Scan(bTimers, "", func(k string, _ []byte) bool {
		due, _ := parseTimer(k)
		at = earliest(at, due)
		return false
	})
	if heard, waits := nextAnswered(r.db); waits {
		at = earliest(at, heard)
	}
	return at, !at.IsZero()
}

// asksAtOnce bounds for how many dials the gate is asked under a new plan
// before others are served.
const asksAtOnce = 200

// ticks does what the time, or a new plan, asks for of dials.
func (r *Router) ticks(ctx context.Context, w *writing, in *inputs) {
	for n := 0; len(in.open) > 0 && n < asksAtOnce && !w.full() && w.err == nil; n++ {
		r.tick(ctx, w, in.open[0], true)
		in.open = in.open[1:]
	}
	for _, id := range r.dueDials(w.tx, w.at) {
		if w.full() || w.err != nil {
			break
		}
		r.tick(ctx, w, id, false)
	}
}

// decideWaiting decides all that waits, up to one write.
func (r *Router) decideWaiting(ctx context.Context, w *writing, in *inputs) error {
	for len(in.parked) > 0 && !w.full() {
		r.redecide(ctx, w, in.parked[0])
		in.parked = in.parked[1:]
	}
	r.ticks(ctx, w, in)
	for _, part := range in.parts {
		w.step(directdial.Input{Kind: directdial.InputTimer, ID: "snapshot"}, part)
	}
	in.parts = nil
	r.goOnForgetting(w)
	r.silence(w)
	r.care(w)
	r.expire(w, in.expiring)
	in.expiring = nil
	for _, key := range dueParked(w.tx, w.at) {
		if w.full() {
			break
		}
		r.redecide(ctx, w, key)
	}
	for !w.full() && w.err == nil {
		m, a, err := in.next(ctx, w.mentions)
		switch {
		case err != nil:
			return err
		case m != nil:
			r.mention(ctx, w, m)
		case a != nil:
			r.action(ctx, w, a)
		default:
			return w.err
		}
	}
	return w.err
}
