package route

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// tester is a test, or a case of a property.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// exchange is a router on the real log and the real index, in a bubble of
// testing/synctest: settle returns when everything that waits is decided, and
// days pass at once.
type exchange struct {
	t       tester
	dir     string
	opened  int
	bus     *bus.Bus
	through func(*bus.Bus) Log // what the router sees of the log
	db      *index.DB
	keys    *directdial.Keyer
	router  *Router
	plan    Plan
	plans   []planned // in force from which step on
	said    map[directdial.Key]directdial.Mention

	cancel context.CancelFunc
	ended  chan error
	acts   int
}

type planned struct {
	from uint64
	*directdial.Directory
}

// inBubble runs a test with an exchange at ten o'clock, and checks at its end
// what must hold always.
func inBubble(t *testing.T, d *directdial.Directory, f func(t *testing.T, x *exchange)) {
	t.Helper()
	damagedInBubble(t, d, func(t *testing.T, x *exchange) {
		f(t, x)
		x.check()
	})
}

// damagedInBubble is inBubble for what breaks something that must hold.
func damagedInBubble(t *testing.T, d *directdial.Directory, f func(t *testing.T, x *exchange)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		x := newExchange(t, t.TempDir(), d)
		defer x.close()
		x.start()
		f(t, x)
	})
}

func newExchange(t tester, dir string, d *directdial.Directory) *exchange {
	keys, err := directdial.NewKeyer(make([]byte, directdial.KeySize))
	if err != nil {
		t.Fatalf("%v", err)
	}
	now := time.Now()
	time.Sleep(now.Truncate(24*time.Hour).Add(34*time.Hour).Sub(now) % (24 * time.Hour))
	x := &exchange{
		t: t, dir: dir, keys: keys, said: map[directdial.Key]directdial.Mention{},
		plan: Plan{Directory: d, Channels: []string{"email", "slack", "terminal"}, Classify: testClassify},
	}
	x.plans = []planned{{0, d}}
	x.openBus()
	x.openIndex()
	return x
}

func (x *exchange) openBus() {
	b, err := bus.Open(context.Background(), bus.Options{Dir: filepath.Join(x.dir, "nats"), Log: zerolog.Nop()})
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	x.bus = b
}

func (x *exchange) openIndex() {
	db, err := index.Open(x.indexPath(), Buckets()...)
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	x.db = db
}

func (x *exchange) indexPath() string { return filepath.Join(x.dir, "index.db") }

// newRouter makes a router on the log with an index.
func (x *exchange) newRouter(db *index.DB) *Router {
	var log Log = x.bus
	if x.through != nil {
		log = x.through(x.bus)
	}
	return New(Options{
		Bus: log, Index: db, Keys: x.keys, Duty: testDuty, Now: time.Now, Log: zerolog.Nop(), Plan: x.plan,
	})
}

// start starts the router and returns when it has nothing to do.
func (x *exchange) start() {
	x.t.Helper()
	x.router = x.newRouter(x.db)
	if err := x.router.Recover(context.Background()); err != nil {
		x.t.Fatalf("%v", err)
	}
	x.run()
	x.settle()
}

func (x *exchange) run() {
	ctx, cancel := context.WithCancel(context.Background())
	x.cancel, x.ended = cancel, make(chan error, 1)
	router, ended := x.router, x.ended
	go func() { ended <- router.Run(ctx) }()
}

// stop stops the router as at SIGTERM and returns what Run returned.
func (x *exchange) stop() error {
	if x.cancel == nil {
		return nil
	}
	x.cancel()
	x.cancel = nil
	return <-x.ended
}

// crash forgets what the index has not on disk, as a kill does.
func (x *exchange) crash() {
	x.t.Helper()
	_ = x.db.Close()
	_ = x.stop() // its last commit fails: the index is gone
	_ = x.bus.Close()
	x.openBus()
	x.openIndex()
}

// restart stops everything and starts it again.
func (x *exchange) restart() {
	x.t.Helper()
	if err := x.stop(); err != nil {
		x.t.Errorf("stop: %v", err)
	}
	if err := errors.Join(x.db.Close(), x.bus.Close()); err != nil {
		x.t.Errorf("close: %v", err)
	}
	x.openBus()
	x.openIndex()
	x.start()
}

func (x *exchange) close() {
	_ = x.stop()
	_ = x.db.Close()
	_ = x.bus.Close()
	time.Sleep(time.Second) // in which the server's last goroutines see that it is closed
}

// settle returns when the router, and all others, wait for something.
func (x *exchange) settle() {
	x.t.Helper()
	synctest.Wait()
	select {
	case err := <-x.ended:
		x.cancel = nil
		x.t.Fatalf("the router has ended: %v", err)
	default:
	}
}

// configure puts another directory in force.
func (x *exchange) configure(d *directdial.Directory) {
	x.t.Helper()
	x.settle()
	x.plan.Directory = d
	x.plans = append(x.plans, planned{x.router.Applied() + 1, d})
	x.router.Configure(x.plan)
	x.settle()
}

// hear publishes a mention as the ingest runner does, and returns its key. What
// is left out is filled in.
func (x *exchange) hear(m directdial.Mention) directdial.Key {
	x.t.Helper()
	key := x.post(m)
	x.settle()
	return key
}

func (x *exchange) post(m directdial.Mention) directdial.Key {
	x.t.Helper()
	if m.Platform == "" {
		m.Platform = "mastodon"
	}
	if m.Source == "" {
		m.Source = "crm"
	}
	m.V, m.AcceptedAt = directdial.MentionVersion, directdial.Clock(time.Now())
	key := x.keys.Mention(m.Platform, m.ID)
	x.said[key] = m
	x.publish(bus.Mentions, bus.Message{
		Subject: "mentions." + m.Platform + "." + m.Source, Data: encode(m),
		Header: map[string]string{directdial.HeaderMention: string(key)},
	})
	return key
}

func (x *exchange) publish(s bus.Stream, m bus.Message) uint64 {
	x.t.Helper()
	seqs, err := x.bus.Publish(context.Background(), s, m)
	if err != nil {
		x.t.Fatalf("publish to %s: %v", s, err)
	}
	return seqs[0]
}

// do publishes an action and returns the events that answer it.
func (x *exchange) do(a directdial.Action) []directdial.Event {
	x.t.Helper()
	before := x.router.Applied()
	x.send(a)
	x.settle()
	return x.eventsAfter(before)
}

func (x *exchange) send(a directdial.Action) {
	x.t.Helper()
	x.sendAt(a, time.Now())
}

func (x *exchange) sendAt(a directdial.Action, at time.Time) {
	x.t.Helper()
	x.acts++
	if a.ID == "" {
		a.ID = "a" + strconv.Itoa(x.acts)
	}
	if a.V == 0 {
		a.V = directdial.ActionVersion
	}
	a.At = directdial.Clock(at)
	x.publish(bus.Actions, bus.Message{Subject: "actions.test." + strconv.Itoa(x.acts), Data: encode(a)})
}

// refusedWith does something that must change nothing, and says why.
func (x *exchange) refusedWith(a directdial.Action) directdial.Reason {
	x.t.Helper()
	events := x.do(a)
	if len(events) != 1 || events[0].Kind != directdial.EvRefused {
		x.t.Fatalf("%s by %q led to %v, want a refusal", a.Kind, a.By, kinds(events))
	}
	return events[0].Reason
}
