// Package bus is the durable log: four JetStream streams in a NATS server that
// runs inside the process, or in an external cluster.
package bus

import (
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"
)

// Stream is the name of one of the four streams.
type Stream string

// The streams.
const (
	Mentions Stream = "MENTIONS"
	Dials    Stream = "DIALS"
	Actions  Stream = "ACTIONS"
	Sources  Stream = "SOURCES"
)

// What an error of kind Denied wraps.
var (
	ErrStale   = errors.New("the stream has moved on") // of Append
	ErrClaimed = errors.New("already claimed")         // of Claim
)

// Options say where the log is.
type Options struct {
	Dir      string // embedded: store directory
	URL      string // external cluster instead of embedded
	Replicas int    // external: copies of each stream; 0 is 1
	Listen   string // embedded: also listen on host:port; "" is no port
	MaxStore int64  // embedded: bytes; 0 is decided from the disk's free space
	Log      zerolog.Logger
}

// Bus is an open log.
type Bus struct{}

// Message is one message of a stream.
type Message struct {
	Stream  Stream
	Seq     uint64
	Subject string
	Header  map[string]string
	Data    []byte
	Time    time.Time
}

// State is what a stream holds.
type State struct {
	First, Last, Msgs, Bytes uint64
	LastTime                 time.Time
}

var errDraft = errors.New("bus: not built yet")

func Open(ctx context.Context, o Options) (*Bus, error) { return nil, errDraft }

func (b *Bus) Close() error { return errDraft }

func (b *Bus) Publish(ctx context.Context, s Stream, msgs ...Message) ([]uint64, error) {
	return nil, errDraft
}

func (b *Bus) Append(ctx context.Context, s Stream, last uint64, msgs []Message) (n int, err error) {
	return 0, errDraft
}

func (b *Bus) Claim(ctx context.Context, s Stream, m Message) (uint64, error) { return 0, errDraft }

func (b *Bus) Put(ctx context.Context, subject string, data []byte) error { return errDraft }

func (b *Bus) Last(ctx context.Context, s Stream, subject string) (*Message, error) {
	return nil, errDraft
}

func (b *Bus) Get(ctx context.Context, s Stream, seq uint64) (*Message, error) { return nil, errDraft }

func (b *Bus) Follow(ctx context.Context, s Stream, from uint64, caught func(), fn func(*Message) error) error {
	return errDraft
}

func (b *Bus) Read(ctx context.Context, s Stream, subject string, from, to uint64, fn func(*Message) error) error {
	return errDraft
}

func (b *Bus) State(ctx context.Context, s Stream) (State, error) { return State{}, errDraft }

func (b *Bus) Erase(ctx context.Context, s Stream, seq uint64) error { return errDraft }

func (b *Bus) Purge(ctx context.Context, s Stream, before uint64) error { return errDraft }

func (b *Bus) Health(ctx context.Context) error { return errDraft }
