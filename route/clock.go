package route

import (
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// The reminder before a clock ends comes when three quarters of it have passed,
// but leaves at least leastNotice to act. A clock that is no longer than that
// has none.
const leastNotice = 5 * time.Minute

// remindAfter is when somebody is reminded of a clock of that length, in their
// working time; 0 is never.
func remindAfter(long time.Duration) time.Duration {
	return max(min(long/4*3, long-leastNotice), 0)
}

// decide decides a case whose candidates have no clocks yet, and sets those of
// who is chosen: who that is does not depend on them, and to count working time
// takes longer than the rest. Decide gives the same decision on the case as it is
// then.
func (x *directory) decide(r index.Reader, c *directdial.Case) directdial.Decision {
	d := Decide(*c)
	i := slices.IndexFunc(c.Candidates, func(k directdial.Candidate) bool { return k.Expert == d.Expert })
	if d.Expert != "" && i >= 0 {
		x.setClocks(r, c, &c.Candidates[i])
		startClocks(c, &d, i)
	}
	return d
}

// setClocks fills in the ends of both clocks of a candidate. They run in the
// candidate's working time: after hours, on holidays and on leave they stand
// still.
func (x *directory) setClocks(r index.Reader, c *directdial.Case, k *directdial.Candidate) {
	e, l := x.experts[k.Expert], shared[load](r, bExperts, k.Expert)
	w := working{duty: func(at time.Time) directdial.Duty { return x.dutyOf(e.Expert, l, at) }, from: c.At, now: k.Duty}
	k.Clocks = &directdial.Clocks{}
	k.RemindAccept, k.AcceptBy = w.clock(time.Duration(c.Rules.AcceptWithin) * time.Second)
	k.RemindAnswer, k.AnswerBy = w.clock(time.Duration(c.Rules.AnswerWithin) * time.Second)
}

// working is the working time of somebody from an instant on.
type working struct {
	duty func(time.Time) directdial.Duty
	from time.Time
	now  directdial.Duty // at from
}

// clock is when a clock of that length ends and when its reminder is due; both
// zero for one that is off.
func (w working) clock(long time.Duration) (remind, end time.Time) {
	if long <= 0 {
		return time.Time{}, time.Time{}
	}
	if after := remindAfter(long); after > 0 {
		remind = w.after(after)
	}
	return remind, w.after(long)
}

// maxSpans bounds how many spans of duty are counted: a clock of weeks for
// somebody with an hour a week ends early rather than never.
const maxSpans = 500

// after is when so much working time has passed. For who is not foreseen to
// work again the clock on the wall counts.
func (w working) after(long time.Duration) time.Time {
	at, left, duty := w.from, long, w.now
	for range maxSpans {
		switch {
		case duty.On && (duty.Until.IsZero() || duty.Until.Sub(at) >= left):
			return directdial.Clock(at.Add(left))
		case duty.On:
			left -= duty.Until.Sub(at)
			at = duty.Until
		case !duty.Next.After(at):
			return directdial.Clock(at.Add(left))
		default:
			at = duty.Next
		}
		duty = w.duty(at)
	}
	return directdial.Clock(at)
}

// dutyOf is the duty of an expert, unless they have said that they are away.
func (x *directory) dutyOf(e *directdial.Expert, l *load, at time.Time) directdial.Duty {
	if !l.Away.holds(at) {
		return x.duty(e, at)
	}
	a := l.Away
	away := directdial.Duty{Away: true, Leave: a.Since}
	if !a.Until.IsZero() {
		away.Next = a.Until
		if then := x.duty(e, a.Until); !then.On {
			away.Next = then.Next
		}
	}
	return away
}

// nextDue is when something happens by itself to a dial: its holder is
// reminded, its clock ends, the gate is asked again, or a dial that nobody could
// take is decided anew. Zero is never.
func nextDue(d *directdial.Dial) time.Time {
	switch {
	case !d.State.Open():
		return time.Time{}
	case d.Late:
		return d.Until
	}
	return earliest(d.GateEnds, nextOfClock(d))
}

// nextOfClock is the next instant of the clock that runs: the reminder, then
// the end.
func nextOfClock(d *directdial.Dial) time.Time {
	remind, end := d.Clock()
	if d.Reminded.IsZero() && remind.Before(end) {
		return earliest(remind, end)
	}
	return end
}
