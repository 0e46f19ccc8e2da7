package bus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

// Whatever is written, erased, purged and reopened in whatever order: each
// reader sees what was written and is not gone, in order, once.
func TestAStreamHoldsWhatWasWrittenAndIsNotGone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "bus")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		m := &model{dir: dir, held: map[uint64]string{}}
		m.open(t)
		defer func() { m.bus.Close() }()
		t.Repeat(rapid.StateMachineActions(m))
	})
}

// model is a stream beside what it should hold. Its exported methods are what
// may happen to it.
type model struct {
	dir  string
	bus  *Bus
	held map[uint64]string // texts by sequence
	last uint64
}

func (m *model) open(t *rapid.T) {
	var err error
	if m.bus, err = Open(context.Background(), Options{Dir: m.dir}); err != nil {
		t.Fatal(err)
	}
}

// some makes messages whose texts are the sequences that they will have.
func (m *model) some(t *rapid.T) (msgs []Message) {
	for i := range rapid.SampledFrom([]int{1, 2, 7, 8, 9, 40}).Draw(t, "messages") {
		n := strconv.FormatUint(m.last+uint64(i)+1, 10)
		msgs = append(msgs, Message{Subject: "dials." + n[len(n)-1:], Data: []byte(n)})
	}
	return msgs
}

func (m *model) wrote(msgs []Message) {
	for _, msg := range msgs {
		m.last++
		m.held[m.last] = string(msg.Data)
	}
}

func (m *model) Publish(t *rapid.T) {
	msgs := m.some(t)
	if _, err := m.bus.Publish(context.Background(), Dials, msgs...); err != nil {
		t.Fatal(err)
	}
	m.wrote(msgs)
}

func (m *model) Append(t *rapid.T) {
	msgs := m.some(t)
	if n, err := m.bus.Append(context.Background(), Dials, m.last, msgs); err != nil || n != len(msgs) {
		t.Fatal(n, err)
	}
	m.wrote(msgs)
}

func (m *model) AppendStale(t *rapid.T) {
	last := rapid.Uint64Range(0, m.last+50).Draw(t, "last")
	if last == m.last {
		t.Skip("not stale")
	}
	if n, err := m.bus.Append(context.Background(), Dials, last, m.some(t)); !errors.Is(err, ErrStale) || n != 0 {
		t.Fatal(n, err)
	}
}

func (m *model) Erase(t *rapid.T) {
	seq := rapid.Uint64Range(0, m.last+1).Draw(t, "sequence")
	err := m.bus.Erase(context.Background(), Dials, seq)
	if _, held := m.held[seq]; held != (err == nil) || (!held && directdial.KindOf(err) != directdial.NotFound) {
		t.Fatal(held, err)
	}
	delete(m.held, seq)
}

func (m *model) Purge(t *rapid.T) {
	before := rapid.Uint64Range(0, m.last+2).Draw(t, "sequence")
	if err := m.bus.Purge(context.Background(), Dials, before); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(m.held, func(seq uint64, _ string) bool { return seq < before })
}

func (m *model) Reopen(t *rapid.T) {
	if err := m.bus.Close(); err != nil {
		t.Fatal(err)
	}
	m.open(t)
}

// Check compares after each of them.
func (m *model) Check(t *rapid.T) {
	ctx, cancel := context.WithCancel(context.Background())
	st, err := m.bus.State(ctx, Dials)
	if err != nil || st.Last != m.last || st.Msgs != uint64(len(m.held)) {
		t.Fatalf("%+v, want %d messages up to %d: %v", st, len(m.held), m.last, err)
	}
	from := rapid.Uint64Range(0, m.last+1).Draw(t, "from")
	var want, read, followed []string
	for _, seq := range slices.Sorted(maps.Keys(m.held)) {
		if seq >= from {
			want = append(want, fmt.Sprint(seq, " ", m.held[seq]))
		}
	}
	into := func(list *[]string) func(*Message) error {
		return func(m *Message) error {
			*list = append(*list, fmt.Sprint(m.Seq, " ", string(m.Data)))
			return nil
		}
	}
	if err := m.bus.Read(ctx, Dials, "", from, m.last, into(&read)); err != nil || !slices.Equal(read, want) {
		t.Fatalf("read %v, want %v: %v", read, want, err)
	}
	err = m.bus.Follow(ctx, Dials, from, cancel, into(&followed))
	if !errors.Is(err, context.Canceled) || !slices.Equal(followed, want) {
		t.Fatalf("followed %v, want %v: %v", followed, want, err)
	}
}

// What is not refused comes back as it was, written singly or in a batch, and
// stands under no other subject.
func FuzzAMessageComesBackAsItWas(f *testing.F) {
	f.Add("mentions.mastodon.crm", "Mention", "k1", []byte("text"))
	f.Add("mentions.a..b", "Nats-Rollup", "all", []byte(nil))
	f.Add("mentions.>", "A:B", " x", []byte("\r\n"))
	f.Add("mentions.a b\r\nPUB c 0\r\n", "é", "\x00", []byte{0xff})
	f.Add("mentions.\u00a0", "a", "ö\u2028", []byte("NATS/1.0\r\n\r\n"))
	b := open(f, Options{})
	f.Fuzz(func(t *testing.T, subject, key, value string, data []byte) {
		in := Message{Subject: subject, Header: map[string]string{key: value}, Data: data}
		for _, n := range []int{1, batchFrom} {
			seqs, err := b.Publish(t.Context(), Mentions, slices.Repeat([]Message{in}, n)...)
			if err != nil {
				wantKind(t, err, directdial.Invalid, nil)
				return
			}
			out, err := b.Get(t.Context(), Mentions, seqs[n-1])
			if err != nil {
				t.Fatal(err)
			}
			if out.Subject != subject || string(out.Data) != string(data) || !maps.Equal(out.Header, in.Header) {
				t.Fatalf("published %+v, got %+v", in, out)
			}
			last, err := b.Last(t.Context(), Mentions, subject)
			if err != nil || last.Seq != seqs[n-1] {
				t.Fatal(last, err)
			}
		}
	})
}
