package bus

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/directdial/directdial"
)

func TestManyMessagesGoAsBatchesAndFewSingly(t *testing.T) {
	for _, c := range []struct {
		n, singles int
		batches    []int
	}{
		{1, 1, nil},
		{7, 7, nil},
		{8, 0, []int{8}},
		{1000, 0, []int{1000}},
		{1001, 1, []int{1000}},
		{2500, 0, []int{1000, 1000, 500}},
	} {
		t.Run(strconv.Itoa(c.n), func(t *testing.T) {
			b := open(t, Options{})
			msgs := numbered(Mentions, 0, c.n)
			seqs := publish(t, b, Mentions, msgs...)
			for i, m := range all(t, b, Mentions) {
				if m.Seq != seqs[i] || string(m.Data) != strconv.Itoa(i) {
					t.Fatalf("message %d has sequence %d and data %s, want %d", i, m.Seq, m.Data, seqs[i])
				}
			}
			if singles, sizes := batches(t, b.js, Mentions); singles != c.singles || !slices.Equal(sizes, c.batches) {
				t.Errorf("%d singles and batches of %v, want %d and %v", singles, sizes, c.singles, c.batches)
			}
		})
	}
}

func TestBatchesAreBoundedInBytes(t *testing.T) {
	b := open(t, Options{})
	msgs := numbered(Mentions, 0, 20)
	for i := range msgs {
		msgs[i].Data = bytes.Repeat([]byte{'x'}, 1_000_000)
	}
	publish(t, b, Mentions, msgs...)
	// Eight of them fit into batchBytes.
	if singles, sizes := batches(t, b.js, Mentions); singles != 4 || !slices.Equal(sizes, []int{8, 8}) {
		t.Errorf("%d singles and batches of %v", singles, sizes)
	}
}

// gathered holds up the answer to one message, has n callers publish one more
// each in the meantime, and returns the server to look at.
func gathered(t *testing.T, n int) (b *Bus, singles int, sizes []int) {
	srv := serve(t, t.TempDir(), -1)
	w := newWire(t, srv)
	b = open(t, Options{URL: w.url()})
	_, js := direct(t, srv.ClientURL())

	var callers sync.WaitGroup
	w.hold()
	callers.Go(func() { publish(t, b, Mentions, numbered(Mentions, 0, 1)...) })
	eventually(t, "the first one is under way", func() bool { return lastSeq(t, js, Mentions) == 1 })
	for i := range n {
		callers.Go(func() { publish(t, b, Mentions, numbered(Mentions, 1+i, 1)...) })
	}
	l := b.lanes[Mentions]
	eventually(t, "the others wait", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.queue) == n
	})
	w.release()
	callers.Wait()
	singles, sizes = batches(t, js, Mentions)
	return b, singles, sizes
}

func TestWhatWaitsWhileOneWriteIsUnderWayGoesOutTogether(t *testing.T) {
	t.Run("few", func(t *testing.T) {
		if _, singles, sizes := gathered(t, 7); singles != 8 || len(sizes) != 0 {
			t.Errorf("%d singles and batches of %v", singles, sizes)
		}
	})
	t.Run("many", func(t *testing.T) {
		b, singles, sizes := gathered(t, 40)
		if singles != 1 || !slices.Equal(sizes, []int{40}) {
			t.Errorf("%d singles and batches of %v", singles, sizes)
		}
		seen := map[string]bool{}
		for _, text := range texts(all(t, b, Mentions)) {
			seen[text] = true
		}
		if len(seen) != 41 {
			t.Errorf("%d of 41 messages are there", len(seen))
		}
	})
}

func TestABadMessageIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	b := open(t, Options{})
	good := Message{Subject: "mentions.test", Data: []byte("good")}
	large := string(bytes.Repeat([]byte{'x'}, 100<<10))
	for name, bad := range map[string]Message{
		"too large":            {Subject: "mentions.test", Data: make([]byte, MaxMessage)},
		"header too large":     {Subject: "mentions.test", Header: map[string]string{"A": large}},
		"subject too large":    {Subject: "mentions." + large},
		"of another stream":    {Subject: "dials.test"},
		"no subject":           {},
		"prefix only":          {Subject: "mentions."},
		"empty token":          {Subject: "mentions.a..b"},
		"wildcard":             {Subject: "mentions.*"},
		"wildcard at the end":  {Subject: "mentions.a.>"},
		"space":                {Subject: "mentions.a b"},
		"line":                 {Subject: "mentions.a\r\nPUB x 0"},
		"invalid UTF-8":        {Subject: "mentions.\xff"},
		"reserved header":      {Subject: "mentions.test", Header: map[string]string{"nats-msg-id": "1"}},
		"header without name":  {Subject: "mentions.test", Header: map[string]string{"": "1"}},
		"header with a colon":  {Subject: "mentions.test", Header: map[string]string{"a:b": "1"}},
		"header with a line":   {Subject: "mentions.test", Header: map[string]string{"a": "1\r\nNats-Rollup: all"}},
		"header with an end":   {Subject: "mentions.test", Header: map[string]string{"a": " 1"}},
		"header name of bytes": {Subject: "mentions.test", Header: map[string]string{"ä": "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.Publish(t.Context(), Mentions, good, bad, good)
			wantKind(t, err, directdial.Invalid, nil)
			if n := state(t, b, Mentions).Last; n != 0 {
				t.Errorf("%d messages were written", n)
			}
		})
	}
	_, err := b.Publish(t.Context(), Sources, Message{Subject: "sources.a.b"})
	wantKind(t, err, directdial.Invalid, nil)
}

func TestAnOversizedMessageSpoilsNobodyElse(t *testing.T) {
	b := open(t, Options{})
	var callers sync.WaitGroup
	for i := range 50 {
		callers.Go(func() {
			m := numbered(Mentions, i, 1)
			if i%10 == 0 {
				m[0].Data = make([]byte, MaxMessage)
			}
			if _, err := b.Publish(t.Context(), Mentions, m...); (err != nil) != (i%10 == 0) {
				t.Errorf("message %d: %v", i, err)
			}
		})
	}
	callers.Wait()
	if n := state(t, b, Mentions).Msgs; n != 45 {
		t.Errorf("%d messages are there, want 45", n)
	}
}

func TestTheLargestMessageIsTakenSinglyAndInABatch(t *testing.T) {
	b := open(t, Options{})
	m := Message{Subject: "mentions.test", Header: map[string]string{"Key": "value"}}
	m.Data = make([]byte, MaxMessage-len(m.Subject)-headerSize("Key", "value"))
	publish(t, b, Mentions, m)
	publish(t, b, Mentions, slices.Repeat([]Message{m}, batchFrom)...)
	wantKind(t, errOf(b.Publish(t.Context(), Mentions, Message{Subject: m.Subject, Header: m.Header, Data: make([]byte, len(m.Data)+1)})), directdial.Invalid, nil)
}

func errOf(_ any, err error) error { return err }

func TestWhenNoBatchIsPossibleMessagesGoSingly(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	b := open(t, Options{URL: srv.ClientURL()})
	nc, js := direct(t, srv.ClientURL())
	// Batches that broke off take all the places of the stream.
	for i := range 50 {
		m := nats.NewMsg("mentions.test")
		m.Header.Set(batchID, fmt.Sprint("broken", i))
		m.Header.Set(batchSeq, "1")
		if _, err := nc.RequestMsg(m, requestWithin); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, b, Mentions, numbered(Mentions, 0, 20)...)
	if singles, sizes := batches(t, js, Mentions); singles != 20 || len(sizes) != 0 {
		t.Errorf("%d singles and batches of %v", singles, sizes)
	}
	// With a fence it is the same.
	if n, err := b.Append(t.Context(), Dials, 0, numbered(Dials, 0, 20)); n != 20 || err != nil {
		t.Errorf("%d steps were appended: %v", n, err)
	}
}

func TestWhoeverLeavesKnowsWhatMayHaveHappened(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	w := newWire(t, srv)
	b := open(t, Options{URL: w.url()})
	_, js := direct(t, srv.ClientURL())
	ctx, leave := context.WithCancel(t.Context())

	var callers sync.WaitGroup
	w.hold()
	callers.Go(func() {
		_, err := b.Publish(ctx, Mentions, numbered(Mentions, 0, 1)...)
		wantKind(t, err, directdial.Ambiguous, context.Canceled)
	})
	eventually(t, "the first one is under way", func() bool { return lastSeq(t, js, Mentions) == 1 })
	callers.Go(func() {
		_, err := b.Publish(ctx, Mentions, numbered(Mentions, 1, 1)...)
		wantKind(t, err, directdial.Temporary, context.Canceled)
	})
	l := b.lanes[Mentions]
	eventually(t, "the second one waits", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.queue) == 1
	})
	leave()
	callers.Wait()
	w.release()
	publish(t, b, Mentions, numbered(Mentions, 2, 1)...)
	if got := texts(all(t, b, Mentions)); !slices.Equal(got, []string{"0", "2"}) {
		t.Errorf("the stream has %v", got)
	}
}

func TestALostAnswerIsAmbiguousForAllWhoShareTheWrite(t *testing.T) {
	srv := serve(t, t.TempDir(), -1)
	w := newWire(t, srv)
	b := open(t, Options{URL: w.url()})
	_, js := direct(t, srv.ClientURL())

	w.hold()
	errs := make(chan error)
	go func() { errs <- errOf(b.Publish(t.Context(), Mentions, numbered(Mentions, 0, 30)...)) }()
	eventually(t, "the batch is in", func() bool { return lastSeq(t, js, Mentions) == 30 })
	w.cut()
	wantKind(t, <-errs, directdial.Ambiguous, nil)
}

func TestWithoutAConnectionNothingIsWritten(t *testing.T) {
	dir := t.TempDir()
	srv := serve(t, dir, -1)
	port := srv.Addr().(*net.TCPAddr).Port
	b := open(t, Options{URL: srv.ClientURL()})
	srv.Shutdown()
	srv.WaitForShutdown()
	eventually(t, "the connection is lost", func() bool { return !b.nc.IsConnected() })
	for _, n := range []int{1, 20} {
		wantKind(t, errOf(b.Publish(t.Context(), Mentions, numbered(Mentions, 0, n)...)), directdial.Temporary, nil)
	}
	wantKind(t, b.Health(t.Context()), directdial.Temporary, nil)

	serve(t, dir, port)
	eventually(t, "it is connected again", func() bool { return b.Health(t.Context()) == nil })
	publish(t, b, Mentions, numbered(Mentions, 0, 1)...)
}

func TestCloseWritesWhatWaitsAndRefusesTheRest(t *testing.T) {
	dir := t.TempDir()
	b := open(t, Options{Dir: dir})
	l := b.lanes[Mentions]
	var callers sync.WaitGroup
	l.mu.Lock() // nobody gets in yet
	for i := range 100 {
		callers.Go(func() {
			if _, err := b.Publish(t.Context(), Mentions, numbered(Mentions, i, 1)...); err != nil {
				wantKind(t, err, directdial.Gone, nil)
			}
		})
	}
	l.mu.Unlock()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	callers.Wait()
	for _, err := range []error{
		errOf(b.Publish(t.Context(), Mentions, numbered(Mentions, 0, 1)...)),
		errOf(b.Append(t.Context(), Dials, 0, numbered(Dials, 0, 1))),
		errOf(b.Get(t.Context(), Dials, 1)),
		errOf(b.State(t.Context(), Dials)),
		b.Follow(t.Context(), Dials, 1, nil, func(*Message) error { return nil }),
		b.Read(t.Context(), Dials, "", 1, 2, func(*Message) error { return nil }),
	} {
		wantKind(t, err, directdial.Gone, nil)
	}
}
