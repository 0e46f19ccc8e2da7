package bus

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

func TestAppendContinuesTheStream(t *testing.T) {
	b := open(t, Options{})
	last := 0
	for _, n := range []int{0, 1, 7, 8, 1000, 2500} {
		k, err := b.Append(t.Context(), Dials, uint64(last), numbered(Dials, last, n))
		if k != n || err != nil {
			t.Fatalf("%d of %d were appended: %v", k, n, err)
		}
		last += n
	}
	for i, text := range texts(all(t, b, Dials)) {
		if text != strconv.Itoa(i) {
			t.Fatalf("message %d is %s", i, text)
		}
	}
	singles, sizes := batches(t, b.js, Dials)
	if singles != 8 || !slices.Equal(sizes, []int{8, 1000, 1000, 1000, 500}) {
		t.Errorf("%d singles and batches of %v", singles, sizes)
	}
}

func TestAStaleWriterIsRefused(t *testing.T) {
	b := open(t, Options{})
	publish(t, b, Dials, numbered(Dials, 0, 3)...)
	for _, last := range []uint64{0, 2, 4} {
		for _, n := range []int{1, 7, 8, 1000} {
			k, err := b.Append(t.Context(), Dials, last, numbered(Dials, 0, n))
			if k != 0 {
				t.Errorf("%d of %d were appended after %d", k, n, last)
			}
			wantKind(t, err, directdial.Denied, ErrStale)
		}
	}
	if n := state(t, b, Dials).Last; n != 3 {
		t.Errorf("the stream ends at %d", n)
	}
}

func TestOfTwoWritersThatRaceOnlyOneWritesAtATime(t *testing.T) {
	b := open(t, Options{})
	const rounds = 60
	write := func(name string) (wrote int, err error) {
		for range rounds {
			st, err := b.State(t.Context(), Dials)
			if err != nil {
				return wrote, err
			}
			msgs := numbered(Dials, 0, 1+wrote%12) // singles and batches
			for i := range msgs {
				msgs[i].Data = []byte(name + strconv.Itoa(wrote+i))
			}
			n, err := b.Append(t.Context(), Dials, st.Last, msgs)
			if wrote += n; err != nil && !errors.Is(err, ErrStale) {
				return wrote, err
			}
		}
		return wrote, nil
	}
	var writers sync.WaitGroup
	wrote := map[string]int{"a": 0, "b": 0}
	var mu sync.Mutex
	for _, name := range []string{"a", "b"} {
		writers.Go(func() {
			n, err := write(name)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			wrote[name] = n
		})
	}
	writers.Wait()
	got := map[string]int{}
	for _, text := range texts(all(t, b, Dials)) {
		name := text[:1]
		if text != name+strconv.Itoa(got[name]) {
			t.Fatalf("%s follows %d messages of %s", text, got[name], name)
		}
		got[name]++
	}
	if got["a"] != wrote["a"] || got["b"] != wrote["b"] || got["a"]+got["b"] == 0 {
		t.Errorf("they wrote %v, the stream has %v", wrote, got)
	}
}

// A write whose answer is lost may be in the stream. The fence resolves it:
// after a look at the end, nothing is written twice and nothing is missing.
func TestALostAnswerIsResolvedAtTheEndOfTheStream(t *testing.T) {
	for _, n := range []int{1, 5, 100} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			srv := serve(t, t.TempDir(), -1)
			w := newWire(t, srv)
			b := open(t, Options{URL: w.url()})
			_, js := direct(t, srv.ClientURL())

			msgs := numbered(Dials, 0, n+1)
			w.hold()
			errs := make(chan error)
			go func() {
				k, err := b.Append(t.Context(), Dials, 0, msgs[:n])
				if k != 0 {
					t.Errorf("%d are known to be in the stream", k)
				}
				errs <- err
			}()
			in := uint64(n) // as one batch, or
			if n < batchFrom {
				in = 1 // singly, and the next is not sent
			}
			eventually(t, "they are in", func() bool { return lastSeq(t, js, Dials) == in })
			w.cut()
			wantKind(t, <-errs, directdial.Ambiguous, nil)

			eventually(t, "it is connected again", func() bool { return b.Health(t.Context()) == nil })
			// Not looking is refused.
			_, err := b.Append(t.Context(), Dials, 0, msgs)
			wantKind(t, err, directdial.Denied, ErrStale)
			st := state(t, b, Dials)
			if k, err := b.Append(t.Context(), Dials, st.Last, msgs[st.Last:]); err != nil || k != n+1-int(st.Last) {
				t.Fatal(k, err)
			}
			if got := texts(all(t, b, Dials)); !slices.Equal(got, texts(ptrs(msgs))) {
				t.Errorf("the stream has %v", got)
			}
		})
	}
}

func TestAnAnswerThatIsNotAwaitedIsAmbiguous(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	w := newWire(t, srv)
	b := open(t, Options{URL: w.url()})
	_, js := direct(t, srv.ClientURL())
	ctx, leave := context.WithCancel(t.Context())
	w.hold()
	errs := make(chan error)
	go func() { errs <- errOf(b.Append(ctx, Dials, 0, numbered(Dials, 0, 1))) }()
	eventually(t, "it is in", func() bool { return lastSeq(t, js, Dials) == 1 })
	leave()
	wantKind(t, <-errs, directdial.Ambiguous, context.Canceled)
	// Before it is sent, an end is definite.
	wantKind(t, errOf(b.Append(ctx, Dials, 1, numbered(Dials, 0, 1))), directdial.Temporary, context.Canceled)
	w.release()
}

func TestAppendSaysHowManyAreInWhenAnotherWriterComesBetween(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	w := newWire(t, srv)
	b := open(t, Options{URL: w.url()})
	nc, js := direct(t, srv.ClientURL())
	w.hold()
	type outcome struct {
		n   int
		err error
	}
	done := make(chan outcome)
	go func() {
		n, err := b.Append(t.Context(), Dials, 0, numbered(Dials, 0, 1500))
		done <- outcome{n, err}
	}()
	eventually(t, "the first batch is in", func() bool { return lastSeq(t, js, Dials) == 1000 })
	if _, err := nc.Request("dials.test", []byte("intruder"), requestWithin); err != nil {
		t.Fatal(err)
	}
	w.release()
	got := <-done
	wantKind(t, got.err, directdial.Denied, ErrStale)
	if got.n != 1000 || state(t, b, Dials).Last != 1001 {
		t.Errorf("%d are said to be in, the stream ends at %d", got.n, state(t, b, Dials).Last)
	}
}

func TestAClaimIsGivenOnce(t *testing.T) {
	b := open(t, Options{})
	claim := Message{Subject: "actions.o1.email.1", Data: []byte("claim")}
	seq, err := b.Claim(t.Context(), Actions, claim)
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Claim(t.Context(), Actions, claim)
	wantKind(t, err, directdial.Denied, ErrClaimed)
	// What follows under the subject does not open it again.
	publish(t, b, Actions, Message{Subject: claim.Subject, Data: []byte("later")})
	_, err = b.Claim(t.Context(), Actions, claim)
	wantKind(t, err, directdial.Denied, ErrClaimed)
	if m, err := b.Get(t.Context(), Actions, seq); err != nil || string(m.Data) != "claim" || m.Header != nil {
		t.Error(m, err)
	}
	wantKind(t, errOf(b.Claim(t.Context(), Actions, Message{Subject: "actions.>"})), directdial.Invalid, nil)
}

func TestOfManyClaimsAtOnceOneIsGiven(t *testing.T) {
	b := open(t, Options{})
	var claimers sync.WaitGroup
	given := make(chan uint64, 20)
	for range cap(given) {
		claimers.Go(func() {
			switch seq, err := b.Claim(t.Context(), Actions, Message{Subject: "actions.o1.email.1"}); {
			case err == nil:
				given <- seq
			case !errors.Is(err, ErrClaimed):
				t.Error(err)
			}
		})
	}
	claimers.Wait()
	if len(given) != 1 || state(t, b, Actions).Msgs != 1 {
		t.Errorf("%d claims were given, %d are there", len(given), state(t, b, Actions).Msgs)
	}
}

// This is how the server treats a fence in a batch, on which Append relies: the
// first message may carry one, checked against the stream before the batch; a
// second one, even a true one, refuses the batch whole.
func TestTheServerTakesOneFencePerBatch(t *testing.T) {
	b := open(t, Options{})
	try := func(fences map[int]string) error {
		id := nats.NewInbox()
		for i := 1; i <= 10; i++ {
			m := &nats.Msg{Subject: "dials.test", Header: nats.Header{batchID: {id}, batchSeq: {strconv.Itoa(i)}}}
			if f, ok := fences[i]; ok {
				m.Header.Set(jetstream.ExpectedLastSeqHeader, f)
			}
			if i == 10 {
				m.Header.Set(batchCommit, "1")
				_, err := b.js.PublishMsg(t.Context(), m)
				return refused(err)
			}
			if err := b.nc.PublishMsg(m); err != nil {
				return err
			}
		}
		return nil
	}
	wantKind(t, try(map[int]string{1: "1"}), directdial.Denied, ErrStale)
	wantKind(t, try(map[int]string{1: "0", 2: "1"}), directdial.Denied, ErrStale)
	wantKind(t, try(map[int]string{2: "0"}), directdial.Denied, ErrStale)
	if n := state(t, b, Dials).Last; n != 0 {
		t.Fatalf("%d messages of refused batches are in the stream", n)
	}
	if err := try(map[int]string{1: "0"}); err != nil || state(t, b, Dials).Last != 10 {
		t.Errorf("the stream ends at %d: %v", state(t, b, Dials).Last, err)
	}
}

func ptrs(msgs []Message) []*Message {
	out := make([]*Message, len(msgs))
	for i := range msgs {
		out[i] = &msgs[i]
	}
	return out
}
