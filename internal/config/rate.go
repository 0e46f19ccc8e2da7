package config

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Rate is a bound: so many in that time. The zero Rate is no bound.
type Rate struct {
	Count int
	Per   time.Duration // a second, a minute, an hour or a day
}

var rateUnits = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": day}

const (
	day = 24 * time.Hour
	off = "off" // the word for no bound
)

// Off reports whether there is no bound.
func (r Rate) Off() bool { return r.Count == 0 }

// Every returns the time between two; 0 if there is no bound.
func (r Rate) Every() time.Duration {
	if r.Off() {
		return 0
	}
	return r.Per / time.Duration(r.Count)
}

// String gives the form that the configuration has: 1/s, 50/m, off.
func (r Rate) String() string {
	if r.Off() {
		return off
	}
	for unit, per := range rateUnits {
		if per == r.Per {
			return strconv.Itoa(r.Count) + "/" + unit
		}
	}
	return strconv.Itoa(r.Count) + "/" + r.Per.String()
}

// UnmarshalText reads 1/s, 50/m, 200/h, 1000/d or off.
func (r *Rate) UnmarshalText(text []byte) error {
	if string(text) == off {
		*r = Rate{}
		return nil
	}
	count, unit, _ := strings.Cut(string(text), "/")
	n, err := strconv.Atoi(count)
	per, known := rateUnits[unit]
	if err != nil || !known || n < 1 || n > 1_000_000 || count[0] == '+' {
		return errors.New("must be a rate like 1/s, 50/m or 200/h, or off")
	}
	*r = Rate{Count: n, Per: per}
	return nil
}
