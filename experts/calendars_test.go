package experts

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"pgregory.net/rapid"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/ical"
)

func leaveOf(days ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
	for i, day := range days {
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%d\r\nSUMMARY:not to be kept\r\nDTSTART;VALUE=DATE:%s\r\nEND:VEVENT\r\n", i, day)
	}
	return b.String() + "END:VCALENDAR\r\n"
}

// november is a Friday, at noon in Stockholm.
var november = time.Date(2026, 11, 20, 11, 0, 0, 0, time.UTC)

func colleague(calendar string) directdial.Expert {
	return directdial.Expert{ID: "ana", Timezone: "Europe/Stockholm", Hours: []string{"Mon-Fri 09:00-17:00"}, Calendar: calendar}
}

func calendarsIn(dir string) *Calendars {
	return NewCalendars(CalendarOptions{
		Dir: dir, Client: http.DefaultClient, Log: zerolog.Nop(), Now: func() time.Time { return november },
	})
}

func wantDuty(t *testing.T, c *Calendars, e directdial.Expert, at time.Time, want directdial.Duty) {
	t.Helper()
	if got := c.Duty(&e, at); got != want {
		t.Errorf("at %s: %+v, want %+v", at, got, want)
	}
}

func stockholmTime(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := location("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func TestLeaveAndHolidaysAreNoDuty(t *testing.T) {
	at := func(s string) time.Time { return stockholmTime(t, s) }
	dir := t.TempDir()
	leave, holidays := filepath.Join(dir, "ana.ics"), filepath.Join(dir, "days.ics")
	write(t, leave, leaveOf("20261124", "20261125"))
	write(t, holidays, leaveOf("20261123"))
	e := colleague(leave)
	c := calendarsIn(dir)
	c.Use(&directdial.Directory{
		Experts: []directdial.Expert{e}, Holidays: []directdial.Holidays{{Calendar: holidays, Timezones: []string{"Europe/Stockholm"}}},
	})
	begins := at("2026-11-24 00:00")
	wantDuty(t, c, e, november, directdial.Duty{On: true, Until: at("2026-11-20 17:00"), Leave: begins})
	// Over the weekend, a holiday and two days of leave.
	wantDuty(t, c, e, at("2026-11-20 18:00"), directdial.Duty{Next: at("2026-11-26 09:00"), Leave: begins})
	wantDuty(t, c, e, at("2026-11-23 10:00"), directdial.Duty{Next: at("2026-11-26 09:00"), Leave: begins})
	wantDuty(t, c, e, at("2026-11-24 10:00"), directdial.Duty{Away: true, Leave: begins, Next: at("2026-11-26 09:00")})
	wantDuty(t, c, e, at("2026-11-26 09:00"), directdial.Duty{On: true, Until: at("2026-11-26 17:00")})
	elsewhere := directdial.Expert{ID: "bo", Timezone: "Asia/Tokyo"}
	wantDuty(t, c, elsewhere, at("2026-11-23 10:00"), directdial.Duty{On: true})
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What was read holds while the server is down, sends a page to sign in, or
// something broken, and after a restart without a network.
func TestLastGoodCalendarHolds(t *testing.T) {
	var body atomic.Pointer[string]
	say := func(s string) { body.Store(&s) }
	var unchanged atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text := *body.Load()
		tag := fmt.Sprintf("%q", fmt.Sprint(len(text)))
		switch {
		case text == "":
			w.WriteHeader(http.StatusServiceUnavailable)
		case r.Header.Get("If-None-Match") == tag:
			unchanged.Add(1)
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", tag)
			fmt.Fprint(w, text)
		}
	}))
	defer server.Close()
	dir, e := t.TempDir(), colleague(server.URL+"/secret.ics")
	d := &directdial.Directory{Experts: []directdial.Expert{e}}
	c := calendarsIn(dir)
	c.Use(d)
	away := func(when string, c *Calendars) bool { return c.Duty(&e, stockholmTime(t, when)).Away }
	say(leaveOf("20261124"))
	if !c.refresh(t.Context()) || c.refresh(t.Context()) || unchanged.Load() != 1 {
		t.Errorf("what is news and what not is told wrongly; %d answers were 304", unchanged.Load())
	}
	for _, broken := range []string{"", "<html>sign in</html>", leaveOf("20261124")[:60]} {
		say(broken)
		if c.refresh(t.Context()) || !away("2026-11-24 10:00", c) {
			t.Errorf("%q changed something", broken)
		}
	}
	again := calendarsIn(dir)
	again.Use(d)
	if !away("2026-11-24 10:00", again) {
		t.Error("after a start without a network the leave is not known")
	}
	say(leaveOf("20261124", "20261125"))
	if !again.refresh(t.Context()) || !away("2026-11-25 10:00", again) {
		t.Error("a calendar that is good again is not taken")
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || strings.Contains(files[0].Name(), "secret") {
		t.Errorf("kept are %v, %v", files, err)
	}
}

// The duty with leave and holidays, held against one that looks at each quarter
// of an hour.
func TestDutyPropertyLeaveAndHolidaysAreTakenFromTheHours(t *testing.T) {
	draw := func(t *rapid.T, what string) (spans []ical.Span) {
		for range rapid.IntRange(0, 3).Draw(t, what) {
			from := november.Add(time.Duration(rapid.IntRange(-100, 400).Draw(t, "from")) * 15 * time.Minute)
			spans = append(spans, ical.Span{From: from, To: from.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "long")) * 15 * time.Minute)})
		}
		return ical.Join(spans)
	}
	rapid.Check(t, func(t *rapid.T) {
		e := colleague("")
		if rapid.Bool().Draw(t, "always on duty") {
			e.Hours = nil
		}
		off := &daysOff{
			leave:    map[string][]ical.Span{e.ID: draw(t, "leave")},
			holidays: map[string][]ical.Span{e.Timezone: draw(t, "holidays")},
		}
		c := &Calendars{}
		c.off.Store(off)
		in := func(spans []ical.Span, at time.Time) bool {
			for _, s := range spans {
				if !at.Before(s.From) && at.Before(s.To) {
					return true
				}
			}
			return false
		}
		away := func(at time.Time) bool { return in(off.leave[e.ID], at) }
		on := func(at time.Time) bool {
			return Duty(&e, at).On && !away(at) && !in(off.holidays[e.Timezone], at)
		}
		at := november.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "at")) * 15 * time.Minute)
		d := c.Duty(&e, at)
		if d.On != on(at) || d.Away != away(at) {
			t.Fatalf("at %s: %+v", at, d)
		}
		change := at
		for n := 0; n < 2000 && on(change) == d.On; n++ {
			change = change.Add(15 * time.Minute)
		}
		if got := earliestOf(d.Until, d.Next); on(change) != d.On && !got.Equal(change) {
			t.Fatalf("at %s: %+v, but it changes at %s", at, d, change)
		}
		if !d.Away && !d.Leave.IsZero() && (!away(d.Leave) || away(d.Leave.Add(-15*time.Minute))) {
			t.Fatalf("leave does not begin at %s", d.Leave)
		}
	})
}

func earliestOf(until, next time.Time) time.Time {
	if until.IsZero() {
		return next
	}
	return until
}
