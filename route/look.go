package route

import (
	"sync/atomic"
	"time"

	"github.com/directdial/directdial"
)

// dutyNow is the duty of an expert at an instant that many ask about.
func (x *directory) dutyNow(e *directdial.Expert, l *load, at time.Time) directdial.Duty {
	if l.Away.holds(at) {
		return x.dutyOf(e, l, at)
	}
	return x.spells.duty(x.duty, e, at)
}

// spell is a time, from an instant to before another, in which the duty of
// somebody stays the same.
type spell struct {
	duty     directdial.Duty
	from, to time.Time
}

// maxSpell bounds a spell: calendars are read some way ahead only, so that leave
// comes into sight as time goes on.
const maxSpell = time.Hour

// spells are the latest spells, by expert. They belong to one directory: who
// reads a calendar anew, which may change any of them, makes another.
type spells map[string]*atomic.Pointer[spell]

func newSpells(d *directdial.Directory) spells {
	s := make(spells, len(d.Experts))
	for i := range d.Experts {
		s[d.Experts[i].ID] = &atomic.Pointer[spell]{}
	}
	return s
}

// duty is what of says, and asks it once a spell.
func (s spells) duty(of Duty, e *directdial.Expert, at time.Time) directdial.Duty {
	latest := s[e.ID]
	if known := latest.Load(); known != nil && !at.Before(known.from) && at.Before(known.to) {
		return known.duty
	}
	d := of(e, at)
	if !d.Away { // else it does not say when leave ends
		latest.Store(&spell{d, at, earliest(at.Add(maxSpell), d.Until, d.Next, d.Leave)})
	}
	return d
}
