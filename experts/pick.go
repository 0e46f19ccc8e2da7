package experts

import (
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
	var best *task
	wait := waiting{now: now}
	free := l.busy < l.d.workers
	if l.trouble.failures > 0 && l.busy > 0 {
		free = false // one at a time finds out whether the channel works again
	}
	for _, r := range l.receivers {
		if r.busy || len(r.jobs) == 0 {
			continue
		}
		held := wait.later(l.until) || wait.later(r.until)
		if held && !r.lapsed(now) {
			wait.until(r.lapses)
			continue
		}
		for _, j := range r.jobs {
			if t := l.consider(j, now, held, &wait); t != nil && (best == nil || t.before(best)) {
				best = t
			}
		}
	}
	if best == nil || !free {
		return nil, wait.long
	}
	if best.plan.deed.onTheWire() {
		if !l.rate.AllowN(now, 1) {
			return nil, untilToken(l.rate, now)
		}
		if best.plan.deed == send {
			best.job.receiver.pace.AllowN(now, 1) // consider saw that there is room
		}
	}
	l.busy++
	best.job.receiver.busy = true
	return best, 0
}

// consider returns what can be done for a job now, nil if it must wait. held
// says that nothing may go over the wire.
func (l *lane) consider(j *job, now time.Time, held bool, wait *waiting) *task {
	if j.gone {
		return nil
	}
	t := &task{job: j, work: j.work, channel: l.channel, generation: l.generation}
	t.plan = l.planFor(j, now)
	if t.plan.deed == rest {
		return nil
	}
	wait.until(j.lapses())
	if wait.later(t.plan.after) || wait.later(j.stuck) {
		return nil
	}
	if !t.plan.deed.onTheWire() {
		return t
	}
	if wait.later(j.until) || held {
		return nil
	}
	if t.plan.deed == send {
		if long := untilToken(j.receiver.pace, now); long > 0 {
			wait.later(now.Add(long))
			return nil
		}
	}
	return t
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

func (t *task) before(u *task) bool {
	if a, b := t.job.trouble.failures, u.job.trouble.failures; a != b {
		return a < b
	}
	if a, b := t.work.Offer.At, u.work.Offer.At; !a.Equal(b) {
		return a.Before(b)
	}
	return t.work.Offer.ID < u.work.Offer.ID
}

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
