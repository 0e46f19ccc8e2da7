package route

import (
	"context"
	"crypto/rand"
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

// Log is what the router needs of the streams; *bus.Bus is one.
type Log interface {
	// Append writes messages if the stream still ends at last.
	Append(ctx context.Context, s bus.Stream, last uint64, msgs []bus.Message) (n int, err error)
	// Follow calls fn for each message from a sequence on, until ctx ends.
	Follow(ctx context.Context, s bus.Stream, from uint64, caught func(), fn func(*bus.Message) error) error
	// Read calls fn for each message in [from, to] that is there.
	Read(ctx context.Context, s bus.Stream, subject string, from, to uint64, fn func(*bus.Message) error) error
	// Get returns one message; kind NotFound if it is gone.
	Get(ctx context.Context, s bus.Stream, seq uint64) (*bus.Message, error)
	// State says where a stream begins and ends.
	State(ctx context.Context, s bus.Stream) (bus.State, error)
}

// Classify reads a text; lang is what the platform says of it. The daemon hands
// in the one of package classify.
type Classify func(text, lang string) directdial.Classification

// Options are what a Router needs. Everything but Metrics is required.
type Options struct {
	Bus     Log
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
	bus      Log
	db       *index.DB
	keys     *directdial.Keyer
	duty     Duty
	now      func() time.Time
	log      zerolog.Logger
	me       string // this writer; "" while Run has not begun
	tookOver bool   // our first step is in the log

	committed time.Time // when the index was committed last

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
		planned: make(chan struct{}, 1), changed: make(chan struct{}),
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
	r.replan()
}

// replan has everything that is parked decided anew.
func (r *Router) replan() {
	select {
	case r.planned <- struct{}{}:
	default:
	}
}

// ErrStale says that another router has become the writer.
var ErrStale = errors.New("another router writes the log now")

// Run becomes the writer and routes until ctx is done, then commits the index
// and returns nil. It returns an error of kind Denied wrapping ErrStale when
// another router took over; to stand by for the next time, call Recover.
func (r *Router) Run(ctx context.Context) error {
	r.me, r.tookOver = newWriterID(), false
	wait := backoff{}
	for {
		before := r.Applied()
		err := r.turn(ctx)
		if ctx.Err() != nil {
			return r.db.Commit()
		}
		if !retriable(err) {
			return err
		}
		if r.Applied() > before {
			wait = backoff{}
		}
		r.log.Warn().Err(err).Msg("the log could not be read or written; reading its end before the next try")
		r.metrics.retries.Inc()
		if err := r.resume(ctx, &wait); err != nil {
			if ctx.Err() != nil {
				return r.db.Commit()
			}
			return err
		}
	}
}

// resume reads the end of the log after a failure, until that succeeds.
// Nothing of a write that failed is in memory any more: what of it reached the
// log is found there, before anything else is decided.
func (r *Router) resume(ctx context.Context, wait *backoff) error {
	for {
		if err := wait.sleep(ctx); err != nil {
			return err
		}
		err := r.catchUp(ctx)
		if err == nil {
			// Perhaps parked mentions were being decided anew when it failed.
			r.replan()
			return nil
		}
		if !retriable(err) {
			return err
		}
		r.log.Warn().Err(err).Msg("the end of the log could not be read")
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
	for {
		if err := r.await(ctx, in); err != nil {
			return err
		}
		w := r.begin()
		if err := r.decideWaiting(ctx, w, in); err != nil {
			return err
		}
		if err := r.write(ctx, w); err != nil {
			return err
		}
		if r.db.Pending() > commitPending || time.Since(r.committed) > commitEvery {
			if err := r.commit(); err != nil {
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

func (r *Router) commit() error {
	r.committed = time.Now()
	return r.db.Commit()
}

// await returns when there is something to decide. It commits the index while
// it waits.
func (r *Router) await(ctx context.Context, in *inputs) error {
	for len(in.parked) == 0 {
		rest := time.NewTimer(r.rest())
		var err error
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case err = <-in.failed:
		case in.mention = <-in.mentionsIfOpen():
		case in.action = <-in.actionsIfOpen():
		case <-r.planned:
			in.parked = allParked(r.db)
		case <-rest.C:
			if err = r.commit(); err == nil && !r.due() {
				continue
			}
		}
		rest.Stop()
		return err
	}
	return nil
}

// rest is how long nothing needs to be done by itself: until the index is
// committed or something parked is due. It is bounded, because the wall clock
// may be set, and a machine may sleep, while a timer waits.
func (r *Router) rest() time.Duration {
	if r.db.Pending() > 0 {
		return commitEvery
	}
	rest := time.Minute
	if at, ok := r.nextTimer(); ok {
		rest = min(rest, max(at.Sub(r.now()), time.Millisecond))
	}
	return rest
}

func (r *Router) due() bool {
	at, ok := r.nextTimer()
	return ok && !at.After(r.now())
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

// Applied is how far the index has folded the log.
func (r *Router) Applied() uint64 {
	_, _, dials := r.Position()
	return dials
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

// newWriterID tells one start of a writer from all others.
func newWriterID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("w%x", b)
}
