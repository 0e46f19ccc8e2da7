package bus

import (
	"errors"
	"testing"

	"github.com/directdial/directdial"
)

// fill publishes until the stream refuses, and returns that error.
func fill(t *testing.T, b *Bus, s Stream, perCall int) (taken int, err error) {
	t.Helper()
	msgs := numbered(s, 0, perCall)
	for i := range msgs {
		msgs[i].Data = make([]byte, 10_000)
	}
	for taken < 10_000 {
		if _, err = b.Publish(t.Context(), s, msgs...); err != nil {
			return taken, err
		}
		taken += perCall
	}
	t.Fatal("it never refuses")
	return 0, nil
}

func TestAFullLogRefusesIntakeFirst(t *testing.T) {
	for _, perCall := range []int{1, 20} {
		b := open(t, Options{MaxStore: 8 << 20})
		taken, err := fill(t, b, Mentions, perCall)
		wantKind(t, err, directdial.Temporary, ErrFull)
		if taken < 500 || taken > 800 {
			t.Errorf("%d messages of 10 kB fit into 8 MiB", taken)
		}
		wantKind(t, b.Health(t.Context()), directdial.Temporary, ErrFull)

		// The router goes on, and so it can make room.
		if n, err := b.Append(t.Context(), Dials, 0, numbered(Dials, 0, 20)); err != nil {
			t.Fatal(n, err)
		}
		if _, err := b.Claim(t.Context(), Actions, Message{Subject: "actions.o1.email.1"}); err != nil {
			t.Fatal(err)
		}
		if err := b.Purge(t.Context(), Mentions, state(t, b, Mentions).Last); err != nil {
			t.Fatal(err)
		}
		publish(t, b, Mentions, numbered(Mentions, 0, perCall)...)
		if err := b.Health(t.Context()); err != nil {
			t.Error(err)
		}

		// The reserve has an end, too, and it is as definite.
		_, err = fill(t, b, Actions, perCall)
		wantKind(t, err, directdial.Temporary, ErrFull)
		big := Message{Subject: "actions.o2.email.1", Data: make([]byte, 500_000)}
		wantKind(t, errOf(b.Claim(t.Context(), Actions, big)), directdial.Temporary, ErrFull)
		wantKind(t, errOf(b.Append(t.Context(), Dials, 20, []Message{{Subject: "dials.test", Data: big.Data}})), directdial.Temporary, ErrFull)
	}
}

func TestAFullStreamOfAClusterIsTemporary(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	b := open(t, Options{URL: srv.ClientURL()})
	_, js := direct(t, srv.ClientURL())
	c := streamConfig(Mentions, 1)
	c.MaxBytes = 1 << 20
	if _, err := js.UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for _, perCall := range []int{1, 20} {
		_, err := fill(t, b, Mentions, perCall)
		wantKind(t, err, directdial.Temporary, ErrFull)
	}
}

func TestRoomIsMeasuredAgainBeforeItIsRefused(t *testing.T) {
	used := int64(0)
	r := &room{dir: t.TempDir(), max: 1000, reserve: 100, used: func() int64 { return used }}
	for _, c := range []struct {
		used   int64
		stream Stream
		n      int
		full   bool
	}{
		{0, Mentions, 450, false}, // 900 of 1000, the reserve is whole
		{0, Mentions, 450, false}, // what was granted is not in use yet: measured again
		{900, Mentions, 1, true},
		{900, Dials, 45, false}, // into the reserve
		{990, Dials, 1, true},
		{500, Mentions, 200, false}, // something was purged
	} {
		used = c.used
		if err := r.take(c.stream, c.n); (err != nil) != c.full || (err != nil && !errors.Is(err, ErrFull)) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	var none *room
	if err := none.take(Mentions, 1<<40); err != nil {
		t.Error(err)
	}
}
