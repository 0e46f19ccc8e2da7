package experts

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/ical"
	"github.com/directdial/directdial/internal/metric"
)

// CalendarOptions are what Calendars need. Dir and Client are required.
type CalendarOptions struct {
	Dir     string       // where the last good ones are kept
	Client  *http.Client // guarded: a calendar may be anywhere
	Log     zerolog.Logger
	Metrics prometheus.Registerer // nil: nobody counts
	Now     func() time.Time      // nil: time.Now
}

// Calendars know the leave of colleagues and the public holidays, from
// iCalendar files and URLs. What was read last holds until something newer can
// be read, over restarts as well: a calendar that is gone or broken is loud and
// changes nothing.
type Calendars struct {
	dir     string
	client  *http.Client
	log     zerolog.Logger
	now     func() time.Time
	failing prometheus.Gauge

	wake    chan struct{} // other calendars are wanted
	mu      sync.Mutex
	wanted  *directdial.Directory
	sources map[string]*source      // by path or URL
	off     atomic.Pointer[daysOff] // of everybody
}

// daysOff is when whom is not at work.
type daysOff struct {
	leave    map[string][]ical.Span // by expert
	holidays map[string][]ical.Span // by time zone
}

// What is read of a calendar: from a while ago, for who looks back, to beyond
// every plan.
const (
	calendarPast   = 90 * 24 * time.Hour
	calendarFuture = 400 * 24 * time.Hour
	// calendarEvery is how often calendars are read.
	calendarEvery = 30 * time.Minute
)

// NewCalendars makes Calendars of none; see Use.
func NewCalendars(o CalendarOptions) *Calendars {
	c := &Calendars{
		dir: o.Dir, client: o.Client, log: o.Log, now: o.Now, sources: map[string]*source{}, wake: make(chan struct{}, 1),
		failing: promauto.With(o.Metrics).NewGauge(prometheus.GaugeOpts{
			Name: metric.CalendarsFailing, Help: "Calendars of leave and holidays that could not be read last; what was read before holds.",
		}),
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.off.Store(&daysOff{})
	return c
}

// Use takes the calendars that a directory names. Files are read at once, of
// URLs what was kept of them; Run then fetches what is newer.
func (c *Calendars) Use(d *directdial.Directory) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wanted = d
	wanted := map[string]*source{}
	for name, whose := range calendarsOf(d) {
		s := c.sources[name]
		if s == nil {
			s = newSource(name, c.dir)
			s.recall()
		}
		s.whose = whose
		wanted[name] = s
	}
	c.sources = wanted
	for _, s := range c.sources {
		if !s.remote {
			data, tag, err := s.read(context.Background(), nil)
			c.take(s, data, tag, err)
		}
	}
	c.spread()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// calendarsOf lists the calendars of a directory with whom each is of, for
// people who look for what is wrong: an address may hold a secret.
func calendarsOf(d *directdial.Directory) map[string]string {
	of := map[string]string{}
	for i := range d.Experts {
		if e := &d.Experts[i]; e.Calendar != "" {
			of[e.Calendar] = "of " + e.ID
		}
	}
	for _, h := range d.Holidays {
		of[h.Calendar] = "of holidays"
	}
	return of
}

// Run reads the calendars again and again until ctx ends, and calls changed when
// somebody is off at another time than before.
func (c *Calendars) Run(ctx context.Context, changed func()) error {
	every := time.NewTicker(calendarEvery)
	defer every.Stop()
	for {
		if c.refresh(ctx) {
			changed()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-c.wake:
		case <-every.C:
		}
	}
}

// refresh reads all calendars and reports whether that changed anything. Nobody
// waits for a server that does not answer: what is known is locked only while it
// changes.
func (c *Calendars) refresh(ctx context.Context) bool {
	c.mu.Lock()
	sources := make([]*source, 0, len(c.sources))
	for _, name := range slices.Sorted(maps.Keys(c.sources)) {
		sources = append(sources, c.sources[name])
	}
	c.mu.Unlock()
	failing := 0
	for _, s := range sources {
		data, tag, err := s.read(ctx, c.client)
		if ctx.Err() != nil {
			return false
		}
		c.mu.Lock()
		if !c.take(s, data, tag, err) {
			failing++
		}
		c.mu.Unlock()
	}
	c.failing.Set(float64(failing))
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spread()
}

// take takes what was read of a calendar, if it is one, and reports whether it
// is.
func (c *Calendars) take(s *source, data []byte, tag string, err error) bool {
	if err == nil {
		_, err = ical.Read(data, time.UTC, c.window())
	}
	if err == nil {
		err = s.keep(data, tag)
	}
	if err != nil {
		c.log.Error().Err(err).Str("calendar", s.whose).Bool("known", s.good != nil).
			Msg("a calendar cannot be read; what was read of it before holds")
	}
	return err == nil
}

func (c *Calendars) window() ical.Span {
	now := c.now()
	return ical.Span{From: now.Add(-calendarPast), To: now.Add(calendarFuture)}
}

// spread works out when everybody is off, and reports whether that is news.
func (c *Calendars) spread() bool {
	before, off := c.off.Load(), &daysOff{leave: map[string][]ical.Span{}, holidays: map[string][]ical.Span{}}
	for i := range c.wanted.Experts {
		if e := &c.wanted.Experts[i]; e.Calendar != "" {
			off.leave[e.ID] = c.spans(e.Calendar, e.Timezone)
		}
	}
	for i := range c.wanted.Experts {
		zone := c.wanted.Experts[i].Timezone
		if _, done := off.holidays[zone]; done {
			continue
		}
		var spans []ical.Span
		for _, h := range c.wanted.Holidays {
			if len(h.Timezones) == 0 || slices.Contains(h.Timezones, zone) {
				spans = append(spans, c.spans(h.Calendar, zone)...)
			}
		}
		off.holidays[zone] = ical.Join(spans)
	}
	c.off.Store(off)
	return !off.equal(before, c.now())
}

// spans are the times of a calendar in a time zone; none if it was never read.
func (c *Calendars) spans(name, timezone string) []ical.Span {
	s := c.sources[name]
	zone, err := location(timezone)
	if s == nil || s.good == nil || err != nil {
		return nil
	}
	spans, err := ical.Read(s.good, zone, c.window())
	if err != nil { // it was read before, in another zone
		c.log.Error().Err(err).Str("calendar", s.whose).Msg("a calendar cannot be read")
	}
	return spans
}

// equal reports whether two say the same of the time from an instant on: the
// window moves on by itself.
func (d *daysOff) equal(other *daysOff, now time.Time) bool {
	until := now.Add(calendarFuture - 24*time.Hour)
	same := func(a, b []ical.Span) bool { return slices.Equal(between(a, now, until), between(b, now, until)) }
	return maps.EqualFunc(d.leave, other.leave, same) && maps.EqualFunc(d.holidays, other.holidays, same)
}

func between(spans []ical.Span, from, to time.Time) []ical.Span {
	return slices.DeleteFunc(slices.Clone(spans), func(s ical.Span) bool { return !s.To.After(from) || s.From.After(to) })
}
