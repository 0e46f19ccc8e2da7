package experts

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/directdial/directdial"
)

// Limits bound the use of one channel. A channel embeds them in its settings
// (`yaml:",inline"`), with its own defaults.
type Limits struct {
	// Pace bounds the cards for one receiver, so that nobody is flooded.
	// Changes of a card that was sent do not count.
	Pace Rate `yaml:"pace" json:"pace,omitempty"`
	// Rate bounds all requests of the channel, changes included.
	Rate Rate `yaml:"rate" json:"rate,omitempty"`
	// Ambiguous says what becomes of a card of which nobody knows whether it
	// arrived, where the channel cannot look it up: hold, the default, leaves it
	// for a person, repeat sends it again.
	Ambiguous Ambiguity `yaml:"ambiguous" json:"ambiguous,omitempty"`
}

// Rate is so many in a time, "1/s", "30/m" or "100/h". The zero Rate, "off", is
// no bound.
type Rate struct {
	Count int
	Per   time.Duration
}

var rateUnits = []struct {
	name string
	per  time.Duration
}{{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}, {"d", 24 * time.Hour}}

// UnmarshalText reads "off" or "<count>/<s|m|h|d>".
func (r *Rate) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if s == "off" {
		*r = Rate{}
		return nil
	}
	count, unit, found := strings.Cut(s, "/")
	n, err := strconv.Atoi(strings.TrimSpace(count))
	if found && err == nil && n > 0 {
		for _, u := range rateUnits {
			if strings.TrimSpace(unit) == u.name {
				*r = Rate{Count: n, Per: u.per}
				return nil
			}
		}
	}
	return directdial.Errorf(directdial.Invalid, `a rate is "off" or a count per second, minute, hour or day, such as "1/s", "30/m", "100/h", "500/d", and not %q`, s)
}

// MarshalText writes what UnmarshalText reads.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

func (r Rate) String() string {
	for _, u := range rateUnits {
		if r.Count > 0 && r.Per == u.per {
			return strconv.Itoa(r.Count) + "/" + u.name
		}
	}
	if r.Count > 0 && r.Per > 0 {
		return fmt.Sprintf("%d/%v", r.Count, r.Per)
	}
	return "off"
}

// limiter lets one through at a time, evenly spread: a bucket that fills up
// while nothing happens would empty itself over the receivers at once.
func (r Rate) limiter() *rate.Limiter {
	if r.Count <= 0 || r.Per <= 0 {
		return rate.NewLimiter(rate.Inf, 1)
	}
	return rate.NewLimiter(rate.Limit(float64(r.Count)/r.Per.Seconds()), 1)
}

// Ambiguity is what to do when nobody knows whether a card arrived.
type Ambiguity string

// The two answers. The zero value is Hold.
const (
	// Hold leaves it for a person: nobody gets a card twice, somebody may get
	// none.
	Hold Ambiguity = "hold"
	// Repeat sends it again under the same identity: nobody is left without,
	// somebody may get it twice.
	Repeat Ambiguity = "repeat"
)

// UnmarshalText reads "hold" or "repeat".
func (a *Ambiguity) UnmarshalText(text []byte) error {
	switch v := Ambiguity(strings.TrimSpace(string(text))); v {
	case Hold, Repeat:
		*a = v
		return nil
	}
	return directdial.Errorf(directdial.Invalid, `ambiguous is "hold" (leave it for a person) or "repeat" (send it again), and not %q`, text)
}
