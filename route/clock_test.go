package route

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

// stockholm is at work from nine to five on weekdays, as the clock on the wall
// shows it. It finds the next change minute by minute.
func stockholm(t tester) func(time.Time) directdial.Duty {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatalf("%v", err)
	}
	on := func(at time.Time) bool {
		here := at.In(zone)
		day := here.Weekday()
		return day != time.Saturday && day != time.Sunday && here.Hour() >= 9 && here.Hour() < 17
	}
	return func(at time.Time) directdial.Duty {
		d := directdial.Duty{On: on(at)}
		change := at.Truncate(time.Minute)
		for on(change) == d.On {
			change = change.Add(time.Minute)
		}
		if d.On {
			d.Until = change.UTC()
		} else {
			d.Next = change.UTC()
		}
		return d
	}
}

func TestClocksRunInWorkingTime(t *testing.T) {
	duty := stockholm(t)
	for _, c := range []struct{ name, from, long, want string }{
		{"within the day", "2026-11-20T10:00:00+01:00", "1h", "2026-11-20T11:00:00+01:00"},
		{"to the very end of the day", "2026-11-20T16:00:00+01:00", "1h", "2026-11-20T17:00:00+01:00"},
		{"over the weekend", "2026-11-20T16:30:00+01:00", "1h", "2026-11-23T09:30:00+01:00"},
		{"from the weekend on", "2026-11-21T12:00:00+01:00", "8h", "2026-11-23T17:00:00+01:00"},
		{"when summer time begins", "2026-03-27T16:59:00+01:00", "2m", "2026-03-30T09:01:00+02:00"},
		{"when summer time ends", "2026-10-23T16:59:00+02:00", "2m", "2026-10-26T09:01:00+01:00"},
		{"over a leap day", "2028-02-28T16:00:00+01:00", "9h", "2028-02-29T17:00:00+01:00"},
		{"a week of work", "2026-11-16T09:00:00+01:00", "40h", "2026-11-20T17:00:00+01:00"},
	} {
		from, want := instantOf(t, c.from), instantOf(t, c.want)
		long, err := time.ParseDuration(c.long)
		if err != nil {
			t.Fatal(err)
		}
		if got := (working{duty, from, duty(from)}).after(long); !got.Equal(want) {
			t.Errorf("%s: %s after %s is %s, want %s", c.name, c.long, c.from, got, c.want)
		}
	}
}

func instantOf(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Between the beginning and the end of a clock lies exactly its length of
// minutes on duty, across both changes of the clocks of a year.
func TestClockPropertyExactlyItsLengthIsOnDuty(t *testing.T) {
	duty := stockholm(t)
	rapid.Check(t, func(t *rapid.T) {
		from := time.Date(2026, time.Month(rapid.SampledFrom([]int{3, 10}).Draw(t, "month")), 20, 0, 0, 0, 0, time.UTC).
			Add(time.Duration(rapid.IntRange(0, 14*24*60).Draw(t, "minute")) * time.Minute)
		long := time.Duration(rapid.IntRange(1, 3000).Draw(t, "minutes")) * time.Minute
		end := working{duty, from, duty(from)}.after(long)
		var worked time.Duration
		for at := from; at.Before(end); {
			d := duty(at)
			change := d.Next
			if d.On {
				change = d.Until
				if change.After(end) {
					change = end
				}
				worked += change.Sub(at)
			}
			at = change
		}
		if worked != long || !duty(end.Add(-time.Minute)).On {
			t.Fatalf("%s of work from %s on end at %s, after %s", long, from, end, worked)
		}
	})
}

func TestClockOfWhoNeverWorksAgainRunsOnTheWall(t *testing.T) {
	never := func(time.Time) directdial.Duty { return directdial.Duty{} }
	if got := (working{never, noon, never(noon)}).after(time.Hour); !got.Equal(noon.Add(time.Hour)) {
		t.Errorf("it ends at %s", got)
	}
}

func TestReminderComesAtThreeQuartersAndLeavesTimeToAct(t *testing.T) {
	for long, want := range map[time.Duration]time.Duration{
		4 * time.Hour: 3 * time.Hour, 20 * time.Minute: 15 * time.Minute, 12 * time.Minute: 7 * time.Minute,
		5 * time.Minute: 0, time.Minute: 0,
	} {
		if got := remindAfter(long); got != want {
			t.Errorf("of a clock of %s one is reminded after %s, want %s", long, got, want)
		}
	}
}
