package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// scripted is a source whose Run is the function that its settings name.
type scripted struct {
	run func(ctx context.Context, s ingest.State, emit ingest.Emit) error
}

func (s scripted) Run(ctx context.Context, st ingest.State, emit ingest.Emit) error {
	return s.run(ctx, st, emit)
}

// receiver is one that can be posted to.
type receiver struct{ scripted }

func (receiver) Handler(emit ingest.Emit) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		taken, err := emit(r.Context(), post("posted", r.URL.Path))
		fmt.Fprintln(w, taken.Accepted, err)
	})
}

// shared is one that is recognised by its credential.
type shared struct {
	receiver
	credential [32]byte
}

func (s shared) Credentials() [][32]byte { return [][32]byte{s.credential} }

// scripts are the sources that the type "scripted" makes, by their settings.
var scripts sync.Map

func init() {
	ingest.Register("scripted", func(s ingest.Setup) (ingest.Source, error) {
		var settings string
		if err := s.Decode(&settings); err != nil {
			return nil, err
		}
		source, ok := scripts.Load(settings)
		if !ok {
			return nil, &directdial.Error{Kind: directdial.Invalid, Field: "settings", Msg: "there is no script " + settings}
		}
		return source.(ingest.Source), nil
	})
}

func config(name, settings string) ingest.Config {
	return ingest.Config{Name: name, Type: "scripted", Settings: settings, Decode: func(into any) error {
		*into.(*string) = settings
		return nil
	}}
}

// bench is a runner in a bubble of fake time.
type bench struct {
	*ingest.Runner
	log     *sourcetest.Log
	lines   *bytes.Buffer
	metrics *prometheus.Registry
}

func runner(t *testing.T, log *sourcetest.Log) *bench {
	b := &bench{log: log, lines: &bytes.Buffer{}, metrics: prometheus.NewRegistry()}
	b.Runner = ingest.NewRunner(ingest.Options{
		Log: log, Keyer: sourcetest.Key, Metrics: b.metrics,
		Logger: zerolog.New(zerolog.SyncWriter(b.lines)).Level(zerolog.InfoLevel),
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	synctest.Wait()
	return b
}

func (b *bench) set(t *testing.T, configs ...ingest.Config) {
	t.Helper()
	if err := b.SetSources(configs); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

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

func TestReloadTouchesOnlyWhatChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var started, stopped [3]int
		for i := range 3 {
			scripts.Store(fmt.Sprint(i), scripted{func(ctx context.Context, s ingest.State, _ ingest.Emit) error {
				started[i]++
				if err := s.Save(ctx, []byte("saved")); err != nil {
					return err
				}
				<-ctx.Done()
				stopped[i]++
				return ctx.Err()
			}})
		}
		b := runner(t, sourcetest.NewLog())
		b.set(t, config("a", "0"), config("b", "1"))
		b.set(t, config("b", "1"), config("a", "2"))
		if started != [3]int{1, 1, 1} || stopped != [3]int{1, 0, 0} {
			t.Errorf("after a change: started %v, stopped %v", started, stopped)
		}
		if err := b.SetSources([]ingest.Config{config("a", "0"), config("b", "none"), config("b", "1"), config("c.d", "1")}); err == nil ||
			!strings.Contains(err.Error(), "source b: settings: there is no script none") || !strings.Contains(err.Error(), "source c.d: ") {
			t.Errorf("the error names not all that is wrong: %v", err)
		}
		synctest.Wait()
		if started != [3]int{1, 1, 1} || stopped != [3]int{1, 0, 0} {
			t.Errorf("after a bad configuration: started %v, stopped %v", started, stopped)
		}
		b.set(t, config("b", "1"))
		if stopped != [3]int{1, 0, 1} {
			t.Errorf("after a removal: stopped %v", stopped)
		}
		if n, err := testutil.GatherAndCount(b.metrics, "directdial_source_up"); n != 1 || err != nil {
			t.Errorf("%d sources have a metric, %v", n, err)
		}
	})
}

func TestASourceStartsWhenTheOneBeforeHasStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now atomic.Int32
		for i := range 3 {
			scripts.Store("slow"+fmt.Sprint(i), scripted{func(ctx context.Context, _ ingest.State, _ ingest.Emit) error {
				if now.Add(1) > 1 {
					t.Error("two run at the same time")
				}
				<-ctx.Done()
				time.Sleep(time.Minute)
				now.Add(-1)
				return ctx.Err()
			}})
		}
		b := runner(t, sourcetest.NewLog())
		b.set(t, config("a", "slow0"))
		b.set(t, config("a", "slow1"))
		b.set(t)
		b.set(t, config("a", "slow2"))
		time.Sleep(time.Hour)
		synctest.Wait()
		if now.Load() != 1 {
			t.Errorf("%d run", now.Load())
		}
	})
}

func TestAnotherTypeDoesNotReadTheState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := sourcetest.NewLog()
		data := []byte(`{"v":1,"at":"2026-11-21T10:00:00Z","type":"mastodon","state":"eA=="}`)
		if err := log.SaveState(t.Context(), "a", data); err != nil {
			t.Fatal(err)
		}
		var got []string
		scripts.Store("reads", ingest.Poll(time.Minute, func(_ context.Context, state []byte) ([]directdial.Item, []byte, error) {
			got = append(got, string(state))
			return nil, []byte("own"), nil
		}))
		runner(t, log).set(t, config("a", "reads"))
		time.Sleep(90 * time.Second)
		if synctest.Wait(); strings.Join(got, ",") != ",own" {
			t.Errorf("states %q", got)
		}
	})
}

func TestAStateThatIsSavedIsNotWrittenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, writes := sourcetest.NewLog(), 0
		log.SetFaults(sourcetest.Faults{Save: func(string, []byte) (bool, error) {
			if writes++; writes == 2 {
				return true, &directdial.Error{Kind: directdial.Ambiguous, Msg: "lost"}
			}
			return true, nil
		}})
		n := 0
		scripts.Store("quiet", ingest.Poll(time.Minute, func(context.Context, []byte) ([]directdial.Item, []byte, error) {
			n++
			return nil, fmt.Append(nil, n/10), nil // another state each ten times
		}))
		b := runner(t, log)
		b.set(t, config("a", "quiet"))
		time.Sleep(time.Hour)
		synctest.Wait()
		if want := n/10 + 1; writes < want || writes > want+1 {
			t.Errorf("%d writes of %d states", writes, want)
		}
	})
}

func TestPollStopsASourceThatGetsNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		scripts.Store("stuck", ingest.Poll(time.Minute, func(context.Context, []byte) ([]directdial.Item, []byte, error) {
			n++
			return []directdial.Item{post("1", "text")}, []byte("same"), ingest.ErrMore
		}))
		runner(t, sourcetest.NewLog()).set(t, config("a", "stuck"))
		time.Sleep(time.Hour)
		if synctest.Wait(); n > 200 {
			t.Errorf("%d requests in an hour", n)
		}
	})
}

func TestReceiversStandUnderTheirName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		idle := scripted{func(ctx context.Context, _ ingest.State, _ ingest.Emit) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		scripts.Store("idle", idle)
		scripts.Store("receives", receiver{idle})
		scripts.Store("shared", shared{receiver{idle}, [32]byte{1}})
		scripts.Store("shared too", shared{receiver{idle}, [32]byte{1}})
		b := runner(t, sourcetest.NewLog())
		b.set(t, config("a", "receives"), config("b", "shared"), config("c", "idle"))
		for path, want := range map[string]int{
			"/v1/sources/a/": 200, "/v1/sources/a/x/y": 200,
			"/v1/sources/a": 404, "/v1/sources/b/": 404, "/v1/sources/c/": 404, "/v1/sources/d/": 404, "/v1/sources/": 404, "/": 404,
		} {
			w := httptest.NewRecorder()
			b.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, nil))
			if w.Code != want {
				t.Errorf("%s: %d, want %d: %s", path, w.Code, want, w.Body)
			}
		}
		if posted := b.Posted(); len(posted) != 2 || posted[0].Name != "a" || posted[1].Name != "b" {
			t.Errorf("%+v", posted)
		}
		if m := b.log.Mentions(); len(m) == 0 || m[0].Source != "a" {
			t.Errorf("%+v", m)
		}
		err := b.SetSources([]ingest.Config{config("b", "shared"), config("c", "shared too")})
		if err == nil || !strings.Contains(err.Error(), "sources b and c have the same token or secret") {
			t.Errorf("error %v", err)
		}
	})
}
