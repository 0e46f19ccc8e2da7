package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/rs/zerolog"
	"golang.org/x/mod/semver"

	"github.com/directdial/directdial"
)

// Stream is the name of one of the four streams.
type Stream string

// The streams.
const (
	Mentions Stream = "MENTIONS" // mentions.<platform>.<source>: what was heard
	Dials    Stream = "DIALS"    // dials.<event>.<tag>.<topic>: the steps of the router
	Actions  Stream = "ACTIONS"  // actions.>: claims and outcomes, what people did, what sources report
	Sources  Stream = "SOURCES"  // sources.<name>: the last state of each source
)

// What errors wrap, so that a caller can tell them apart.
var (
	ErrStale   = errors.New("the stream has moved on")          // Append, Denied
	ErrClaimed = errors.New("the subject is taken")             // Claim, Denied
	ErrHeld    = errors.New("another directdial holds the log") // Open, Temporary
	ErrFull    = errors.New("the log is full")                  // every write, Temporary
)

// answerWithin is how long a write waits for its answer before it counts as
// lost. It bounds a hanging disk, not a slow one.
const answerWithin = 10 * time.Second

// requestWithin bounds every other request whose context has no deadline.
const requestWithin = 5 * time.Second

// Options say where the log is.
type Options struct {
	Dir      string // embedded: the store directory; made when missing
	URL      string // an external cluster instead of the embedded server: nats://host:port, several with commas
	Replicas int    // external: copies of each stream; 0 leaves them as they are, 1 for new ones
	Listen   string // embedded: also listen on host:port, without authentication; "" is no port
	MaxStore int64  // embedded: bytes that the log may take; 0 is three quarters of what is free or taken by it already
	Log      zerolog.Logger

	syncLater bool // embedded: do not sync each write; of Restore only
}

// Bus is an open log. Its methods may be called from many goroutines.
type Bus struct {
	log      zerolog.Logger
	nc       *nats.Conn
	ncClosed chan struct{} // closed with nc
	js       jetstream.JetStream
	srv      *server.Server // nil: external
	lock     *dirLock       // nil: external
	room     *room          // nil: external
	refuse   func(error)    // is told that the user of nc lacks a right

	streams map[Stream]jetstream.Stream // for requests; their cached info is never looked at
	lanes   map[Stream]*lane

	refusals refusals // external

	close  sync.Once
	closed error // of Close
}

// Message is one message of a stream. To publish one, Subject, Header and Data
// are set; the rest is what the stream says of it. Header holds no "Nats-" keys.
type Message struct {
	Stream  Stream
	Seq     uint64
	Subject string
	Header  map[string]string
	Data    []byte
	Time    time.Time
}

// Open opens the log: it starts the embedded server in o.Dir or connects to
// o.URL, makes the streams that are missing, and changes those that differ
// from what this package needs. Errors: Invalid for bad options and for servers
// that are too old; Denied when the user lacks a right; Temporary when the
// cluster cannot be reached or, wrapping ErrHeld, when another process has
// opened Dir.
func Open(ctx context.Context, o Options) (*Bus, error) {
	b := &Bus{log: o.Log, streams: map[Stream]jetstream.Stream{}, lanes: map[Stream]*lane{}}
	ctx, stop := b.whilePermitted(ctx)
	defer stop()
	if err := b.open(ctx, o); err != nil {
		return nil, errors.Join(advised(forbidden(ctx, err)), b.Close())
	}
	return b, nil
}

// everyStream are the streams, in the order in which they are made.
var everyStream = []Stream{Mentions, Dials, Actions, Sources}

func (b *Bus) open(ctx context.Context, o Options) (err error) {
	if err := b.reach(ctx, o); err != nil {
		return err
	}
	for _, s := range everyStream {
		if b.streams[s], err = b.ensureLed(ctx, streamConfig(s, o.Replicas)); err != nil {
			return err
		}
		b.lanes[s] = startLane(b, s)
	}
	return b.mayWrite(ctx)
}

// reach starts the embedded server or connects to the cluster.
func (b *Bus) reach(ctx context.Context, o Options) (err error) {
	switch {
	case o.URL != "":
		err = b.connect(o)
	case o.Dir == "":
		// The server would silently use the system's temporary directory.
		err = directdial.Errorf(directdial.Invalid, "the log needs a directory or the URL of a cluster")
	default:
		err = b.embed(ctx, o)
	}
	if err != nil {
		return err
	}
	if size := b.nc.MaxPayload(); size < maxPayload {
		return directdial.Errorf(directdial.Invalid, "%w: at most %d bytes", errSmall, size)
	}
	if v := b.version(); !semver.IsValid(v) || semver.Compare(v, oldest) < 0 {
		return directdial.Errorf(directdial.Invalid, "%w: version %s cannot publish batches atomically", errOld, v)
	}
	b.js, err = jetstream.New(b.nc,
		jetstream.WithPublishAsyncTimeout(answerWithin), jetstream.WithDefaultTimeout(requestWithin))
	if err != nil {
		return fmt.Errorf("opening JetStream: %w", err)
	}
	return nil
}

// Close writes what is waiting, then closes the connection and the embedded
// server, and returns when all of it has ended. Later calls are Gone.
func (b *Bus) Close() error {
	b.close.Do(func() {
		for _, l := range b.lanes {
			l.stop()
		}
		b.hangUp()
		if b.srv != nil {
			b.srv.Shutdown()
			b.srv.WaitForShutdown() // without the wait the store may be cut off
		}
		if b.lock != nil {
			b.closed = b.lock.release()
		}
	})
	return b.closed
}

// Health says whether the log can be written: nil, or what is wrong, which wraps
// ErrFull where there is no room. A write error of the embedded store stays until
// the process starts again.
func (b *Bus) Health(ctx context.Context) error {
	if !b.nc.IsConnected() {
		return directdial.Errorf(directdial.Temporary, "no connection to NATS: %s", b.nc.Status())
	}
	if b.srv != nil {
		if h := b.srv.Healthz(nil); h.StatusCode != 200 {
			return directdial.Errorf(directdial.Internal, "the log cannot be written: %s; start directdial again", h.Error)
		}
		return b.room.has(Mentions, MaxMessage)
	}
	for _, s := range everyStream {
		if err := b.takes(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
