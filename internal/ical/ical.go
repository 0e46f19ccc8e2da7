// Package ical reads iCalendar data (RFC 5545) as far as it tells when something
// is: events and their recurrences, as spans of time. What an event is called,
// who comes and where is of no interest here, and is not kept.
package ical

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"

	"github.com/directdial/directdial"
)

// Bounds of a calendar. One above them is refused whole.
const (
	MaxSize   = 5 << 20 // bytes
	MaxEvents = 20_000
)

// Span is a time from an instant on, up to another.
type Span struct{ From, To time.Time }

// Read returns the times within a window at which an event of the calendar is,
// sorted, and joined where they overlap or touch. Days without a time, and times
// without a zone, are those of the zone given. Cancelled events do not count;
// whether an event is marked as free does not matter, because most calendars
// mark all days off so.
func Read(data []byte, zone *time.Location, window Span) ([]Span, error) {
	if len(data) > MaxSize {
		return nil, directdial.Errorf(directdial.Invalid, "the calendar has more than %d bytes", MaxSize)
	}
	// The library takes a page of HTML for a calendar without events.
	if !bytes.Contains(data, []byte("BEGIN:VCALENDAR")) || !bytes.Contains(data, []byte("END:VCALENDAR")) {
		return nil, directdial.Errorf(directdial.Invalid, "this is no iCalendar data, or not all of it")
	}
	calendar, err := ics.ParseCalendar(bytes.NewReader(data))
	if err != nil {
		return nil, directdial.Errorf(directdial.Invalid, "the calendar cannot be read: %w", err)
	}
	events := calendar.Events()
	if len(events) > MaxEvents {
		return nil, directdial.Errorf(directdial.Invalid, "the calendar has more than %d events", MaxEvents)
	}
	r := reader{zone: zone, window: window, moved: map[string][]time.Time{}}
	for i, e := range events {
		if err := r.movedOf(e); err != nil {
			return nil, directdial.Errorf(directdial.Invalid, "event %d: %w", i+1, err)
		}
	}
	all := make([]series, len(events))
	for i, e := range events {
		if all[i], err = r.series(e); err != nil {
			return nil, directdial.Errorf(directdial.Invalid, "event %d: %w", i+1, err)
		}
	}
	for i := range all {
		if err := r.expand(all[i]); err != nil {
			return nil, directdial.Errorf(directdial.Invalid, "event %d: %w", i+1, err)
		}
	}
	return Join(r.spans), nil
}

// Join sorts spans and joins those that overlap or touch.
func Join(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	var joined []Span
	for _, s := range spans {
		if n := len(joined); n > 0 && !s.From.After(joined[n-1].To) {
			if s.To.After(joined[n-1].To) {
				joined[n-1].To = s.To
			}
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

type reader struct {
	zone   *time.Location
	window Span
	moved  map[string][]time.Time // by UID: recurrences that an event of its own stands for
	spans  []Span
	looked int // see maxLooked
}

// movedOf notes the recurrence that an event replaces: moved, or cancelled.
func (r *reader) movedOf(e *ics.VEvent) error {
	p := e.GetProperty(ics.ComponentPropertyRecurrenceId)
	if p == nil {
		return nil
	}
	at, _, err := r.instant(p)
	if err == nil {
		r.moved[e.Id()] = append(r.moved[e.Id()], at)
	}
	return err
}

// series is an event with when it begins, again and again, and how it ends.
type series struct {
	begins *rrule.Set // nil: never
	end    func(time.Time) time.Time
}

// series reads an event. What it costs to expand is known then, and of no
// calendar that costs too much a single one is expanded.
func (r *reader) series(e *ics.VEvent) (s series, err error) {
	if status := e.GetProperty(ics.ComponentPropertyStatus); status != nil && strings.EqualFold(status.Value, "CANCELLED") {
		return series{}, nil
	}
	start := e.GetProperty(ics.ComponentPropertyDtStart)
	if start == nil {
		return series{}, fmt.Errorf("it has no beginning")
	}
	from, day, err := r.instant(start)
	if err != nil {
		return series{}, err
	}
	if s.end, err = r.end(e, from, day); err != nil {
		return series{}, err
	}
	s.begins, err = r.recurrences(e, from)
	return s, err
}

// expand notes the times of a series in the window.
func (r *reader) expand(all series) error {
	if all.begins == nil {
		return nil
	}
	next := all.begins.Iterator()
	for n := 0; ; n++ {
		at, ok := next()
		switch {
		case !ok || !at.Before(r.window.To):
			return nil
		case n == maxRecurrences:
			return fmt.Errorf("it recurs more than %d times", maxRecurrences)
		}
		if err := r.look(1); err != nil {
			return err
		}
		s := Span{From: at.UTC(), To: all.end(at).UTC()}
		if s.To.After(s.From) && s.To.After(r.window.From) {
			r.spans = append(r.spans, s)
		}
	}
}

// end returns how an event that begins then ends. Days are counted on the
// calendar: a day on which the clocks change has another length.
func (r *reader) end(e *ics.VEvent, from time.Time, day bool) (func(time.Time) time.Time, error) {
	days := func(n int) func(time.Time) time.Time {
		return func(at time.Time) time.Time { return at.AddDate(0, 0, n) }
	}
	long := func(d time.Duration) func(time.Time) time.Time {
		return func(at time.Time) time.Time { return at.Add(d) }
	}
	if p := e.GetProperty(ics.ComponentPropertyDtEnd); p != nil {
		to, _, err := r.instant(p)
		switch {
		case err != nil:
			return nil, err
		case to.Before(from):
			return nil, fmt.Errorf("it ends before it begins")
		case day:
			return days(max(daysBetween(from, to), 1)), nil
		}
		return long(to.Sub(from)), nil
	}
	if p := e.GetProperty(ics.ComponentPropertyDuration); p != nil {
		d, err := duration(p.Value)
		if err != nil {
			return nil, err
		}
		if day {
			return days(max(int(d/(24*time.Hour)), 1)), nil
		}
		return long(d), nil
	}
	if day {
		return days(1), nil
	}
	return long(0), nil
}

// daysBetween counts the days on the calendar between two midnights.
func daysBetween(from, to time.Time) int {
	date := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(date(to).Sub(date(from)) / (24 * time.Hour))
}
