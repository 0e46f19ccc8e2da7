package route

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// Classify reads a text; lang is what the platform says of it. The daemon hands
// in the one of package classify.
type Classify func(text, lang string) directdial.Classification

// Options are what a Router needs. Everything but Metrics is required.
type Options struct {
	Bus     *bus.Bus
	Index   *index.DB
	Keys    *directdial.Keyer
	Duty    Duty
	Now     func() time.Time
	Log     zerolog.Logger
	Metrics prometheus.Registerer
	Plan    Plan
}

// Plan is what a reload of the configuration changes.
type Plan struct {
	Directory *directdial.Directory
	Channels  []string // that are configured
	Classify  Classify
}

// Router is the one writer behind MENTIONS and ACTIONS: it reads both, decides,
// and writes steps to DIALS. See the package comment.
type Router struct {
	bus      *bus.Bus
	db       *index.DB
	keys     *directdial.Keyer
	duty     Duty
	now      func() time.Time
	log      zerolog.Logger
	me       string // this writer
	began    bool   // Run was called: a start of another writer makes us stale
	tookOver bool   // our first step is in the log

	directory atomic.Pointer[directory]
	classify  atomic.Pointer[classifier]
	planned   chan struct{} // a new plan: parked mentions are decided anew

	results  results
	metrics  *metrics
	mu       sync.Mutex
	changed  chan struct{} // closed at each confirmed write
	position meta          // of the last confirmed write
}

type classifier struct{ fn Classify }

// New makes a Router. It does no I/O: call Recover, then Run.
func New(o Options) *Router {
	r := &Router{
		bus: o.Bus, db: o.Index, keys: o.Keys, duty: o.Duty, now: o.Now, log: o.Log,
		me: newWriterID(), planned: make(chan struct{}, 1), changed: make(chan struct{}),
	}
	r.metrics = newMetrics(o.Metrics, r)
	r.Configure(o.Plan)
	return r
}

// Configure puts another plan in force for all decisions from now on. What is
// parked is decided anew.
func (r *Router) Configure(p Plan) {
	r.directory.Store(newDirectory(p.Directory, p.Channels, r.duty))
	r.classify.Store(&classifier{p.Classify})
	select {
	case r.planned <- struct{}{}:
	default:
	}
}

// ErrStale says that another router has become the writer.
var ErrStale = errors.New("another router writes the log now")

// Run becomes the writer and routes until ctx is done, then commits the index
// and returns nil. It returns an error of kind Denied wrapping ErrStale when
// another router took over.
func (r *Router) Run(ctx context.Context) error {
	r.began = true
	wait := backoff{}
	for {
		err := r.turn(ctx)
		switch {
		case ctx.Err() != nil:
			return r.db.Commit()
		case errors.Is(err, ErrStale):
			return &directdial.Error{Kind: directdial.Denied, Err: err}
		case err != nil && !retriable(err):
			return err
		}
		// Nothing of the failed write is in memory any more. What of it reached
		// the log is read from there before anything else is written.
		r.log.Warn().Err(err).Msg("the log could not be written; reading its end before the next try")
		r.metrics.retries.Inc()
		if wait.sleep(ctx) != nil {
			return r.db.Commit()
		}
		if err := r.catchUp(ctx); err != nil {
			if errors.Is(err, ErrStale) || !retriable(err) {
				return err
			}
			r.log.Warn().Err(err).Msg("the log could not be read")
		}
	}
}

func retriable(err error) bool {
	k := directdial.KindOf(err)
	return k == directdial.Temporary || k == directdial.Ambiguous
}

// turn reads and writes until something fails or ctx is done.
func (r *Router) turn(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	in := r.follow(ctx)
	defer in.wait()
	defer cancel()
	if !r.tookOver {
		w := r.begin()
		w.step(directdial.Input{Kind: directdial.InputStart, ID: r.me}, directdial.Event{
			Kind: directdial.EvTookOver, By: r.me,
		})
		if err := r.write(ctx, w); err != nil {
			return err
		}
		r.tookOver = true
	}
	commit := time.NewTicker(commitEvery)
	defer commit.Stop()
	for {
		if err := r.await(ctx, in, commit.C); err != nil {
			return err
		}
		w := r.begin()
		if err := r.decideWaiting(ctx, w, in); err != nil {
			return err
		}
		if err := r.write(ctx, w); err != nil {
			return err
		}
		if r.db.Pending() > commitPending {
			if err := r.db.Commit(); err != nil {
				return err
			}
		}
	}
}

// The index is on disk at most this far behind the log.
const (
	commitEvery   = 100 * time.Millisecond
	commitPending = 10_000  // changes; a step makes about ten
	maxSteps      = 1000    // in one write; the limit of an atomic batch
	maxBytes      = 4 << 20 // in one write
)

// await returns when there is something to decide. It commits the index while
// it waits.
func (r *Router) await(ctx context.Context, in *inputs, commit <-chan time.Time) error {
	for len(in.parked) == 0 {
		due := make(<-chan time.Time)
		if at, ok := r.nextTimer(); ok {
			t := time.NewTimer(max(at.Sub(r.now()), 0))
			defer t.Stop()
			due = t.C
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-in.failed:
			return err
		case <-commit:
			if err := r.db.Commit(); err != nil {
				return err
			}
			continue
		case m := <-in.mentionsIfOpen():
			in.mention = m
		case a := <-in.actionsIfOpen():
			in.action = a
		case <-due:
		case <-r.planned:
			in.parked = allParked(r.db)
		}
		return nil
	}
	return nil
}

func (r *Router) nextTimer() (at time.Time, ok bool) {
	r.db.Scan(bTimers, "", func(k string, _ []byte) bool {
		at, _ = parseTimer(k)
		ok = true
		return false
	})
	return at, ok
}

// decideWaiting decides all that waits, up to one write.
func (r *Router) decideWaiting(ctx context.Context, w *writing, in *inputs) error {
	for len(in.parked) > 0 && !w.full() {
		r.redecide(ctx, w, in.parked[0])
		in.parked = in.parked[1:]
	}
	for _, key := range dueParked(w.tx, w.at) {
		if w.full() {
			break
		}
		r.redecide(ctx, w, key)
	}
	for !w.full() && w.err == nil {
		m, a, err := in.next(ctx, w.mentions)
		switch {
		case err != nil:
			return err
		case m != nil:
			r.mention(w, m)
		case a != nil:
			r.action(ctx, w, a)
		default:
			return w.err
		}
	}
	return w.err
}

// Changed returns a channel that is closed at the next confirmed write.
func (r *Router) Changed() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

func (r *Router) announce(m meta) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.position = m
	close(r.changed)
	r.changed = make(chan struct{})
}

// Position says how far the index has folded the streams.
func (r *Router) Position() (mentions, actions, dials uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.position.Mentions, r.position.Actions, r.position.Applied
}

// backoff waits longer after each failure.
type backoff struct{ n int }

func (b *backoff) sleep(ctx context.Context) error {
	wait := min(50*time.Millisecond<<b.n, 5*time.Second)
	b.n = min(b.n+1, 10)
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func newWriterID() string {
	return fmt.Sprintf("w%x", time.Now().UnixNano())
}
