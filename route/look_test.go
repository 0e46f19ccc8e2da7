package route

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

// Whatever the hours and the leave, and in whatever order it is asked, what is
// remembered of somebody's duty is what the calendars say.
func TestDutyPropertySpellsSayWhatTheCalendarsSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := listed{Expert: &directdial.Expert{ID: "ana", Hours: rapid.SampledFrom([][]string{nil, {"9-17"}, {"0-1"}}).Draw(t, "hours")}}
		if rapid.Bool().Draw(t, "leave") {
			from := rapid.IntRange(0, 96).Draw(t, "from")
			e.Calendar = fmt.Sprintf("%d-%d", from, from+rapid.IntRange(1, 72).Draw(t, "long"))
		}
		newYear := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
		for range rapid.IntRange(1, 50).Draw(t, "times") {
			at := newYear.Add(time.Duration(rapid.IntRange(0, 6*24*60).Draw(t, "minute")) * time.Minute)
			for range rapid.IntRange(1, 3).Draw(t, "in a row") {
				if got, want := e.duty(testDuty, at), testDuty(e.Expert, at); got != want {
					t.Fatalf("at %s it is %+v, want %+v", at, got, want)
				}
				at = at.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "later")) * time.Minute)
			}
		}
	})
}

// Who is chosen has clocks that their receipt repeats, and nobody else has any.
func TestReceiptHoldsTheClocksOfWhoWasChosen(t *testing.T) {
	c, d := situated("complaint #billing", func(d *directdial.Directory) {
		d.Rules.AcceptWithin = map[directdial.Tag]time.Duration{directdial.Complaint: time.Hour}
	}).decide()
	if d.AcceptBy.IsZero() || len(c.Candidates) < 2 {
		t.Fatalf("%+v among %d", d, len(c.Candidates))
	}
	for _, k := range c.Candidates {
		if (k.Expert == d.Expert) != (k.Clocks != nil) {
			t.Errorf("%s has the clocks %+v", k.Expert, k.Clocks)
		}
	}
	if again := Decide(c); string(encode(again)) != string(encode(d)) {
		t.Errorf("%s\nis repeated as\n%s", encode(d), encode(again))
	}
}
