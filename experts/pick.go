package experts

import (
	"cmp"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

// task is one deed for one job, as it was when it was picked.
type task struct {
	job        *job
	work       Work
	plan       plan
	channel    Channel // nil if it is not configured
	generation int
}

// pick chooses what is done next and takes job and receiver for it. If there is
// nothing, it says how long to wait; 0: until something changes.
//
// Of those that may be served now comes first who was tried the fewest times,
// then who waits longest: a card that fails again and again lets the others
// pass.
func (l *lane) pick(now time.Time) (*task, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var best *job
	var do plan
	wait := waiting{now: now}
	for _, r := range l.receivers {
		if r.busy || len(r.queue) == 0 {
			continue
		}
		if j, p := l.first(r, &wait); j != nil && (best == nil || j.before(best)) {
			best, do = j, p
		}
	}
	if best == nil || !l.free() {
		return nil, wait.long
	}
	if do.deed.onTheWire() {
		if !l.rate.AllowN(now, 1) {
			return nil, untilToken(l.rate, now)
		}
		if do.deed == send {
			best.receiver.pace.AllowN(now, 1) // first saw that there is room
		}
	}
	l.busy++
	best.receiver.busy = true
	return &task{job: best, work: best.work, plan: do, channel: l.channel, generation: l.generation}, 0
}

// free reports whether one more deed may run: one at a time finds out whether a
// channel that failed works again.
func (l *lane) free() bool {
	if l.trouble.failures > 0 {
		return l.busy == 0
	}
	return l.busy < l.d.workers
}

// first returns the first job of a receiver that can be done now, nil if all
// must wait.
func (l *lane) first(r *receiver, wait *waiting) (*job, plan) {
	silent := wait.later(l.until)
	silent = wait.later(r.until) || silent // nothing may go over the wire
	if silent && !r.lapsed(wait.now) {
		wait.until(r.lapses)
		return nil, plan{}
	}
	if r.unsorted {
		slices.SortFunc(r.queue, (*job).compare)
		r.unsorted = false
	}
	paced := untilToken(r.pace, wait.now)
	for _, j := range r.queue {
		p := l.planFor(j, wait.now)
		if p.deed == rest {
			continue
		}
		wait.until(j.lapses())
		switch {
		case wait.later(p.after) || wait.later(j.stuck):
		case !p.deed.onTheWire():
			return j, p
		case silent || wait.later(j.until):
		case p.deed == send && paced > 0:
			wait.until(wait.now.Add(paced))
		default:
			return j, p
		}
	}
	return nil, plan{}
}

// planFor says what comes next for a job: its first or next attempt, or, once
// it was delivered, a change of what it shows.
func (l *lane) planFor(j *job, now time.Time) plan {
	o := &j.work.Offer
	if o.Ref != "" {
		if max(j.shown, o.Shown) >= o.Revision {
			return plan{deed: rest}
		}
		return plan{deed: edit}
	}
	_, canFind := l.channel.(Finder)
	underWay := time.Duration(0)
	if j.foreign {
		underWay = l.d.timeout
	}
	p := planOf(j.log, canFind && j.blind != l.generation, l.limits.Ambiguous, underWay)
	if s := o.SendBefore; l.channel == nil || (!s.IsZero() && !now.Before(s)) {
		p = p.late()
	}
	return p
}

// compare orders jobs by how often they failed, then by age.
func (j *job) compare(k *job) int {
	a, b := &j.work.Offer, &k.work.Offer
	return cmp.Or(cmp.Compare(j.trouble.failures, k.trouble.failures), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
}

func (j *job) before(k *job) bool { return j.compare(k) < 0 }

// lapses returns when the offer may not be sent any more, zero if it always may
// or was.
func (j *job) lapses() time.Time {
	if j.work.Offer.Ref != "" {
		return time.Time{}
	}
	return j.work.Offer.SendBefore
}

func (r *receiver) lapsed(now time.Time) bool { return !r.lapses.IsZero() && !now.Before(r.lapses) }

// waiting collects when something may be possible that is not now.
type waiting struct {
	now  time.Time
	long time.Duration // to the first of the times; 0: there is none
}

// later reports whether t lies ahead, and remembers it.
func (w *waiting) later(t time.Time) bool {
	ahead := t.After(w.now)
	w.until(t)
	return ahead
}

// until remembers a time that lies ahead.
func (w *waiting) until(t time.Time) {
	if long := t.Sub(w.now); t.After(w.now) && (w.long == 0 || long < w.long) {
		w.long = long
	}
}

// untilToken is how long a limiter lets nobody through, without asking it for
// one.
func untilToken(l *rate.Limiter, now time.Time) time.Duration {
	r := l.ReserveN(now, 1)
	defer r.CancelAt(now)
	return r.DelayFrom(now)
}
