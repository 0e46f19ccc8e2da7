package ical

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

func zone(t testing.TB) *time.Location {
	z, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func year(t testing.TB) Span {
	return Span{time.Date(2026, 1, 1, 0, 0, 0, 0, zone(t)), time.Date(2027, 1, 1, 0, 0, 0, 0, zone(t))}
}

// calendar is one with events of these lines; "|" ends a line.
func calendar(events ...string) []byte {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Acme//EN\r\n")
	for _, e := range events {
		b.WriteString("BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n" + strings.ReplaceAll(e, "|", "\r\n") + "\r\nEND:VEVENT\r\n")
	}
	b.WriteString("END:VCALENDAR\r\n")
	return []byte(b.String())
}

func TestEventsAreSpans(t *testing.T) {
	for _, c := range []struct{ name, event, want string }{
		{"a day", "UID:1|DTSTART;VALUE=DATE:20260605", "06-05 00:00 to 06-06 00:00"},
		{"days, the end is the day after", "UID:1|DTSTART;VALUE=DATE:20260706|DTEND;VALUE=DATE:20260718", "07-06 00:00 to 07-18 00:00"},
		{"the night in which summer time begins", "UID:1|DTSTART;VALUE=DATE:20260329|DTEND;VALUE=DATE:20260330", "03-29 00:00 to 03-30 00:00"},
		{"a time in UTC", "UID:1|DTSTART:20260605T070000Z|DTEND:20260605T090000Z", "06-05 09:00 to 06-05 11:00"},
		{"a time of no zone", "UID:1|DTSTART:20260605T070000|DTEND:20260605T090000", "06-05 07:00 to 06-05 09:00"},
		{"a time in a zone", "UID:1|DTSTART;TZID=America/New_York:20260605T090000|DURATION:PT1H30M", "06-05 15:00 to 06-05 16:30"},
		{"a zone behind a path", "UID:1|DTSTART;TZID=/maker.example/20260101/Asia/Tokyo:20260605T090000|DURATION:PT1H", "06-05 02:00 to 06-05 03:00"},
		{"a zone of Windows", "UID:1|DTSTART;TZID=W. Europe Standard Time:20260605T090000|DURATION:PT1H", "06-05 09:00 to 06-05 10:00"},
		{"marked as free", "UID:1|TRANSP:TRANSPARENT|DTSTART;VALUE=DATE:20260605", "06-05 00:00 to 06-06 00:00"},
		{"cancelled", "UID:1|STATUS:CANCELLED|DTSTART;VALUE=DATE:20260605", ""},
		{"no length", "UID:1|DTSTART:20260605T070000Z", ""},
		{"another year", "UID:1|DTSTART;VALUE=DATE:20200605", ""},
		{"each week", "UID:1|DTSTART;VALUE=DATE:20260601|RRULE:FREQ=WEEKLY;COUNT=3", "06-01 00:00 to 06-02 00:00, 06-08 00:00 to 06-09 00:00, 06-15 00:00 to 06-16 00:00"},
		{"each year since long", "UID:1|DTSTART;VALUE=DATE:19700606|RRULE:FREQ=YEARLY", "06-06 00:00 to 06-07 00:00"},
		{"each day over the change of the clocks", "UID:1|DTSTART;TZID=Europe/Stockholm:20261024T090000|DURATION:PT1H|RRULE:FREQ=DAILY;COUNT=3", "10-24 09:00 to 10-24 10:00, 10-25 09:00 to 10-25 10:00, 10-26 09:00 to 10-26 10:00"},
		{"but not then", "UID:1|DTSTART;VALUE=DATE:20260601|RRULE:FREQ=WEEKLY;COUNT=3|EXDATE;VALUE=DATE:20260608", "06-01 00:00 to 06-02 00:00, 06-15 00:00 to 06-16 00:00"},
		{"and then, too", "UID:1|DTSTART;VALUE=DATE:20260601|RDATE;VALUE=DATE:20260610,20260611", "06-01 00:00 to 06-02 00:00, 06-10 00:00 to 06-12 00:00"},
	} {
		if got := readAll(t, calendar(c.event)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func readAll(t testing.TB, data []byte) string {
	t.Helper()
	spans, err := Read(data, zone(t), year(t))
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	var words []string
	for _, s := range spans {
		words = append(words, s.From.In(zone(t)).Format("01-02 15:04")+" to "+s.To.In(zone(t)).Format("01-02 15:04"))
	}
	return strings.Join(words, ", ")
}

// One Monday of the series was moved to Tuesday, another one cancelled, the last
// made longer.
func TestRecurrenceThatWasMovedOrCancelled(t *testing.T) {
	got := readAll(t, calendar(
		"UID:a|DTSTART;VALUE=DATE:20260601|RRULE:FREQ=WEEKLY;COUNT=4",
		"UID:a|RECURRENCE-ID;VALUE=DATE:20260608|DTSTART;VALUE=DATE:20260609",
		"UID:a|RECURRENCE-ID;VALUE=DATE:20260615|STATUS:CANCELLED|DTSTART;VALUE=DATE:20260615",
		"UID:a|RECURRENCE-ID;VALUE=DATE:20260622|DTSTART;VALUE=DATE:20260622|DURATION:P2D",
	))
	if want := "06-01 00:00 to 06-02 00:00, 06-09 00:00 to 06-10 00:00, 06-22 00:00 to 06-24 00:00"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestBrokenCalendarIsRefusedWhole(t *testing.T) {
	good := "UID:1|DTSTART;VALUE=DATE:20260605"
	whole := calendar(good)
	for name, data := range map[string][]byte{
		"nothing":              nil,
		"a page":               []byte("<html>sign in</html>"),
		"cut off":              whole[:len(whole)-30],
		"no beginning":         calendar(good, "UID:2"),
		"a bad date":           calendar(good, "UID:2|DTSTART;VALUE=DATE:2026-06-05"),
		"ends before":          calendar(good, "UID:2|DTSTART:20260605T100000Z|DTEND:20260605T090000Z"),
		"a bad rule":           calendar(good, "UID:2|DTSTART;VALUE=DATE:20260605|RRULE:FREQ=SOMETIMES"),
		"each second":          calendar(good, "UID:2|DTSTART:20260605T090000Z|RRULE:FREQ=SECONDLY"),
		"many within each day": calendar(good, "UID:2|DTSTART:20260605T090000Z|RRULE:FREQ=DAILY;BYSECOND=0,1,2,3"),
		"each day for ever":    calendar(good, "UID:2|DTSTART:19000605T090000Z|RRULE:FREQ=DAILY"),
		"rules without a day":  calendar(slices.Repeat([]string{"UID:2|DTSTART;VALUE=DATE:19000101|RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, 45)...),
		"rules of one event":   calendar("UID:2|DTSTART;VALUE=DATE:19000101" + strings.Repeat("|RRULE:FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30", 45)),
		"days without number":  calendar(slices.Repeat([]string{"UID:2|DTSTART;VALUE=DATE:20260101|RRULE:FREQ=DAILY"}, 3000)...),
		"the same one, moved": calendar(append(slices.Repeat([]string{"UID:2|RECURRENCE-ID:20260101T090000Z|DTSTART:20260101T090000Z"}, 1500),
			slices.Repeat([]string{"UID:2|DTSTART:20260101T090000Z|RDATE:20260101T090000Z"}, 1500)...)...),
		"a bad duration": calendar(good, "UID:2|DTSTART:20260605T090000Z|DURATION:1h"),
		"too large":      append(calendar(good), make([]byte, MaxSize)...),
	} {
		if spans, err := Read(data, zone(t), year(t)); err == nil || directdial.KindOf(err) != directdial.Invalid {
			t.Errorf("%s: %v, %v", name, spans, err)
		}
	}
}

func TestRulesOfManyYearsAreRead(t *testing.T) {
	birthdays := calendar(slices.Repeat([]string{"UID:1|DTSTART;VALUE=DATE:19500605|RRULE:FREQ=YEARLY"}, 1000)...)
	fridays := calendar(slices.Repeat([]string{"UID:1|DTSTART;VALUE=DATE:20160101|RRULE:FREQ=WEEKLY;BYDAY=FR"}, 300)...)
	for _, data := range [][]byte{birthdays, fridays} {
		if got := readAll(t, data); !strings.Contains(got, "06-05 00:00 to 06-06 00:00") {
			t.Error(got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(calendar("UID:1|DTSTART;VALUE=DATE:20260605|RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260901|EXDATE:20260608"))
	f.Add(calendar("UID:1|DTSTART;TZID=Europe/Stockholm:20260605T090000|DURATION:P1DT2H|RDATE:20260610T090000Z/PT1H"))
	f.Add(calendar("UID:1|RECURRENCE-ID:20260605T090000Z|DTSTART:20260605T090000Z|DTEND:20260605T100000Z"))
	f.Fuzz(func(t *testing.T, data []byte) {
		spans, err := Read(data, zone(t), year(t))
		if err != nil {
			return
		}
		for i, s := range spans {
			if !s.To.After(s.From) || (i > 0 && !s.From.After(spans[i-1].To)) {
				t.Fatalf("spans %v", spans)
			}
		}
	})
}
