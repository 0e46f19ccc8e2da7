package bus

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

func TestFollowGoesOnOverARestartOfTheServer(t *testing.T) {
	dir := t.TempDir()
	srv := serve(t, dir, -1)
	port := srv.Addr().(*net.TCPAddr).Port
	b := open(t, Options{URL: srv.ClientURL()})
	publish(t, b, Mentions, numbered(Mentions, 0, 3000)...)

	var seen atomic.Int64
	var msgs []*Message
	done := make(chan error)
	go func() {
		done <- b.Follow(t.Context(), Mentions, 1, nil, func(m *Message) error {
			if msgs = append(msgs, m); len(msgs) == 3100 {
				return errEnough
			}
			seen.Store(int64(len(msgs)))
			return nil
		})
	}()
	eventually(t, "it is under way", func() bool { return seen.Load() > 100 })
	srv.Shutdown()
	srv.WaitForShutdown()
	serve(t, dir, port)
	eventually(t, "it is connected again", func() bool { return b.Health(t.Context()) == nil })
	for i := range 10 {
		publish(t, b, Mentions, numbered(Mentions, 3000+10*i, 10)...)
	}
	if err := <-done; !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	wantNumbers(t, msgs, 0, 3099)
}

// What is on its way when a connection breaks must come again, also when it was
// the last there is.
func TestFollowMissesNothingWhenItsConnectionIsCut(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	w := newWire(t, srv)
	b := open(t, Options{URL: w.url()})
	_, js := direct(t, srv.ClientURL())
	caught := make(chan bool)
	got := make(chan string, 100)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- b.Follow(ctx, Actions, 1, func() { close(caught) }, func(m *Message) error {
			got <- string(m.Data)
			return nil
		})
	}()
	<-caught
	for i := range 5 {
		w.hold()
		text := strconv.Itoa(i)
		if _, err := js.Publish(t.Context(), "actions.test", []byte(text)); err != nil {
			t.Fatal(err)
		}
		w.cut()
		if g := <-got; g != text {
			t.Errorf("got %s, want %s", g, text)
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || len(got) != 0 {
		t.Errorf("%d more messages: %v", len(got), err)
	}
}

// A consumer can vanish while the connection stands.
func TestFollowGoesOnWithoutItsConsumer(t *testing.T) {
	b := open(t, Options{})
	publish(t, b, Actions, numbered(Actions, 0, 10)...)
	var msgs []*Message
	err := b.Follow(t.Context(), Actions, 1, func() {
		for name := range consumers(t, b, Actions).Name() {
			if err := b.js.DeleteConsumer(t.Context(), string(Actions), name); err != nil {
				t.Error(err)
			}
		}
		publish(t, b, Actions, numbered(Actions, 10, 10)...)
	}, func(m *Message) error {
		if msgs = append(msgs, m); len(msgs) == 20 {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
	wantNumbers(t, msgs, 0, 19)
}

func consumers(t *testing.T, b *Bus, s Stream) jetstream.ConsumerNameLister {
	t.Helper()
	st, err := b.js.Stream(t.Context(), string(s))
	if err != nil {
		t.Fatal(err)
	}
	return st.ConsumerNames(t.Context())
}

func TestReadersLeaveNoConsumersBehind(t *testing.T) {
	b := open(t, Options{})
	publish(t, b, Mentions, numbered(Mentions, 0, 100)...)
	for range 5 {
		all(t, b, Mentions)
		if _, err := follow(t.Context(), b, Mentions, 1, 50); err != nil {
			t.Fatal(err)
		}
	}
	for name := range consumers(t, b, Mentions).Name() {
		t.Error("left:", name)
	}
}

// A consumer without acknowledgements never sends a message again. Whatever
// became of one, the leader has it, and an idle reader asks.
func TestAnIdleReaderFindsOutThatItMissedAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, Options{})
		var got []string
		caught, done := make(chan bool), make(chan error)
		go func() {
			done <- b.Follow(t.Context(), Actions, 1, func() { close(caught) }, func(m *Message) error {
				if got = append(got, string(m.Data)); len(got) == 3 {
					return errEnough
				}
				return nil
			})
		}()
		<-caught
		// Another reader of the same consumer takes one of the first two.
		for name := range consumers(t, b, Actions).Name() {
			c, err := b.js.Consumer(t.Context(), string(Actions), name)
			if err != nil {
				t.Fatal(err)
			}
			stolen, err := c.Fetch(1)
			if err != nil {
				t.Fatal(err)
			}
			publish(t, b, Actions, numbered(Actions, 0, 2)...)
			if <-stolen.Messages() == nil {
				t.Fatal("nothing was taken away:", stolen.Error())
			}
		}
		time.Sleep(2 * waitEmbedded)
		publish(t, b, Actions, numbered(Actions, 2, 1)...)
		if err := <-done; !errors.Is(err, errEnough) || !slices.Equal(got, []string{"0", "1", "2"}) {
			t.Errorf("got %v: %v", got, err)
		}
	})
}
