package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

func TestASourceThatFailsOrPanicsStopsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var failed, panicked atomic.Int32
		scripts.Store("fails", scripted{func(context.Context, ingest.State, ingest.Emit) error {
			failed.Add(1)
			return errors.New("no such host")
		}})
		scripts.Store("panics", scripted{func(context.Context, ingest.State, ingest.Emit) error {
			panicked.Add(1)
			panic("text of a post")
		}})
		scripts.Store("ends", scripted{func(context.Context, ingest.State, ingest.Emit) error { return nil }})
		n := 0
		scripts.Store("works", ingest.Poll(time.Minute, func(context.Context, []byte) ([]directdial.Item, []byte, error) {
			n++
			return []directdial.Item{post(fmt.Sprint(n), "text")}, nil, nil
		}))
		b := runner(t, sourcetest.NewLog())
		b.set(t, config("a", "fails"), config("b", "panics"), config("c", "works"), config("d", "ends"))
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := len(b.log.Mentions()); got < 55 || got > 67 {
			t.Errorf("%d mentions in an hour, at one a minute", got)
		}
		for name, n := range map[string]int32{"fails": failed.Load(), "panics": panicked.Load()} {
			if n < 8 || n > 60 {
				t.Errorf("the source that %s was tried %d times in an hour", name, n)
			}
		}
		if err := testutil.GatherAndCompare(b.metrics, strings.NewReader(`
# HELP directdial_source_up 1 while the source works, 0 while it fails or after it ended.
# TYPE directdial_source_up gauge
directdial_source_up{source="a"} 0
directdial_source_up{source="b"} 0
directdial_source_up{source="c"} 1
directdial_source_up{source="d"} 0
`), "directdial_source_up"); err != nil {
			t.Error(err)
		}
		if strings.Contains(b.lines.String(), "text of a post") {
			t.Error("the value of a panic is in the log")
		}
	})
}

func TestOneLineForEachChangeOfState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		scripts.Store("flaps", ingest.Poll(time.Minute, func(context.Context, []byte) ([]directdial.Item, []byte, error) {
			switch n++; {
			case n >= 4 && n < 8:
				return nil, nil, directdial.Errorf(directdial.Temporary, "503")
			case n >= 8 && n < 11:
				return nil, nil, directdial.Errorf(directdial.Denied, "401")
			}
			return nil, []byte("state"), nil
		}))
		b := runner(t, sourcetest.NewLog())
		b.set(t, config("a", "flaps"))
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		var got []string
		for line := range strings.Lines(b.lines.String()) {
			for _, word := range []string{"source works", "503", "401"} {
				if strings.Contains(line, word) {
					got = append(got, word)
				}
			}
		}
		if want := "source works,503,401,source works"; strings.Join(got, ",") != want {
			t.Errorf("got %v, want %s\n%s", got, want, b.lines)
		}
	})
}

// A feed of several may fail each time while the others bring something new to
// remember.
func TestASourceThatGetsPartOfTheWayDoesNotWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		scripts.Store("half", ingest.Poll(time.Minute, func(context.Context, []byte) ([]directdial.Item, []byte, error) {
			n++
			return []directdial.Item{post(fmt.Sprint(n), "text")}, fmt.Append(nil, n), directdial.Errorf(directdial.Temporary, "1 of 2 feeds fail")
		}))
		b := runner(t, sourcetest.NewLog())
		b.set(t, config("a", "half"))
		time.Sleep(time.Hour)
		synctest.Wait()
		state, err := b.log.LoadState(t.Context(), "a")
		if err != nil || len(state) == 0 || len(b.log.Mentions()) < 1000 {
			t.Errorf("%d mentions in an hour, state %q, %v", len(b.log.Mentions()), state, err)
		}
		if got := strings.Count(b.lines.String(), "\n"); got != 1 || strings.Contains(b.lines.String(), "source works") {
			t.Errorf("one line was wanted:\n%s", b.lines.String())
		}
	})
}

func TestTemporaryIsNotTriedBeforeItsTimeAndGoneNotAtAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries []time.Time
		scripts.Store("limited", scripted{func(context.Context, ingest.State, ingest.Emit) error {
			tries = append(tries, time.Now())
			return fmt.Errorf("page 2: %w", &directdial.Error{Kind: directdial.Temporary, After: 15 * time.Minute})
		}})
		gone := 0
		scripts.Store("gone", scripted{func(context.Context, ingest.State, ingest.Emit) error {
			gone++
			return directdial.Errorf(directdial.Gone, "410")
		}})
		b := runner(t, sourcetest.NewLog())
		b.set(t, config("a", "limited"), config("b", "gone"))
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		for i := 1; i < len(tries); i++ {
			if wait := tries[i].Sub(tries[i-1]); wait < 15*time.Minute || wait > 25*time.Minute {
				t.Errorf("try %d after %v", i, wait)
			}
		}
		if len(tries) < 50 || gone != 1 {
			t.Errorf("%d tries of the limited one, %d of the one that is gone", len(tries), gone)
		}
	})
}
