package experts

import (
	"strings"
	"testing"
	"time"
)

func TestRate(t *testing.T) {
	for text, want := range map[string]Rate{
		"off": {}, "1/s": {1, time.Second}, "30/m": {30, time.Minute}, "100/h": {100, time.Hour}, " 5 / d ": {5, 24 * time.Hour},
	} {
		var r Rate
		if err := r.UnmarshalText([]byte(text)); err != nil || r != want {
			t.Errorf("%q: %+v, %v", text, r, err)
		}
		var again Rate
		if written, _ := r.MarshalText(); again.UnmarshalText(written) != nil || again != r {
			t.Errorf("%q is written as %q", text, written)
		}
	}
	for _, text := range []string{"", "1", "0/s", "-1/s", "1/w", "1.5/s", "s/1", "on", "1/s/s", "99999999999999999999/s"} {
		var r Rate
		if err := r.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), `"off" or a count`) {
			t.Errorf("%q: %+v, %v", text, r, err)
		}
	}
}

func TestAmbiguity(t *testing.T) {
	for text, want := range map[string]Ambiguity{"hold": Hold, "repeat": Repeat} {
		var a Ambiguity
		if err := a.UnmarshalText([]byte(text)); err != nil || a != want {
			t.Errorf("%q: %q, %v", text, a, err)
		}
	}
	var a Ambiguity
	if err := a.UnmarshalText([]byte("retry")); err == nil || a != "" {
		t.Errorf("%q, %v", a, err)
	}
}
