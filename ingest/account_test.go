package ingest_test

import (
	"context"
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

// gapsOf are the gaps that were reported, in words.
func gapsOf(l *sourcetest.Log) (gaps []string) {
	for _, a := range l.Actions() {
		if a.Kind == directdial.ActGap {
			gaps = append(gaps, fmt.Sprintf("%s %v %d", a.Detail, a.Until.Sub(a.From).Round(time.Minute), a.Count))
		}
	}
	return gaps
}

// flaky is a source that asks every minute and fails from one time to another,
// counted from its first run; it brings one post a minute.
func flaky(from, to time.Duration) ingest.Source {
	return failing(func(d time.Duration) bool { return d >= from && d < to })
}

// hiccup is such a source that fails a single time, after half an hour. What a
// runner waits after several failures is drawn, and could add up to an outage.
func hiccup() ingest.Source {
	failed := false
	return failing(func(d time.Duration) bool {
		fails := d >= 30*time.Minute && !failed
		failed = failed || fails
		return fails
	})
}

// failing is a source that asks every minute and brings one post, where fails
// does not say of the time since its first run that it fails.
func failing(fails func(time.Duration) bool) ingest.Source {
	var begin time.Time
	n := 0
	return ingest.Poll(time.Minute, func(context.Context, []byte) ([]directdial.Item, []byte, error) {
		if begin.IsZero() {
			begin = time.Now()
		}
		if fails(time.Since(begin)) {
			return nil, nil, directdial.Errorf(directdial.Temporary, "503")
		}
		n++
		return []directdial.Item{post(fmt.Sprint(n), "text")}, fmt.Append(nil, n), nil
	})
}

func TestAnOutageIsAGapInWhichNothingIsMissing(t *testing.T) {
	for name, c := range map[string]struct {
		source ingest.Source
		want   string
	}{
		"a hiccup is none": {hiccup(), "0"},
		"an hour":          {flaky(30*time.Minute, 90*time.Minute), "1 outage"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				scripts.Store("flaky", c.source)
				b := runner(t, sourcetest.NewLog())
				b.set(t, config("a", "flaky"))
				time.Sleep(3 * time.Hour)
				synctest.Wait()
				gaps := gapsOf(b.log)
				got := fmt.Sprint(len(gaps))
				if len(gaps) > 0 {
					got += " " + strings.Fields(gaps[0])[0]
				}
				if got != c.want || (len(gaps) > 0 && !strings.HasSuffix(gaps[0], " 0")) {
					t.Errorf("gaps %q", gaps)
				}
			})
		})
	}
}

func TestAGapThatCannotBeWrittenIsReportedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := sourcetest.NewLog()
		scripts.Store("flaky", flaky(10*time.Minute, time.Hour))
		b := runner(t, log)
		b.set(t, config("a", "flaky"))
		time.Sleep(50 * time.Minute)
		log.SetFaults(sourcetest.Faults{Publish: func(int) (bool, error) {
			return false, &directdial.Error{Kind: directdial.Temporary, Msg: "the stream is full"}
		}})
		time.Sleep(2 * time.Hour)
		log.SetFaults(sourcetest.Faults{})
		time.Sleep(time.Hour)
		synctest.Wait()
		if gaps := gapsOf(log); len(gaps) != 1 {
			t.Errorf("gaps %q", gaps)
		}
	})
}

func TestATimeInWhichNoProcessRanIsAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := sourcetest.NewLog()
		for _, stopped := range []time.Duration{0, 3 * time.Hour, time.Minute} {
			time.Sleep(stopped)
			scripts.Store("works", flaky(0, 0))
			b := runner(t, log)
			b.set(t, config("a", "works"))
			time.Sleep(time.Hour)
			b.stop()
		}
		if gaps := gapsOf(log); len(gaps) != 1 || !strings.HasPrefix(gaps[0], "stopped 3h") || !strings.HasSuffix(gaps[0], " 0") {
			t.Errorf("gaps %q", gaps)
		}
	})
}

func TestStandingsSayHowEachSourceDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := sourcetest.NewLog()
		scripts.Store("works", flaky(0, 0))
		scripts.Store("fails", flaky(time.Hour, 1000*time.Hour))
		scripts.Store("gone", scripted{func(context.Context, ingest.State, ingest.Emit) error {
			return directdial.Errorf(directdial.Gone, "410")
		}})
		b := runner(t, log)
		b.set(t, config("a", "works"), config("b", "fails"), config("c", "gone"))
		time.Sleep(49 * time.Hour)
		synctest.Wait()
		standings, err := b.Standings(t.Context())
		if err != nil || len(standings) != 3 {
			t.Fatalf("%+v, %v", standings, err)
		}
		for i, want := range []directdial.SourceCondition{directdial.SourceWorks, directdial.SourceFails, directdial.SourceEnded} {
			if s := standings[i]; s.Condition != want || (want != directdial.SourceWorks && s.Why == "") {
				t.Errorf("%+v, want it %s", s, want)
			}
		}
		a := standings[0]
		if a.Expected == nil || a.PerHour < 50 || a.PerHour > 70 || *a.Expected < 50 || *a.Expected > 70 ||
			time.Since(a.Success) > 2*time.Minute || a.Newest.IsZero() {
			t.Errorf("%+v", a)
		}

		// What is remembered is known without a run.
		other := ingest.NewRunner(ingest.Options{Log: log, Keyer: sourcetest.Key})
		if err := other.SetSources([]ingest.Config{config("a", "works")}); err != nil {
			t.Fatal(err)
		}
		standings, err = other.Standings(t.Context())
		if err != nil || standings[0].Condition != directdial.SourceStopped || standings[0].PerHour < 50 || time.Since(standings[0].Success) > 10*time.Minute {
			t.Errorf("%+v, %v", standings, err)
		}
	})
}

func TestWhatWasHeardLastIsKnownAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := sourcetest.NewLog()
		var told ingest.Emit
		scripts.Store("receives", scripted{func(ctx context.Context, _ ingest.State, emit ingest.Emit) error {
			told = emit
			<-ctx.Done()
			return ctx.Err()
		}})
		b := runner(t, log)
		b.set(t, config("a", "receives"))
		synctest.Wait()
		time.Sleep(90 * time.Second) // less than after which it is written by itself
		m := post("1", "text")
		m.CreatedAt = time.Now().Add(-time.Minute)
		if _, err := told(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		want, err := b.Standings(t.Context())
		if err != nil || want[0].Lag <= 0 || want[0].Newest.IsZero() {
			t.Fatalf("%+v, %v", want, err)
		}
		b.stop()
		time.Sleep(time.Hour)
		b = runner(t, log)
		b.set(t, config("a", "receives"))
		synctest.Wait()
		got, err := b.Standings(t.Context())
		if err != nil || got[0].Lag != want[0].Lag || !got[0].Newest.Equal(want[0].Newest) {
			t.Errorf("%+v, want %+v, %v", got, want, err)
		}
		if n, err := testutil.GatherAndCount(b.metrics, "directdial_source_lag_seconds", "directdial_source_newest_item_timestamp_seconds"); n != 2 || err != nil {
			t.Errorf("%d metrics, %v", n, err)
		}
	})
}

func TestASourceThatFallsSilentSaysSoOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var silent atomic.Bool
		n := 0
		scripts.Store("silent", ingest.Poll(time.Minute, func(context.Context, []byte) ([]directdial.Item, []byte, error) {
			if silent.Load() {
				return nil, nil, nil
			}
			n++
			return []directdial.Item{post(fmt.Sprint(n), "text")}, nil, nil
		}))
		b := runner(t, sourcetest.NewLog())
		b.set(t, config("a", "silent"))
		time.Sleep(48 * time.Hour)
		silent.Store(true)
		time.Sleep(4 * time.Hour)
		synctest.Wait()
		if s, err := b.Standings(t.Context()); err != nil || s[0].Condition != directdial.SourceTooQuiet {
			t.Errorf("%+v, %v", s, err)
		}
		silent.Store(false)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if s, err := b.Standings(t.Context()); err != nil || s[0].Condition != directdial.SourceWorks {
			t.Errorf("%+v, %v", s, err)
		}
		if n := strings.Count(b.lines.String(), "too quiet"); n != 2 {
			t.Errorf("%d lines say so:\n%s", n, b.lines)
		}
	})
}
