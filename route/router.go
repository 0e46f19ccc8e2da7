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
	// Purge removes all below a sequence.
	Purge(ctx context.Context, s bus.Stream, before uint64) error
	// Erase overwrites one message on the disk; kind NotFound if it is gone.
	Erase(ctx context.Context, s bus.Stream, seq uint64) error
	// Publish puts messages on a stream, durably.
	Publish(ctx context.Context, s bus.Stream, msgs ...bus.Message) ([]uint64, error)
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
	// Erasing is told of mentions before their messages are overwritten; an
	// error puts that off. nil: nobody wants to know.
	Erasing func(mentions []directdial.Key) error
}

// Plan is what a reload of the configuration changes.
type Plan struct {
	Directory *directdial.Directory
	Channels  []string // that are configured
	Classify  Classify
	Retention Retention
}

// Retention is how long something is kept; zero is for ever.
type Retention struct {
	Text   time.Duration // texts and authors, from when a mention came in
	People time.Duration // what a colleague did, by name, from when the dial was closed
	Ledger time.Duration // what became of a mention or a dial, from when it was decided or closed
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
	erasing  func([]directdial.Key) error
	me       string // this writer; "" while Run has not begun
	tookOver bool   // our first step is in the log

	committed time.Time // when the index was committed last
	careAt    time.Time // when it is looked again who must be asked or told something; of turn only
	drawing   drawing   // the sample of the week, while it is drawn; of turn only
	unsampled time.Time // the Monday before which nothing was left that could be missed
	opensAt   time.Time // when the first grant begins to count by itself; of turn only

	directory atomic.Pointer[directory]
	classify  atomic.Pointer[classifier]
	retention atomic.Pointer[Retention]
	verified  string                  // sum of the snapshot that was verified; of retain only
	parts     chan directdial.Event   // of a snapshot, to be written
	partSize  int                     // bytes of a snapshot in one step
	expiring  chan []directdial.Event // found to be past its retention, to be said in the log
	planned   chan struct{}           // a new plan: parked mentions are decided anew, the gate is asked for open dials
	gates     gates                   // of Run only
	since     atomic.Uint64           // steps after this one were decided under the plan in force

	trouble  atomic.Pointer[error] // why the log cannot be written now
	results  results
	heard    heard
	metrics  *metrics
	mu       sync.Mutex
	changed  chan struct{} // closed at each confirmed write
	position meta          // of the last confirmed write
}

type classifier struct{ fn Classify }

// New makes a Router. It does no I/O: call Recover, then Run.
func New(o Options) *Router {
	r := &Router{
		bus: o.Bus, db: o.Index, keys: o.Keys, duty: o.Duty, now: o.Now, log: o.Log, erasing: o.Erasing,
		gates: gates{}, planned: make(chan struct{}, 1), changed: make(chan struct{}), expiring: make(chan []directdial.Event),
		parts: make(chan directdial.Event), partSize: partSize,
	}
	r.metrics = newMetrics(o.Metrics, r)
	r.Configure(o.Plan)
	return r
}

// Configure puts another plan in force for all decisions from now on. What is
// parked is decided anew, and dials whose holders may not keep them go on.
func (r *Router) Configure(p Plan) {
	r.directory.Store(newDirectory(p.Directory, p.Channels, r.duty))
	r.classify.Store(&classifier{p.Classify})
	r.retention.Store(&p.Retention)
	r.planFrom(r.Applied())
	r.replan()
}

// planFrom notes that the plan changed behind a step. Decisions that were under
// way count as made under the one before.
func (r *Router) planFrom(step uint64) {
	r.since.Store(step + maxSteps)
	r.mu.Lock()
	m := r.position
	r.mu.Unlock()
	r.announce(m) // whoever waits for a change looks again
}

// replan has everything that is parked decided anew, and the gate asked for all
// that is open.
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
	var care sync.WaitGroup
	defer care.Wait()
	whileWriter, stop := context.WithCancel(ctx)
	defer stop()
	care.Go(func() { r.wipe(whileWriter) })
	care.Go(func() { r.retain(whileWriter) })
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
		r.trouble.Store(&err)
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
			// Perhaps parked mentions were being decided anew when it failed, or
			// somebody was about to be told something.
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

// Trouble is why the router cannot write the log at this moment, nil if it can.
func (r *Router) Trouble() error {
	if err := r.trouble.Load(); err != nil {
		return *err
	}
	return nil
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
