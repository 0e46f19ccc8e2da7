package web

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// Rate is a bound in requests a second, 0 for none. In the configuration it is
// written 50/s, 600/m, 1000/h or off.
type Rate float64

// UnmarshalText reads a rate.
func (r *Rate) UnmarshalText(text []byte) error {
	if string(text) == "off" {
		*r = 0
		return nil
	}
	count, unit, _ := strings.Cut(string(text), "/")
	n, err := strconv.ParseUint(count, 10, 20)
	seconds := map[string]float64{"s": 1, "m": 60, "h": 3600}[unit]
	if err != nil || n == 0 || seconds == 0 {
		return errors.New("must be a rate like 50/s, 600/m or 1000/h, or off")
	}
	*r = Rate(float64(n) / seconds)
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (r Rate) MarshalText() ([]byte, error) {
	if r == 0 {
		return []byte("off"), nil
	}
	for _, u := range []struct {
		unit    string
		seconds float64
	}{{"s", 1}, {"m", 60}} {
		if n := float64(r) * u.seconds; n == math.Trunc(n) {
			return fmt.Appendf(nil, "%.0f/%s", n, u.unit), nil
		}
	}
	return fmt.Appendf(nil, "%.0f/h", float64(r)*3600), nil
}

// Limiter holds a sender to its rate.
type Limiter struct{ bucket *rate.Limiter }

// Limiter lets two seconds' worth of requests, at least ten, come at once.
func (r Rate) Limiter() Limiter {
	if r == 0 {
		return Limiter{rate.NewLimiter(rate.Inf, 0)}
	}
	return Limiter{rate.NewLimiter(rate.Limit(r), max(10, int(2*r)))}
}

// Admit returns nil for a request that may come now, else the answer to it.
func (l Limiter) Admit(now time.Time) *Problem {
	res := l.bucket.ReserveN(now, 1)
	wait := res.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	res.CancelAt(now)
	p := NewProblem(http.StatusTooManyRequests, "This source sends more requests than it may. Up to 1000 mentions go into one.")
	p.RetryAfter = max(wait, time.Second)
	return &p
}
