package setting

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

var errDuration = errors.New("must be a duration like 30s, 15m, 4h or 90d")

// ParseDuration reads a duration as the configuration has it: what
// time.ParseDuration reads, with days in front (1d12h). A day is 24 hours.
func ParseDuration(s string) (time.Duration, error) {
	var sum time.Duration
	if days, rest, found := strings.Cut(s, "d"); found {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return 0, errDuration
		}
		sum, s = time.Duration(n)*24*time.Hour, rest
		if s == "" {
			return positive(sum)
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || s[0] == '-' || s[0] == '+' {
		return 0, errDuration
	}
	return positive(sum + d)
}

func positive(d time.Duration) (time.Duration, error) {
	if d <= 0 {
		return 0, errors.New("must be a duration longer than nothing")
	}
	return d, nil
}
