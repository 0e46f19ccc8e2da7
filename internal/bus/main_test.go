package bus

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/nats-io/nats-server/v2/server/ats"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"github.com/directdial/directdial"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(elsewhere); dir != "" {
		openHere(dir)
		return
	}
	if dir := os.Getenv(writer); dir != "" {
		writeHere(dir)
		return
	}
	flag.Set("rapid.checks", "20") // each is a log on disk; the command line may ask for more
	ats.Register()                 // see bustest.Clock
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server/ats.Register.func1"))
}

// open opens the embedded log for a test.
func open(t testing.TB, o Options) *Bus {
	t.Helper()
	if o.Dir == "" && o.URL == "" {
		o.Dir = t.TempDir()
	}
	o.Log = zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.WarnLevel)
	b, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// numbered makes n messages for s whose data is their number, from first on.
func numbered(s Stream, first, n int) []Message {
	out := make([]Message, n)
	for i := range out {
		out[i] = Message{Subject: s.prefix() + "test", Data: []byte(strconv.Itoa(first + i))}
	}
	return out
}

// publish publishes and wants it to succeed.
func publish(t testing.TB, b *Bus, s Stream, msgs ...Message) []uint64 {
	t.Helper()
	seqs, err := b.Publish(t.Context(), s, msgs...)
	if err != nil {
		t.Error(err)
	}
	return seqs
}

// all reads a whole stream.
func all(t testing.TB, b *Bus, s Stream) (msgs []*Message) {
	t.Helper()
	err := b.Read(t.Context(), s, "", 0, 1<<62, func(m *Message) error {
		msgs = append(msgs, m)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return msgs
}

// texts are the data of messages.
func texts(msgs []*Message) []string {
	out := make([]string, len(msgs))
	for i, m := range msgs {
		out[i] = string(m.Data)
	}
	return out
}

// wantKind fails unless err is of that kind and wraps cause, if there is one.
func wantKind(t testing.TB, err error, kind directdial.Kind, cause error) {
	t.Helper()
	if err == nil || directdial.KindOf(err) != kind || (cause != nil && !errors.Is(err, cause)) {
		t.Errorf("error %v is %s, want %s wrapping %v", err, directdial.KindOf(err), kind, cause)
	}
}

// state asks for the state of a stream.
func state(t testing.TB, b *Bus, s Stream) State {
	t.Helper()
	st, err := b.State(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

var errEnough = errors.New("enough")

// follow follows until n messages have come, and returns them.
func follow(ctx context.Context, b *Bus, s Stream, from uint64, n int) (msgs []*Message, err error) {
	err = b.Follow(ctx, s, from, nil, func(m *Message) error {
		if msgs = append(msgs, m); len(msgs) == n {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return msgs, nil
	}
	return msgs, fmt.Errorf("after %d messages: %w", len(msgs), err)
}
