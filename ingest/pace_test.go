package ingest

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// weeks is a record of whole weeks in which each hour brought what f says of it.
func weeks(n int, end time.Time, f func(hour int) int) pace {
	var p pace
	for h := n * week; h > 0; h-- {
		at := end.Add(-time.Duration(h) * time.Hour)
		p.add(at, f(at.Hour()))
	}
	return p
}

func steady(n int) func(int) int { return func(int) int { return n } }

func TestASourceIsTooQuietAgainstItsOwnPast(t *testing.T) {
	end := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	office := func(hour int) int { // twelve an hour by day, none at night
		if hour >= 8 && hour < 18 {
			return 12
		}
		return 0
	}
	for name, c := range map[string]struct {
		past   pace
		silent time.Duration // before now
		each   int           // mentions an hour while it is silent
		at     time.Time     // when the silence begins
		want   bool
	}{
		"at its pace":                        {weeks(4, end, steady(12)), 3 * time.Hour, 12, end, false},
		"a busy one, silent for two hours":   {weeks(4, end, steady(12)), 2 * time.Hour, 0, end, true},
		"a busy one, silent for ten minutes": {weeks(4, end, steady(12)), 10 * time.Minute, 0, end, false},
		"a busy one at half its pace":        {weeks(4, end, steady(12)), 24 * time.Hour, 6, end, false},
		"a busy one at a sixth of its pace":  {weeks(4, end, steady(12)), 24 * time.Hour, 2, end, true},
		"at night, as every night":           {weeks(4, end.Add(9*time.Hour), office), 10 * time.Hour, 0, end.Add(9 * time.Hour), false},
		"by day, as on no day":               {weeks(4, end, office), 2 * time.Hour, 0, end, true},
		"a slow one, silent for a day":       {weeks(4, end, func(h int) int { return h / 12 % 2 * (1 - h%2) }), 24 * time.Hour, 0, end, false},
		"a slow one, silent for five days":   {weeks(4, end, func(h int) int { return h / 12 % 2 * (1 - h%2) }), 120 * time.Hour, 0, end, true},
		"in its first week":                  {weeks(1, end, steady(12)), 2 * time.Hour, 0, end, true},
		"one that never brought anything":    {weeks(4, end, steady(0)), 24 * time.Hour, 0, end, false},
		"one without a past":                 {pace{}, 24 * time.Hour, 0, end, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.past
			for h := time.Duration(0); h < c.silent; h += time.Hour {
				p.add(c.at.Add(h), c.each)
			}
			if got := p.tooQuiet(c.at.Add(c.silent)); got != c.want {
				came, expected := p.perHour(c.at.Add(c.silent))
				t.Errorf("too quiet: %v; %v an hour, %v expected", got, came, expected)
			}
		})
	}
}

func TestWhatIsExpectedIsTheMeanOfTheSameHourInPastWeeks(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	var p pace
	p.add(at.Add(-5*week*time.Hour), 0)
	for i, n := range []int{9, 3, 6, 2} {
		p.add(at.Add(-time.Duration((4-i)*week)*time.Hour), n)
	}
	if mean, ok := p.expected(p.reach(at)); !ok || mean != 5 {
		t.Errorf("%v expected, %v", mean, ok)
	}
}

func TestTheRecordIsBoundedWhateverTheClockSays(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	var p pace
	for i, d := range []time.Duration{0, 1000 * time.Hour, 90_000 * time.Hour, -time.Hour, 300_000 * time.Hour, 20 * time.Minute} {
		p.add(at.Add(d), i)
		p.tooQuiet(at.Add(d))
		if len(p.hours) > maxHours || len(p.hours) == 0 {
			t.Errorf("%d hours after %v", len(p.hours), d)
		}
	}
	kept := newPace(&directdial.SourceAccount{First: p.first, Hours: p.hours})
	if kept.first != p.first || len(kept.hours) != len(p.hours) {
		t.Errorf("%v becomes %v", p, kept)
	}
}
