package feed

import (
	"net/http"
	"testing"
	"time"

	"github.com/mmcdole/gofeed/rss"
)

func TestWhenThePublisherWantsToBeAskedAgain(t *testing.T) {
	const every = 10 * time.Minute
	now := time.Date(2026, 11, 21, 10, 30, 0, 0, time.UTC) // a Saturday
	at := func(hour, minute int) time.Time { return time.Date(2026, 11, 21, hour, minute, 0, 0, time.UTC) }
	for _, c := range []struct {
		name   string
		feed   rss.Feed
		header http.Header
		want   time.Time
		delay  time.Duration
	}{
		{"nothing said", rss.Feed{}, nil, time.Time{}, 0},
		{"a delay for robots", rss.Feed{TTL: "60"}, nil, at(12, 0), 90 * time.Minute},
		{"a delay that is short", rss.Feed{}, nil, time.Time{}, 10 * time.Second},
		{"less than we would wait", rss.Feed{TTL: "5"}, http.Header{"Cache-Control": {"max-age=60"}}, time.Time{}, 0},
		{"ttl", rss.Feed{TTL: " 60 "}, nil, at(11, 30), 0},
		{"ttl and max-age: the longer", rss.Feed{TTL: "60"}, http.Header{"Cache-Control": {"public", `s-maxage=1, max-age="5400"`}}, at(12, 0), 0},
		{"max-age that lay in a cache", rss.Feed{}, http.Header{"Cache-Control": {"max-age=3600"}, "Age": {"1800"}}, at(11, 0), 0},
		{"no-cache", rss.Feed{}, http.Header{"Cache-Control": {"max-age=3600, no-cache"}}, time.Time{}, 0},
		{"at most a day", rss.Feed{TTL: "9999999999"}, http.Header{"Cache-Control": {"max-age=31536000"}}, at(10, 30).AddDate(0, 0, 1), 0},
		{"nonsense", rss.Feed{TTL: "-1", SkipHours: []string{"x", "25"}, SkipDays: []string{"Someday"}}, http.Header{"Cache-Control": {"max-age=-5"}}, time.Time{}, 0},
		{"an hour not to be asked in", rss.Feed{SkipHours: []string{"10", "11"}}, nil, at(12, 0), 0},
		{"an hour that is past", rss.Feed{SkipHours: []string{"9"}}, nil, time.Time{}, 0},
		{"the wait ends in such an hour", rss.Feed{TTL: "45", SkipHours: []string{"11"}}, nil, at(12, 0), 0},
		{"a day not to be asked on", rss.Feed{SkipDays: []string{"saturday"}}, nil, at(24, 0), 0},
		{"every day", rss.Feed{SkipDays: []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}}, nil, time.Time{}, 0},
		{"midnight as 24", rss.Feed{TTL: "810", SkipHours: []string{"24"}}, nil, at(25, 0), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := paceOf(&c.feed).notBefore(c.header, now, every, c.delay); !got.Equal(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
