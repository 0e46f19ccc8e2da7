package slack

import (
	"context"
	"errors"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

// TestSilenceEndsAfterATime shows what a missing answer means: whether the
// request was written decides, and whether it may be repeated.
func TestSilenceEndsAfterATime(t *testing.T) {
	for _, c := range []struct {
		name    string
		effect  effect
		written bool
		kind    directdial.Kind
	}{
		{"a post that was sent", changes, true, directdial.Ambiguous},
		{"a post that was not", changes, false, directdial.Temporary},
		{"an edit that was sent", repeatable, true, directdial.Temporary},
		{"an edit that was not", repeatable, false, directdial.Temporary},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ch := &channel{log: zerolog.Nop(), trouble: map[string]string{}}
				start := time.Now()
				err := ch.call(t.Context(), "m", c.effect, func(ctx context.Context) error {
					if c.written {
						httptrace.ContextClientTrace(ctx).WroteHeaders()
					}
					<-ctx.Done()
					return ctx.Err()
				})
				if directdial.KindOf(err) != c.kind || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v: %v", directdial.KindOf(err), err)
				}
				if waited := time.Since(start); waited != callTimeout {
					t.Errorf("waited %v", waited)
				}
			})
		})
	}
}

func TestEveryCodeHasOneMeaning(t *testing.T) {
	for code, want := range map[string]meaning{
		"channel_not_found": nobody, "invalid_auth": appRefused, "ratelimited": tooMany, "invalid_blocks": badLayout,
		"msg_too_long": badMessage, "internal_error": half, "service_unavailable": passing, "made_up": unknownCode,
	} {
		if got := meanings[code]; got != want {
			t.Errorf("%s: %d, want %d", code, got, want)
		}
	}
}
