package experts

import (
	"cmp"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/ical"
)

// Duty is the Duty of an expert's hours, less their leave and the holidays. On a
// holiday somebody is off as after hours; on leave they are away.
func (c *Calendars) Duty(e *directdial.Expert, at time.Time) directdial.Duty {
	off := c.off.Load()
	leave, holidays := off.leave[e.ID], off.holidays[e.Timezone]
	if len(leave) == 0 && len(holidays) == 0 {
		return Duty(e, at)
	}
	span, away := within(leave, at)
	if away {
		return directdial.Duty{Away: true, Leave: span.From, Next: firstOn(e, leave, holidays, span.To)}
	}
	d := Duty(e, at)
	begins, onLeave := nextOf(leave, at)
	if onLeave {
		d.Leave = begins
	}
	if day, holiday := within(holidays, at); holiday {
		return directdial.Duty{Leave: d.Leave, Next: firstOn(e, leave, holidays, day.To)}
	}
	if !d.On {
		if !d.Next.IsZero() {
			d.Next = firstOn(e, leave, holidays, d.Next)
		}
		return d
	}
	if onLeave && (d.Until.IsZero() || begins.Before(d.Until)) {
		d.Until = begins
	}
	if day, ok := nextOf(holidays, at); ok && (d.Until.IsZero() || day.Before(d.Until)) {
		d.Until = day
	}
	return d
}

// maxOff bounds how many spans are passed over in search of a day of work.
const maxOff = 1000

// firstOn is the first instant from at on at which somebody is at work; zero if
// none is foreseen.
func firstOn(e *directdial.Expert, leave, holidays []ical.Span, at time.Time) time.Time {
	for range maxOff {
		if s, ok := within(leave, at); ok {
			at = s.To
			continue
		}
		if s, ok := within(holidays, at); ok {
			at = s.To
			continue
		}
		d := Duty(e, at)
		if d.On {
			return at
		}
		if at = d.Next; at.IsZero() {
			return at
		}
	}
	return time.Time{}
}

// within returns the span that holds an instant. Spans are sorted, and apart
// from each other.
func within(spans []ical.Span, at time.Time) (ical.Span, bool) {
	i, found := slices.BinarySearchFunc(spans, at, func(s ical.Span, at time.Time) int { return s.From.Compare(at) })
	if !found {
		i--
	}
	if i < 0 || !at.Before(spans[i].To) {
		return ical.Span{}, false
	}
	return spans[i], true
}

// nextOf is when the first span begins that begins after an instant.
func nextOf(spans []ical.Span, at time.Time) (time.Time, bool) {
	i, _ := slices.BinarySearchFunc(spans, at, func(s ical.Span, at time.Time) int {
		return cmp.Or(s.From.Compare(at), -1) // one that begins now is not ahead
	})
	if i == len(spans) {
		return time.Time{}, false
	}
	return spans[i].From, true
}
