package ingest_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// kept is a state in memory.
type kept struct{ state []byte }

func (k *kept) Load(context.Context) ([]byte, error) { return k.state, nil }

func (k *kept) Save(_ context.Context, state []byte) error {
	k.state = state
	return nil
}

func TestAReceiverThatWasAwaySaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var state kept
		var gaps []directdial.Item
		attend := func(d time.Duration) {
			ctx, cancel := context.WithTimeout(t.Context(), d)
			defer cancel()
			_ = ingest.Attend("webhook", time.Now).Run(ctx, &state, func(_ context.Context, items ...directdial.Item) (directdial.Taken, error) {
				gaps = append(gaps, items...)
				return directdial.Taken{}, nil
			})
		}
		attend(90 * time.Second) // the first time
		attend(time.Hour)        // at once after the first
		if len(gaps) > 0 {
			t.Errorf("gaps %+v", gaps)
		}
		last := time.Now().Truncate(time.Minute)
		time.Sleep(2 * time.Hour)
		attend(time.Minute)
		if len(gaps) != 1 {
			t.Fatalf("gaps %+v", gaps)
		}
		g := gaps[0].(*directdial.Gap)
		if since := last.Sub(g.From); since < -time.Minute || since > time.Minute {
			t.Errorf("since %v, was there until %v", g.From, last)
		}
		g.From, g.To = time.Time{}, time.Time{}
		if diff := cmp.Diff(&directdial.Gap{Query: "webhook", Cause: "outage", Missing: -1}, g); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWhatIsToldLateIsLeftOut(t *testing.T) {
	var l ingest.Latest
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	for i, c := range []struct {
		id   string
		at   time.Time
		late bool
	}{{"a", at(2), false}, {"a", at(1), true}, {"a", at(2), false}, {"b", at(1), false}, {"a", at(3), false}} {
		if got := l.Late(c.id, c.at); got != c.late {
			t.Errorf("%d: %v", i, got)
		}
	}
	l.Gone("a")
	if !l.Late("a", at(9)) || l.Late("b", at(9)) {
		t.Error("gone")
	}
}
