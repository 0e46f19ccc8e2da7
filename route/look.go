package route

import (
	"sync/atomic"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// looked is what is looked up of an expert for one decision.
type looked struct {
	expert *directdial.Expert
	role   directdial.Role // why they are asked
	load   *load
	said   *colleague
	duty   directdial.Duty
}

// look looks up what the index and the calendars say of an expert.
func (x *directory) look(r index.Reader, e *directdial.Expert, role directdial.Role, at time.Time) looked {
	l := looked{expert: e, role: role, load: shared[load](r, bExperts, e.ID), said: shared[colleague](r, bGrants, e.ID)}
	if l.load.Away.holds(at) {
		l.duty = x.dutyOf(e, l.load, at)
	} else {
		l.duty = x.spells.duty(x.duty, e, at)
	}
	return l
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
