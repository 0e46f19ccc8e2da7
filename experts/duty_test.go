package experts

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

const layout = "Mon 2006-01-02 15:04:05 -0700"

func TestNobodyIsOnDutyInQuietHours(t *testing.T) {
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) // a Monday
	for name, test := range map[string]struct {
		hours, quiet string
		at           string
		on           bool
		change       string
	}{
		"before them":         {"Mon-Fri 09:00-17:00", "12:00-13:00", "11:00", true, "12:00"},
		"in them":             {"Mon-Fri 09:00-17:00", "12:00-13:00", "12:00", false, "13:00"},
		"after them":          {"Mon-Fri 09:00-17:00", "12:00-13:00", "13:00", true, "17:00"},
		"without hours":       {"", "Mon 22:00-06:00", "21:00", true, "22:00"},
		"over midnight":       {"", "22:00-06:00", "05:00", false, "06:00"},
		"the end of the day":  {"Mon-Fri 09:00-17:00", "16:00-18:00", "15:00", true, "16:00"},
		"on another day only": {"Mon-Fri 09:00-17:00", "Tue 12:00-13:00", "12:30", true, "17:00"},
	} {
		e := directdial.Expert{Quiet: []string{test.quiet}}
		if test.hours != "" {
			e.Hours = []string{test.hours}
		}
		clock := func(s string) time.Time {
			h, _ := time.Parse("15:04", s)
			return day.Add(time.Duration(h.Hour())*time.Hour + time.Duration(h.Minute())*time.Minute)
		}
		d := Duty(&e, clock(test.at))
		change := d.Next
		if d.On {
			change = d.Until
		}
		if d.On != test.on || !change.Equal(clock(test.change)) {
			t.Errorf("%s: at %s %+v, want %v until %s", name, test.at, d, test.on, test.change)
		}
	}
}

func TestDuty(t *testing.T) {
	week := []string{"Mon-Fri 09:00-17:00"}
	for _, tt := range []struct {
		name  string
		hours []string
		zone  string
		at    string // local
		on    bool
		turn  string // Until or Next, local; "" for never
	}{
		{"in the middle of a day", week, "Europe/Stockholm", "Mon 2026-11-23 10:00:00 +0100", true, "Mon 2026-11-23 17:00:00 +0100"},
		{"the first instant", week, "Europe/Stockholm", "Mon 2026-11-23 09:00:00 +0100", true, "Mon 2026-11-23 17:00:00 +0100"},
		{"the last instant is not in it", week, "Europe/Stockholm", "Mon 2026-11-23 17:00:00 +0100", false, "Tue 2026-11-24 09:00:00 +0100"},
		{"over a weekend", week, "Europe/Stockholm", "Fri 2026-11-20 17:30:00 +0100", false, "Mon 2026-11-23 09:00:00 +0100"},
		{"half an hour east", week, "Asia/Kolkata", "Mon 2026-11-23 08:59:59 +0530", false, "Mon 2026-11-23 09:00:00 +0530"},
		{"no zone is UTC", week, "", "Mon 2026-11-23 16:59:59 +0000", true, "Mon 2026-11-23 17:00:00 +0000"},

		{"always by words", []string{"00:00-24:00"}, "Europe/Stockholm", "Mon 2026-11-23 10:00:00 +0100", true, ""},
		{"always by pieces", []string{"Mon-Sun 00:00-12:00", "12:00-24:00"}, "Europe/Stockholm", "Mon 2026-11-23 10:00:00 +0100", true, ""},
		{"pieces that touch are one", []string{"Mon 09:00-12:00, Mon 12:00-15:00, Mon 14:00-18:00"}, "", "Mon 2026-11-23 10:00:00 +0000", true, "Mon 2026-11-23 18:00:00 +0000"},
		{"until midnight", []string{"Mon 09:00-24:00"}, "", "Mon 2026-11-23 23:59:59 +0000", true, "Tue 2026-11-24 00:00:00 +0000"},
		{"a lunch break", []string{"Mon-Fri 09:00-12:00 13:00-17:00"}, "", "Mon 2026-11-23 12:30:00 +0000", false, "Mon 2026-11-23 13:00:00 +0000"},
		{"times of their own", []string{"Mon-Thu 08:00-12:00, 13:00-17:00, Fri 08:00-14:00"}, "", "Thu 2026-11-26 13:00:00 +0000", true, "Thu 2026-11-26 17:00:00 +0000"},
		{"single days", []string{"Mon, Wed 09:00-10:00"}, "", "Mon 2026-11-23 10:00:00 +0000", false, "Wed 2026-11-25 09:00:00 +0000"},
		{"days over the weekend", []string{"Sat-Mon 10:00-12:00"}, "", "Mon 2026-11-23 11:00:00 +0000", true, "Mon 2026-11-23 12:00:00 +0000"},

		{"overnight, in the evening", []string{"22:00-06:00"}, "", "Mon 2026-11-23 23:00:00 +0000", true, "Tue 2026-11-24 06:00:00 +0000"},
		{"overnight, in the morning", []string{"22:00-06:00"}, "", "Mon 2026-11-23 05:59:00 +0000", true, "Mon 2026-11-23 06:00:00 +0000"},
		{"the night to Monday is Sunday's", []string{"Sun 22:00-06:00"}, "", "Mon 2026-11-23 05:00:00 +0000", true, "Mon 2026-11-23 06:00:00 +0000"},
		{"over Sunday midnight", []string{"Sun 22:00-06:00"}, "", "Sun 2026-11-22 23:00:00 +0000", true, "Mon 2026-11-23 06:00:00 +0000"},

		{"29 February", []string{"Tue 09:00-17:00"}, "", "Mon 2028-02-28 12:00:00 +0000", false, "Tue 2028-02-29 09:00:00 +0000"},
		{"over the end of the year", week, "", "Thu 2026-12-31 18:00:00 +0000", false, "Fri 2027-01-01 09:00:00 +0000"},

		// Summer time begins in Stockholm on 2027-03-28: 02:00 becomes 03:00.
		{"the night is an hour shorter", []string{"Sat 22:00-06:00"}, "Europe/Stockholm", "Sat 2027-03-27 22:00:00 +0100", true, "Sun 2027-03-28 06:00:00 +0200"},
		{"begins in the gap: when it ends", []string{"Sun 02:30-05:00"}, "Europe/Stockholm", "Sun 2027-03-28 01:00:00 +0100", false, "Sun 2027-03-28 03:00:00 +0200"},
		{"ends in the gap: when it begins", []string{"Sun 01:00-02:30"}, "Europe/Stockholm", "Sun 2027-03-28 01:00:00 +0100", true, "Sun 2027-03-28 03:00:00 +0200"},
		{"lies in the gap: a week later", []string{"Sun 02:15-02:45"}, "Europe/Stockholm", "Sun 2027-03-28 01:00:00 +0100", false, "Sun 2027-04-04 02:15:00 +0200"},
		{"lies in the gap, asked a week before", []string{"Sun 02:15-02:45"}, "Europe/Stockholm", "Sun 2027-03-21 02:45:00 +0100", false, "Sun 2027-04-04 02:15:00 +0200"},
		// It ends on 2027-10-31: 03:00 becomes 02:00.
		{"the night is an hour longer", []string{"Sat 22:00-06:00"}, "Europe/Stockholm", "Sat 2027-10-30 22:00:00 +0200", true, "Sun 2027-10-31 06:00:00 +0100"},
		{"ends in the repeat: first time", []string{"Sun 00:00-02:30"}, "Europe/Stockholm", "Sun 2027-10-31 00:00:00 +0200", true, "Sun 2027-10-31 02:30:00 +0200"},
		{"ends in the repeat: again", []string{"Sun 00:00-02:30"}, "Europe/Stockholm", "Sun 2027-10-31 02:30:00 +0200", false, "Sun 2027-10-31 02:00:00 +0100"},
		{"ends in the repeat: second time", []string{"Sun 00:00-02:30"}, "Europe/Stockholm", "Sun 2027-10-31 02:00:00 +0100", true, "Sun 2027-10-31 02:30:00 +0100"},
		{"ends with the repeat", []string{"Sun 00:00-03:00"}, "Europe/Stockholm", "Sun 2027-10-31 00:00:00 +0200", true, "Sun 2027-10-31 03:00:00 +0100"},
		{"half an hour back, out of the hours", []string{"Sun 01:45-02:15"}, "Australia/Lord_Howe", "Sun 2027-04-04 01:45:00 +1100", true, "Sun 2027-04-04 01:30:00 +1030"},
		// Samoa had no 30 December 2011, a Friday.
		{"a day that was left out", []string{"Fri 09:00-17:00"}, "Pacific/Apia", "Thu 2011-12-29 12:00:00 -1000", false, "Fri 2012-01-06 09:00:00 +1400"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			zone, err := location(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			if err := CheckHours(tt.hours, tt.zone); err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(layout, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			got := Duty(&directdial.Expert{Hours: tt.hours, Timezone: tt.zone}, at)
			turn := got.Next
			if got.On {
				turn = got.Until
			}
			said := ""
			if !turn.IsZero() {
				said = turn.In(zone).Format(layout)
			}
			if got.On != tt.on || said != tt.turn {
				t.Errorf("on %v, turns %q; want %v, %q", got.On, said, tt.on, tt.turn)
			}
			if got.On != got.Next.IsZero() || (!got.On && !got.Until.IsZero()) {
				t.Errorf("Until is for who is on duty and Next for who is not: %+v", got)
			}
		})
	}
}

func TestWithoutHoursSomebodyIsAlwaysOnDuty(t *testing.T) {
	if got := Duty(&directdial.Expert{}, time.Now()); got != (directdial.Duty{On: true}) {
		t.Errorf("got %+v", got)
	}
}

func TestHoursThatCannotBeReadNeverBegin(t *testing.T) {
	for _, e := range []directdial.Expert{{Hours: []string{"always"}}, {Hours: []string{"00:00-24:00"}, Timezone: "Mars/Olympus"}} {
		if got := Duty(&e, time.Now()); got != (directdial.Duty{}) {
			t.Errorf("%v %s: got %+v", e.Hours, e.Timezone, got)
		}
	}
}

func TestCheckHoursSaysWhatIsWrong(t *testing.T) {
	for _, tt := range []struct{ hours, zone, field, want string }{
		{"Mon-Fri 09:00-17:00", "Europe/Stockhom", "timezone", `"Europe/Stockhom" is no time zone`},
		{"Mon-Fri 09:00-17:00", "Local", "timezone", `"Local" is no time zone`},
		{"", "", "hours", "is empty"},
		{"Mon-Fri", "", "hours", "has no time after the days"},
		{"Mon 09:00-10:00, Fri", "", "hours", "has no time after the days"},
		{"Mo-Fr 09:00-17:00", "", "hours", `has an unknown day "Mo-Fr"`},
		{"Mon–Fri 09:00-17:00", "", "hours", `has an unknown day "Mon–Fri"`},
		{"Mon 9-17", "", "hours", `has a bad time "9-17"`},
		{"Mon 09:00", "", "hours", `has a bad time "09:00"`},
		{"Mon 09:00-17:60", "", "hours", `has a bad time "09:00-17:60"`},
		{"Mon 09:00-24:01", "", "hours", `has a bad time "09:00-24:01"`},
		{"Mon +9:00-17:00", "", "hours", `has an unknown day "+9:00-17:00"`},
		{"Mon 0+:00-17:00", "", "hours", `has a bad time "0+:00-17:00"`},
		{"Mon 24:00-06:00", "", "hours", "begins at 24:00"},
		{"Mon 09:00-09:00", "", "hours", "has a time of no length"},
	} {
		err := CheckHours([]string{"Sat 10:00-12:00", tt.hours}, tt.zone)
		var e *directdial.Error
		if !errors.As(err, &e) || e.Kind != directdial.Invalid || e.Field != tt.field || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q %q: got %v, want %s: %s", tt.hours, tt.zone, err, tt.field, tt.want)
		}
	}
}

// drawDuty draws duty hours and a zone, in a year with changes of the clocks.
func drawDuty(t *rapid.T) (*directdial.Expert, time.Time) {
	clock := rapid.SampledFrom([]string{"00:00", "01:30", "02:00", "02:30", "03:00", "09:00", "12:00", "17:00", "22:00", "23:59"})
	day := rapid.SampledFrom([]string{"", "Mon ", "Sat ", "Sun ", "Mon-Fri ", "Fri-Mon ", "Sat,Sun "})
	rules := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
		from, to := clock.Draw(t, "from"), clock.Draw(t, "to")
		if from == to {
			to = "24:00"
		}
		return day.Draw(t, "days") + from + "-" + to
	}), 1, 3)
	e := &directdial.Expert{
		Hours:    rules.Draw(t, "hours"),
		Timezone: rapid.SampledFrom([]string{"", "Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "Africa/Casablanca"}).Draw(t, "zone"),
	}
	start := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	return e, start.Add(time.Duration(rapid.Int64Range(0, 365*24*3600).Draw(t, "second")) * time.Second)
}

// onDuty is the definition, read minute by minute off the clock on the wall.
func onDuty(w week, zone *time.Location, at time.Time) bool {
	here := at.In(zone)
	minute := (int(here.Weekday())+6)%7*minutesOfDay + here.Hour()*60 + here.Minute()
	for _, s := range w {
		if s.from <= minute && minute < s.to {
			return true
		}
	}
	return false
}

func TestDutyIsWhatTheClockOnTheWallSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, at := drawDuty(t)
		zone, _ := location(e.Timezone)
		w, err := parseHours(e.Hours)
		if err != nil {
			t.Fatal(err)
		}
		on := onDuty(w, zone, at)
		var change time.Time
		for u := at.Truncate(time.Minute).Add(time.Minute); u.Sub(at) < 15*24*time.Hour; u = u.Add(time.Minute) {
			if onDuty(w, zone, u) != on {
				change = u
				break
			}
		}
		got := Duty(e, at)
		turn := got.Next
		if got.On {
			turn = got.Until
		}
		if got.On != on || !turn.Equal(change) {
			t.Fatalf("%v %s at %v: got %+v, want on %v, turns %v", e.Hours, e.Timezone, at.In(zone), got, on, change)
		}
	})
}

func TestDutyTurnsExactlyWhenItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, at := drawDuty(t)
		at = at.Add(time.Duration(rapid.Int64Range(0, int64(time.Second)).Draw(t, "nanosecond")))
		got := Duty(e, at)
		turn := got.Until
		if !got.On {
			turn = got.Next
		}
		if turn.IsZero() {
			return
		}
		if !turn.After(at) {
			t.Fatalf("turns at %v, asked at %v", turn, at)
		}
		before, after := Duty(e, turn.Add(-1)), Duty(e, turn)
		if before.On != got.On || after.On == got.On {
			t.Fatalf("%v %s at %v: %+v; just before %+v, then %+v", e.Hours, e.Timezone, at, got, before, after)
		}
	})
}

func FuzzHours(f *testing.F) {
	for _, s := range []string{"Mon-Fri 09:00-17:00", "Sat,Sun 10:00-12:00", "22:00-06:00", "Mon 00:00-24:00, 13:00-14:00", ", -", "24:00-24:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w, err := parseHours([]string{s})
		if err != nil {
			return
		}
		end := -1
		for _, s := range w {
			if s.from <= end || s.to <= s.from || s.to > minutesOfWeek {
				t.Fatalf("%v is not sorted, apart and within a week", w)
			}
			end = s.to
		}
	})
}
