package slack

import (
	"testing"
	"time"
)

func TestUntilWhenSomebodyIsAway(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 10, 24, 15, 4, 5, 0, zone) // a Saturday; the clocks go back that night
	for words, want := range map[string]string{
		"": "-", "back": "-", "tomorrow": "2026-10-24T22:00:00Z", "until tomorrow": "2026-10-24T22:00:00Z",
		"Monday": "2026-10-25T23:00:00Z", "saturday": "2026-10-30T23:00:00Z", "2026-12-24": "2026-12-23T23:00:00Z",
		"3h": "2026-10-24T16:04:05Z", " 2d ": "2026-10-25T23:00:00Z", "366d": "2027-10-24T22:00:00Z",
		"2026-10-24": "", "2020-01-01": "", "2099-01-01": "", "0d": "", "-1d": "", "1w": "", "367d": "", "soon": "", "d": "", "9999h": "", "99999999999999999999d": "",
	} {
		got := ""
		if at, ok := until(words, now); ok {
			got = "-"
			if !at.IsZero() {
				got = at.Format(time.RFC3339)
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}

func FuzzUntil(f *testing.F) {
	f.Add("tomorrow")
	f.Add("3h")
	f.Add("2026-12-24")
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, words string) {
		if at, ok := until(words, now); ok && !at.IsZero() && (!at.After(now) || at.Sub(now) > maxAway+24*time.Hour) {
			t.Errorf("%q: %v", words, at)
		}
	})
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	var o once
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for n := range 3 * maxOnce {
		if !o.first(interaction{kind: typed, id: string(rune(n)), user: "U1"}, now) && n < 0xD800 {
			t.Fatalf("interaction %d was not heard before", n)
		}
	}
	if len(o.until) > maxOnce {
		t.Errorf("%d are remembered", len(o.until))
	}
}
