package ingest

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

// Options are what all sources share.
type Options struct {
	Log      Log
	Keyer    *directdial.Keyer
	Client   *http.Client // see Setup.Client
	Exchange Exchange     // see Setup.Exchange
	Watch    Watch        // what is looked at again; nil: nothing
	Metrics  prometheus.Registerer
	Logger   zerolog.Logger
	Now      func() time.Time // time.Now if nil
}

// Runner runs sources, each in a goroutine of its own: one that fails or
// panics never stops another. It gives them their state, their retries, their
// metrics and the way into the streams.
type Runner struct {
	options Options
	intake  *intake

	mu      sync.Mutex
	ctx     context.Context // of Run; nil before
	sources map[string]*supervised
	last    map[string]*supervised // that was made last under a name, also if it is gone
	running sync.WaitGroup
}

// NewRunner makes a runner without sources.
func NewRunner(o Options) *Runner {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Runner{
		options: o,
		sources: map[string]*supervised{},
		last:    map[string]*supervised{},
		intake: &intake{
			log: o.Log, keyer: o.Keyer, recent: newRecent(maxRecent),
			metrics: newMetrics(o.Metrics), logger: o.Logger, now: o.Now, watch: o.Watch,
		},
	}
}

// SetSources makes the sources what the configuration says: it starts what is
// new, stops what is gone, replaces what changed, and leaves alone what did
// not. If one of them cannot be constructed, all stays as it is; the error
// names everything that is wrong. It does not wait for sources to stop; a
// source that replaces another starts when that has stopped.
func (r *Runner) SetSources(configs []Config) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	built, err := r.build(configs)
	if err != nil {
		return err
	}
	old := r.sources
	r.sources = built
	for name, s := range old {
		if built[name] == s {
			continue
		}
		s.stop()
	}
	for name, s := range built {
		if old[name] != s {
			s.before, r.last[name] = r.last[name], s
			if r.ctx != nil {
				r.start(s)
			}
		}
	}
	return nil
}

// lastWords is how long it may take to write the accounts of all sources at the
// end.
const lastWords = 5 * time.Second

// Run runs the sources until ctx ends, and returns when all have stopped.
func (r *Runner) Run(ctx context.Context) error {
	r.mu.Lock()
	if r.ctx != nil {
		r.mu.Unlock()
		return errors.New("ingest: the runner runs already")
	}
	r.ctx = ctx
	for _, s := range r.sources {
		r.start(s)
	}
	r.running.Go(func() { r.tend(ctx) })
	if r.options.Watch != nil {
		r.running.Go(func() { r.look(ctx) })
	}
	r.mu.Unlock()
	<-ctx.Done()
	// After this no reload starts a source that nobody waits for.
	r.mu.Lock()
	sources := slices.Collect(maps.Values(r.sources))
	r.sources = nil
	r.mu.Unlock()
	r.running.Wait()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	writeAccounts(ctx, sources)
	return nil
}

// start is called with the lock held.
func (r *Runner) start(s *supervised) {
	if r.ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithCancel(r.ctx)
	s.cancel = cancel
	r.running.Go(func() {
		defer cancel()
		s.run(ctx)
	})
}

// forget removes the gauges of a source that has stopped, unless its name is
// in use again.
func (r *Runner) forget(s *supervised) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sources[s.config.Name] == nil {
		r.intake.metrics.end(s.config.Name)
	}
}

// Emit is the way into the streams for items that come from no running source:
// what is imported. The name stands for the source of the mentions.
func (r *Runner) Emit(source string) Emit {
	return func(ctx context.Context, items ...directdial.Item) (directdial.Taken, error) {
		e, err := r.intake.emit(ctx, source, items)
		return e.taken, err
	}
}

// Posted is a source that can be posted to.
type Posted struct {
	Name     string
	Type     string
	Receiver Receiver
	Emit     Emit
}

// Posted lists the sources that can be posted to at this moment, by name.
func (r *Runner) Posted() []Posted {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []Posted
	for name, s := range r.sources {
		if receiver, ok := s.source.(Receiver); ok {
			list = append(list, Posted{Name: name, Type: s.config.Type, Receiver: receiver, Emit: s.emit})
		}
	}
	slices.SortFunc(list, func(a, b Posted) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Handler serves the receivers at /v1/sources/<name>/, except those that are
// Shared. The receiver sees the rest of the path.
func (r *Runner) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		rest, ok := strings.CutPrefix(req.URL.Path, "/v1/sources/")
		name, _, slash := strings.Cut(rest, "/")
		if ok && slash {
			for _, p := range r.Posted() {
				if _, shared := p.Receiver.(Shared); p.Name == name && !shared {
					http.StripPrefix("/v1/sources/"+name, p.Receiver.Handler(p.Emit)).ServeHTTP(w, req)
					return
				}
			}
		}
		web.NewProblem(http.StatusNotFound, "").Write(w)
	})
}
