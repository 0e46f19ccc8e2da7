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

// model is what a stream should hold: the texts by sequence.
type model struct {
	held  map[uint64]string
	last  uint64
	first uint64 // nothing below it
}

func (m *model) add(texts []string) {
	for _, text := range texts {
		m.last++
		m.held[m.last] = text
	}
}

// from lists what should be read from a sequence on.
func (m *model) from(seq uint64) (out []string) {
	for _, s := range slices.Sorted(maps.Keys(m.held)) {
		if s >= seq {
			out = append(out, fmt.Sprint(s, " ", m.held[s]))
		}
	}
	return out
}

// Whatever is written, erased, purged and reopened in whatever order: each
// reader sees what was written and is not gone, in order, once.
func TestAStreamHoldsWhatWasWrittenAndIsNotGone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "bus")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		ctx := context.Background()
		b, err := Open(ctx, Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { b.Close() }()
		m := &model{held: map[uint64]string{}, first: 1}
		count := 0
		some := func(t *rapid.T) (msgs []Message, texts []string) {
			for range rapid.SampledFrom([]int{1, 2, 7, 8, 9, 40}).Draw(t, "messages") {
				count++
				texts = append(texts, strconv.Itoa(count))
				msgs = append(msgs, Message{Subject: "dials." + strconv.Itoa(count%3), Data: []byte(texts[len(texts)-1])})
			}
			return msgs, texts
		}
		t.Repeat(map[string]func(*rapid.T){
			"publish": func(t *rapid.T) {
				msgs, texts := some(t)
				if _, err := b.Publish(ctx, Dials, msgs...); err != nil {
					t.Fatal(err)
				}
				m.add(texts)
			},
			"append": func(t *rapid.T) {
				msgs, texts := some(t)
				if n, err := b.Append(ctx, Dials, m.last, msgs); err != nil || n != len(msgs) {
					t.Fatal(n, err)
				}
				m.add(texts)
			},
			"append stale": func(t *rapid.T) {
				msgs, _ := some(t)
				last := rapid.Uint64Range(0, m.last+50).Draw(t, "last")
				if last == m.last {
					t.Skip("not stale")
				}
				if n, err := b.Append(ctx, Dials, last, msgs); !errors.Is(err, ErrStale) || n != 0 {
					t.Fatal(n, err)
				}
			},
			"erase": func(t *rapid.T) {
				seq := rapid.Uint64Range(0, m.last+1).Draw(t, "sequence")
				err := b.Erase(ctx, Dials, seq)
				if _, held := m.held[seq]; held != (err == nil) || (!held && directdial.KindOf(err) != directdial.NotFound) {
					t.Fatal(held, err)
				}
				delete(m.held, seq)
			},
			"purge": func(t *rapid.T) {
				before := rapid.Uint64Range(0, m.last+2).Draw(t, "sequence")
				if err := b.Purge(ctx, Dials, before); err != nil {
					t.Fatal(err)
				}
				maps.DeleteFunc(m.held, func(seq uint64, _ string) bool { return seq < before })
			},
			"reopen": func(t *rapid.T) {
				if err := b.Close(); err != nil {
					t.Fatal(err)
				}
				if b, err = Open(ctx, Options{Dir: dir}); err != nil {
					t.Fatal(err)
				}
			},
			"": func(t *rapid.T) { m.check(t, b) },
		})
	})
}

func (m *model) check(t *rapid.T, b *Bus) {
	ctx := context.Background()
	st, err := b.State(ctx, Dials)
	if err != nil || st.Last != m.last || st.Msgs != uint64(len(m.held)) {
		t.Fatalf("%+v, want %d messages up to %d: %v", st, len(m.held), m.last, err)
	}
	from := rapid.Uint64Range(0, m.last+1).Draw(t, "from")
	var read, followed []string
	err = b.Read(ctx, Dials, "", from, m.last, func(m *Message) error {
		read = append(read, fmt.Sprint(m.Seq, " ", string(m.Data)))
		return nil
	})
	if want := m.from(from); err != nil || !slices.Equal(read, want) {
		t.Fatalf("read %v, want %v: %v", read, want, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	err = b.Follow(ctx, Dials, from, cancel, func(m *Message) error {
		followed = append(followed, fmt.Sprint(m.Seq, " ", string(m.Data)))
		return nil
	})
	if !errors.Is(err, context.Canceled) || !slices.Equal(followed, read) {
		t.Fatalf("followed %v, want %v: %v", followed, read, err)
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
