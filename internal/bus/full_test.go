package bus

import (
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

func TestHealthSaysThatAnExternalStreamIsFull(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	b := open(t, Options{URL: srv.ClientURL()})
	_, js := direct(t, srv.ClientURL())
	limit := func(change func(*jetstream.StreamConfig)) {
		st, err := js.Stream(t.Context(), string(Mentions))
		if err != nil {
			t.Fatal(err)
		}
		c := st.CachedInfo().Config
		c.MaxMsgs, c.MaxBytes = -1, -1
		change(&c)
		if _, err := js.UpdateStream(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, b, Mentions, numbered(Mentions, 0, 5)...)
	for name, change := range map[string]func(*jetstream.StreamConfig){
		"messages": func(c *jetstream.StreamConfig) { c.MaxMsgs = 5 },
		"bytes":    func(c *jetstream.StreamConfig) { c.MaxBytes = int64(state(t, b, Mentions).Bytes) },
	} {
		limit(func(*jetstream.StreamConfig) {})
		if err := b.Health(t.Context()); err != nil {
			t.Fatalf("%s: with room: %v", name, err)
		}
		limit(change)
		wantKind(t, b.Health(t.Context()), directdial.Temporary, ErrFull)
	}
	_, err := b.Publish(t.Context(), Mentions, numbered(Mentions, 5, 1)...)
	wantKind(t, err, directdial.Temporary, ErrFull)
	limit(func(*jetstream.StreamConfig) {})
	wantKind(t, b.Health(t.Context()), directdial.Temporary, ErrFull) // what it said last
	publish(t, b, Mentions, numbered(Mentions, 5, 1)...)
	if err := b.Health(t.Context()); err != nil {
		t.Errorf("after it has taken one: %v", err)
	}
}

func TestARefusalIsBelievedForAMinute(t *testing.T) {
	var r refusals
	now := time.Now()
	r.note(Actions, []result{{seq: 1}, {err: directdial.Errorf(directdial.Temporary, "%w", ErrFull)}}, now)
	if r.of(Mentions, now) != nil || !errors.Is(r.of(Actions, now.Add(59*time.Second)), ErrFull) || r.of(Actions, now.Add(believed)) != nil {
		t.Error(r.of(Mentions, now), r.of(Actions, now))
	}
	r.note(Actions, []result{{err: errors.New("another")}}, now)
	if r.of(Actions, now) == nil {
		t.Error("another error says nothing of room")
	}
}
