package sourcetest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/setting"
)

// sourceName is the name of the source under test.
const sourceName = "under-test"

// patience is how long, in fake time, a source may take to recover.
const patience = 6 * time.Hour

// bench is one test: a platform, the source that reads it, and the exchange.
type bench struct {
	*testing.T
	platform Platform
	fake     Fake
	gate     *gate
	network  *network
	log      *Log
	text     syncBuffer // what is logged at info level and above
	metrics  *prometheus.Registry

	want  map[string]directdial.Mention // by ID
	posts int
	stop  func()        // the runner; nil if none runs
	skew  time.Duration // by which our clock is ahead of the platform's
}

// test runs f in a bubble of fake time, with nothing published and no source
// running.
func test(t *testing.T, p Platform, name string, f func(b *bench)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := &bench{T: t, platform: p, fake: p.New(), log: NewLog(), want: map[string]directdial.Mention{}}
			b.gate = &gate{platform: b.fake}
			b.network = newNetwork(b.gate, func(address string) { t.Errorf("the source dialled %s", address) })
			// Also after a Fatal, or the bubble would wait for what still runs.
			t.Cleanup(func() {
				b.kill()
				_ = b.network.server.Close()
			})
			f(b)
			b.checkLog()
			if !t.Failed() {
				pass(p.Type, name)
			}
		})
	})
}

// start starts a runner as a new process would: it knows what is on disk and
// nothing else.
func (b *bench) start() {
	b.Helper()
	b.kill()
	client := b.network.client()
	b.metrics = prometheus.NewRegistry()
	r := ingest.NewRunner(ingest.Options{
		Log: b.log, Keyer: Key, Client: client, Metrics: b.metrics, Now: func() time.Time { return time.Now().Add(b.skew) },
		Logger: zerolog.New(&b.text).Level(zerolog.InfoLevel),
	})
	settings := b.platform.Settings("http://" + Host)
	if err := r.SetSources([]ingest.Config{{Name: sourceName, Type: b.platform.Type, Settings: settings, Decode: decode(settings)}}); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := r.Run(ctx); err != nil {
			b.Error(err)
		}
	}()
	b.stop = func() {
		cancel()
		<-done
		client.CloseIdleConnections()
	}
	synctest.Wait()
}

// kill stops the runner, if one runs, at once: nothing that it had begun gets
// to an end.
func (b *bench) kill() {
	if b.stop != nil {
		b.stop()
		b.stop = nil
	}
}

// publish makes n posts appear, dated now, and expects their mentions.
func (b *bench) publish(n int) {
	for range n {
		b.publishAt(time.Now())
	}
}

func (b *bench) publishAt(at time.Time) directdial.Mention {
	b.posts++
	return b.expect(b.fake.Publish(at, fmt.Sprintf("post %d: my acme widget broke — <why> & \"how\"? 💥", b.posts)))
}

func (b *bench) expect(m directdial.Mention) directdial.Mention {
	m.Normalize(sourceName)
	b.want[m.ID] = m
	return m
}

// settle lets time pass until all that was published has arrived, and fails if
// it does not.
func (b *bench) settle() {
	b.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(b.platform.Every) {
		synctest.Wait()
		missing := b.missing()
		if len(missing) == 0 {
			return
		}
		if time.Now().After(deadline) {
			b.Fatalf("after %v %d of %d posts have not arrived, among them %s; the log says:\n%s",
				patience, len(missing), len(b.want), missing[0], b.text.String())
		}
	}
}

// await lets time pass, step by step, until something holds.
func (b *bench) await(what string, step time.Duration, holds func() bool) {
	b.Helper()
	synctest.Wait()
	for deadline := time.Now().Add(patience); !holds(); synctest.Wait() {
		if time.Now().After(deadline) {
			b.Fatalf("after %v %s has not come; the log says:\n%s", patience, what, b.text.String())
		}
		time.Sleep(step)
	}
}

// exact settles, gives the source time for another round, and then demands that
// what arrived is what was published, field by field, and nothing else.
func (b *bench) exact() {
	b.Helper()
	b.settle()
	time.Sleep(2*b.platform.Every + time.Second)
	synctest.Wait()
	for id, m := range b.arrived() {
		if want, ok := b.want[id]; !ok {
			b.Errorf("mention %s was never published: %+v", id, m)
		} else if diff := cmp.Diff(want, m); diff != "" {
			b.Errorf("mention %s (-published +arrived):\n%s", id, diff)
		}
	}
}

// once demands, after exact, that each mention stands on the stream once.
func (b *bench) once() {
	b.Helper()
	b.exact()
	if n := len(b.log.Mentions()); n != len(b.want) {
		b.Errorf("%d mentions stand on the stream, %d were published", n, len(b.want))
	}
}

func (b *bench) missing() (ids []string) {
	arrived := b.arrived()
	for id, want := range b.want {
		if arrived[id].Text != want.Text {
			ids = append(ids, id)
		}
	}
	return ids
}

// arrived returns the last of each mention on the stream, without what the
// exchange sets and without the reach, which may grow.
func (b *bench) arrived() map[string]directdial.Mention {
	last := map[string]directdial.Mention{}
	for _, m := range b.log.Mentions() {
		m.V, m.Source, m.AcceptedAt, m.Reach = 0, "", time.Time{}, b.want[m.ID].Reach
		last[m.ID] = m
	}
	return last
}

// up returns the metric directdial_source_up.
func (b *bench) up() float64 {
	b.Helper()
	families, err := b.metrics.Gather()
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "directdial_source_up" {
			return f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	return -1
}

// checkLog demands that the source did not panic and that nothing of a post
// stands in the log.
func (b *bench) checkLog() {
	for _, no := range []string{"source panics", "acme widget"} {
		if strings.Contains(b.text.String(), no) {
			b.Errorf("the log holds %q:\n%s", no, b.text.String())
		}
	}
}

// decode is Setup.Decode over YAML, with durations as the configuration has
// them.
func decode(settings string) func(any) error {
	duration := yaml.CustomUnmarshaler(func(d *time.Duration, data []byte) (err error) {
		*d, err = setting.ParseDuration(strings.TrimSpace(string(data)))
		return err
	})
	return func(into any) error {
		return yaml.NewDecoder(strings.NewReader(settings), yaml.Strict(), duration).Decode(into)
	}
}

// syncBuffer is a bytes.Buffer for several goroutines.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
