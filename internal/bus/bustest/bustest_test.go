package bustest_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/bus/bustest"
)

func TestMain(m *testing.M) { bustest.Main(m) }

func TestDaysPassWhileTheLogIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bustest.Open(t)
		ctx, cancel := context.WithCancel(t.Context())
		var got []time.Time
		done := make(chan error)
		go func() {
			done <- b.Follow(ctx, bus.Dials, 1, nil, func(m *bus.Message) error {
				got = append(got, m.Time)
				return nil
			})
		}()
		start := time.Now()
		const days = 7
		for i := range days {
			msg := bus.Message{Subject: "dials.test", Data: []byte(strconv.Itoa(i))}
			if _, err := b.Append(t.Context(), bus.Dials, uint64(i), []bus.Message{msg}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(24 * time.Hour)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if len(got) != days {
			t.Fatalf("%d of %d messages came", len(got), days)
		}
		for i, at := range got {
			if !at.Equal(start.AddDate(0, 0, i)) {
				t.Errorf("message %d was written at %s, %s after the start", i, at, at.Sub(start))
			}
		}
	})
}

func TestTheLogIsReopenedInABubble(t *testing.T) {
	dir := t.TempDir()
	for i := range 3 {
		synctest.Test(t, func(t *testing.T) {
			b := bustest.OpenDir(t, dir)
			if _, err := b.Publish(t.Context(), bus.Mentions, bus.Message{Subject: "mentions.test"}); err != nil {
				t.Fatal(err)
			}
			st, err := b.State(t.Context(), bus.Mentions)
			if err != nil || st.Msgs != uint64(i+1) {
				t.Errorf("%d messages after %d openings: %v", st.Msgs, i+1, err)
			}
		})
	}
}
