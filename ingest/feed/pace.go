package feed

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/rss"
)

// maxPace bounds how long a publisher can make us wait.
const maxPace = 24 * time.Hour

// pace is how often a document wants to be read: <ttl>, <skipHours> and
// <skipDays> of RSS. The hours and days are sets of bits, in GMT; bit 0 is
// midnight, and Sunday.
type pace struct {
	TTL   int    `json:"ttl,omitempty"` // minutes
	Hours uint32 `json:"skip_hours,omitempty"`
	Days  uint8  `json:"skip_days,omitempty"`
}

func paceOf(f *rss.Feed) pace {
	p := pace{}
	if ttl, err := strconv.Atoi(strings.TrimSpace(f.TTL)); err == nil && ttl > 0 {
		p.TTL = min(ttl, int(maxPace/time.Minute))
	}
	for _, hour := range f.SkipHours {
		if h, err := strconv.Atoi(strings.TrimSpace(hour)); err == nil && h >= 0 && h <= 24 {
			p.Hours |= 1 << (h % 24) // some count from 1 to 24
		}
	}
	for _, day := range f.SkipDays {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(strings.TrimSpace(day), d.String()) {
				p.Days |= 1 << d
			}
		}
	}
	return p
}

// notBefore returns when the publisher wants to be asked again, the zero time
// if that is not later than we would ask anyway. Delay is what its host wants of
// robots.
func (p pace) notBefore(h http.Header, now time.Time, every, delay time.Duration) time.Time {
	wait := min(max(maxAge(h), time.Duration(p.TTL)*time.Minute, delay), maxPace)
	at := now.Add(max(wait, every))
	if p.allows(at) {
		if wait <= every {
			return time.Time{}
		}
		return at.UTC().Truncate(time.Second)
	}
	for range 7 * 24 {
		at = at.UTC().Truncate(time.Hour).Add(time.Hour)
		if p.allows(at) {
			return at
		}
	}
	return time.Time{} // no hour of the week is allowed: it does not mean it
}

func (p pace) allows(t time.Time) bool {
	t = t.UTC()
	return p.Hours&(1<<t.Hour()) == 0 && p.Days&(1<<t.Weekday()) == 0
}

// maxAge is how long the document is fresh for: max-age of Cache-Control, less
// the time that it lay in caches.
func maxAge(h http.Header) time.Duration {
	var fresh time.Duration
	for _, line := range h.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
			switch name {
			case "no-cache", "no-store":
				return 0
			case "max-age":
				seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31)
				if err == nil {
					fresh = time.Duration(seconds) * time.Second
				}
			}
		}
	}
	age, err := strconv.ParseUint(strings.TrimSpace(h.Get("Age")), 10, 31)
	if err == nil {
		fresh -= time.Duration(age) * time.Second
	}
	return max(fresh, 0)
}
