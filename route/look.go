package route

import (
	"time"

	"github.com/directdial/directdial"
)

// dutyNow is the duty of an expert at an instant that many ask about.
func (x *directory) dutyNow(e *listed, l *load, at time.Time) directdial.Duty {
	if l.Away.holds(at) {
		return x.dutyOf(e.Expert, l, at)
	}
	return e.duty(x.duty, at)
}

// spell is a time, from an instant to before another, in which the duty of
// somebody stays the same. It belongs to one directory: who reads a calendar
// anew, which may change it, makes another.
type spell struct {
	duty     directdial.Duty
	from, to time.Time
}

// maxSpell bounds a spell: calendars are read some way ahead only, so that leave
// comes into sight as time goes on.
const maxSpell = time.Hour

// duty is what of says, and asks it once a spell.
func (e *listed) duty(of Duty, at time.Time) directdial.Duty {
	if known := e.spell.Load(); known != nil && !at.Before(known.from) && at.Before(known.to) {
		return known.duty
	}
	d := of(e.Expert, at)
	if !d.Away { // else it does not say when leave ends
		e.spell.Store(&spell{d, at, earliest(at.Add(maxSpell), d.Until, d.Next, d.Leave)})
	}
	return d
}
