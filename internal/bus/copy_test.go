package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/bus/bustest"
)

// copies of all streams of a log.
func copies(t *testing.T, b *bus.Bus) map[bus.Stream][]byte {
	t.Helper()
	all := map[bus.Stream][]byte{}
	for _, s := range []bus.Stream{bus.Sources, bus.Dials, bus.Actions, bus.Mentions} {
		var data bytes.Buffer
		if _, err := b.Copy(t.Context(), s, &data); err != nil {
			t.Fatal(err)
		}
		all[s] = data.Bytes()
	}
	return all
}

func restore(t *testing.T, dir string, all map[bus.Stream][]byte) error {
	t.Helper()
	return bus.Restore(t.Context(), bus.Options{Dir: dir, Log: bustest.Log(t)}, func(s bus.Stream) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(all[s])), nil
	})
}

// content is every message of a stream with its sequence, subject and time.
func content(t *testing.T, b *bus.Bus, s bus.Stream) (all []string) {
	t.Helper()
	err := b.Read(t.Context(), s, "", 1, 1<<62, func(m *bus.Message) error {
		all = append(all, fmt.Sprint(m.Seq, m.Subject, m.Header, m.Time, string(m.Data)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRestoredStreamsAreTheSameSequencesAndTimesIncluded(t *testing.T) {
	b := bustest.Open(t)
	for i := range 300 {
		m := bus.Message{Subject: "mentions.a.b", Header: map[string]string{"X": "y"}, Data: bytes.Repeat([]byte("x"), 100*i)}
		if _, err := b.Publish(t.Context(), bus.Mentions, m); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(b.Purge(t.Context(), bus.Mentions, 20), b.Erase(t.Context(), bus.Mentions, 77), b.Put(t.Context(), "sources.a", []byte("1")), b.Put(t.Context(), "sources.a", []byte("2"))); err != nil {
		t.Fatal(err)
	}
	all := copies(t, b)
	dir := t.TempDir()
	if err := restore(t, dir, all); err != nil {
		t.Fatal(err)
	}
	again := bustest.OpenDir(t, dir)
	for s := range all {
		was, err := b.State(t.Context(), s)
		is, errAgain := again.State(t.Context(), s)
		if err != nil || errAgain != nil || max(was.First, 1) != max(is.First, 1) || was.Last != is.Last || was.Msgs != is.Msgs {
			t.Errorf("%s was %+v, is %+v (%v, %v)", s, was, is, err, errAgain)
		}
		if a, b := content(t, b, s), content(t, again, s); strings.Join(a, "\n") != strings.Join(b, "\n") {
			t.Errorf("%s is another", s)
		}
	}
	seqs, err := again.Publish(t.Context(), bus.Mentions, bus.Message{Subject: "mentions.a.b"})
	if err != nil || seqs[0] != 301 {
		t.Errorf("the next message is %v, %v", seqs, err)
	}
}

// While others write, a copy has all that was there before, and no hole.
func TestCopyUnderLoadHoldsTogether(t *testing.T) {
	b := bustest.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	defer writing.Wait()
	defer cancel()
	began := make(chan struct{}, 1)
	for range 4 {
		writing.Go(func() {
			for ctx.Err() == nil {
				if _, err := b.Publish(ctx, bus.Mentions, bus.Message{Subject: "mentions.a.b", Data: make([]byte, 5000)}); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				select {
				case began <- struct{}{}:
				default:
				}
			}
		})
	}
	<-began
	for range 5 {
		before, err := b.State(t.Context(), bus.Mentions)
		if err != nil {
			t.Fatal(err)
		}
		all := copies(t, b)
		dir := t.TempDir()
		if err := restore(t, dir, all); err != nil {
			t.Fatal(err)
		}
		again := bustest.OpenDir(t, dir)
		after, err := again.State(t.Context(), bus.Mentions)
		if err != nil || after.Last < before.Last || after.Msgs != after.Last {
			t.Errorf("there was %+v, the copy has %+v, %v", before, after, err)
		}
		if n := len(content(t, again, bus.Mentions)); uint64(n) != after.Msgs {
			t.Errorf("%d messages can be read, of %d", n, after.Msgs)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRestoreIsRefusedWhereThereIsSomething(t *testing.T) {
	b := bustest.Open(t)
	if _, err := b.Publish(t.Context(), bus.Mentions, bus.Message{Subject: "mentions.a.b"}); err != nil {
		t.Fatal(err)
	}
	all := copies(t, b)
	dir := t.TempDir()
	if err := restore(t, dir, all); err != nil {
		t.Fatal(err)
	}
	if err := restore(t, dir, all); directdial.KindOf(err) != directdial.Invalid || !strings.Contains(err.Error(), "holds MENTIONS already") {
		t.Errorf("a second time: %v", err)
	}
}

func TestCopyThatIsDamagedIsRefused(t *testing.T) {
	b := bustest.Open(t)
	for range 50 {
		if _, err := b.Publish(t.Context(), bus.Mentions, bus.Message{Subject: "mentions.a.b", Data: []byte(strings.Repeat("words ", 1000))}); err != nil {
			t.Fatal(err)
		}
	}
	for name, harm := range map[string]func([]byte) []byte{
		"cut":   func(d []byte) []byte { return d[:len(d)/2] },
		"empty": func([]byte) []byte { return nil },
		"other": func([]byte) []byte { return []byte("this is no copy of a stream") },
	} {
		t.Run(name, func(t *testing.T) {
			all := copies(t, b)
			all[bus.Mentions] = harm(all[bus.Mentions])
			if err := restore(t, t.TempDir(), all); directdial.KindOf(err) != directdial.Invalid {
				t.Errorf("restored with %v", err)
			}
		})
	}
}
