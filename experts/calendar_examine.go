package experts

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/ical"
)

// ExamineCalendars reads each calendar that a directory names as Calendars do,
// keeps nothing of it, and says of each how it stands.
func ExamineCalendars(ctx context.Context, d *directdial.Directory, o CalendarOptions) []directdial.Finding {
	calendars := calendarsOf(d)
	names := slices.Sorted(maps.Keys(calendars))
	found := make([]directdial.Finding, len(names))
	now := time.Now()
	if o.Now != nil {
		now = o.Now()
	}
	var group sync.WaitGroup
	for i, name := range names {
		s := newSource(name, o.Dir)
		s.whose = calendars[name]
		group.Go(func() { found[i] = s.examine(ctx, o, now) })
	}
	group.Wait()
	return found
}

func (s *source) examine(ctx context.Context, o CalendarOptions, now time.Time) directdial.Finding {
	s.recall()
	what := "calendar " + s.whose
	data, _, err := s.read(ctx, o.Client)
	var off []ical.Span
	if err == nil {
		off, err = ical.Read(data, time.UTC, ical.Span{From: now, To: now.Add(calendarFuture)})
	}
	if err == nil {
		return directdial.Found(what, fmt.Sprintf("it is read, and names %s off to come", plural(len(off), "time")))
	}
	known := "nothing is known of it: whoever is on leave by it is dialled"
	if s.good != nil {
		known = "what was read of it before holds"
	}
	remedy := "name an iCalendar file that this user may read, and see that it is one"
	if s.remote {
		remedy = "open its address from this machine, and correct it where it is another now; it must lead to iCalendar (.ics), without a login"
	}
	return directdial.Failed(what, fmt.Sprintf("it cannot be read: %v; %s", err, known), remedy)
}
