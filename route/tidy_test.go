package route

import (
	"context"
	"testing"
	"time"

	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/bus/bustest"
)

// actionsAt is a log whose actions have the times of a list, and whose purges
// are noted.
type actionsAt struct {
	*bus.Bus
	times  []time.Time
	purged uint64
}

func (l *actionsAt) Get(ctx context.Context, s bus.Stream, seq uint64) (*bus.Message, error) {
	msg, err := l.Bus.Get(ctx, s, seq)
	if err == nil {
		msg.Time = l.times[seq-1]
	}
	return msg, err
}

func (l *actionsAt) Purge(_ context.Context, _ bus.Stream, before uint64) error {
	l.purged = before
	return nil
}

func TestActionsArePurgedAWeekBehindAndNeverUnread(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		days   []int // age of each action
		erased uint64
		read   uint64
		want   uint64
	}{
		{name: "nothing", read: 0, want: 0},
		{name: "all young", days: []int{6, 3, 1}, read: 3, want: 0},
		{name: "two old", days: []int{9, 8, 6, 1}, read: 4, want: 3},
		{name: "all old", days: []int{9, 9, 8}, read: 3, want: 4},
		{name: "old but unread", days: []int{9, 9, 8, 8}, read: 2, want: 3},
		{name: "one in the middle is gone", days: []int{9, 9, 9, 1}, erased: 2, read: 4, want: 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := &actionsAt{Bus: bustest.Open(t)}
			for _, age := range tt.days {
				if _, err := l.Publish(t.Context(), bus.Actions, bus.Message{Subject: "actions.source.a.gap", Data: []byte("{}")}); err != nil {
					t.Fatal(err)
				}
				l.times = append(l.times, now.AddDate(0, 0, -age))
			}
			if tt.erased != 0 {
				if err := l.Erase(t.Context(), bus.Actions, tt.erased); err != nil {
					t.Fatal(err)
				}
			}
			r := &Router{bus: l, now: func() time.Time { return now }, position: meta{Actions: tt.read}}
			if err := r.purgeActions(t.Context()); err != nil {
				t.Fatal(err)
			}
			if l.purged != tt.want {
				t.Errorf("purged before %d, want %d", l.purged, tt.want)
			}
		})
	}
}
