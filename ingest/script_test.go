package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
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
	stop    func() // the runner
}

func runner(t *testing.T, log *sourcetest.Log) *bench { return watching(t, log, nil) }

func watching(t *testing.T, log *sourcetest.Log, watch ingest.Watch) *bench {
	b := &bench{log: log, lines: &bytes.Buffer{}, metrics: prometheus.NewRegistry()}
	b.Runner = ingest.NewRunner(ingest.Options{
		Log: log, Keyer: sourcetest.Key, Metrics: b.metrics, Watch: watch,
		Logger: zerolog.New(zerolog.SyncWriter(b.lines)).Level(zerolog.InfoLevel),
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	b.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(b.stop)
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
