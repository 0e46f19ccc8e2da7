package setting

import (
	"testing"
	"time"
)

const day = 24 * time.Hour

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "15m": 15 * time.Minute, "4h": 4 * time.Hour, "1h30m": 90 * time.Minute,
		"1d": day, "90d": 90 * day, "1d12h": 36 * time.Hour, "500ms": 500 * time.Millisecond,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "0s", "0d", "-1h", "+1h", "1", "d", "1 h", "1d1d", "1w", "1dd", "99999d", "1.5d", "9999999h", "65535d2562047h", "off"} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
