package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/directdial/directdial"
)

// wantNumbers fails unless the messages are numbered from first to last, as
// numbered makes them, without the gaps.
func wantNumbers(t *testing.T, msgs []*Message, first, last int, gaps ...int) {
	t.Helper()
	var want []string
	for i := first; i <= last; i++ {
		if !slices.Contains(gaps, i) {
			want = append(want, strconv.Itoa(i))
		}
	}
	if got := texts(msgs); !slices.Equal(got, want) {
		t.Errorf("got %d messages %.60q…, want %d from %d to %d", len(got), got, len(want), first, last)
	}
}

func TestFollowDeliversWhatIsThereAndWhatComes(t *testing.T) {
	b := open(t, Options{})
	publish(t, b, Mentions, numbered(Mentions, 0, 5000)...)
	for _, from := range []uint64{0, 1, 2, 2500, 5000, 5001} {
		t.Run(fmt.Sprint("from ", from), func(t *testing.T) {
			first := max(int(from), 1) - 1
			had := int(state(t, b, Mentions).Last)
			var caught, got []int
			var writer sync.WaitGroup
			defer writer.Wait()
			err := b.Follow(t.Context(), Mentions, from, func() {
				caught = append(caught, len(got))
				writer.Go(func() { publish(t, b, Mentions, numbered(Mentions, had, 20)...) })
			}, func(m *Message) error {
				n, err := strconv.Atoi(string(m.Data))
				if err != nil || m.Seq != uint64(n)+1 || n != first+len(got) {
					return fmt.Errorf("message %d at %d after %d: %w", n, m.Seq, first+len(got)-1, err)
				}
				if got = append(got, n); n == had+19 {
					return errEnough
				}
				return nil
			})
			if !errors.Is(err, errEnough) {
				t.Fatal(err)
			}
			if !slices.Equal(caught, []int{had - first}) {
				t.Errorf("caught up after %v messages, want %d", caught, had-first)
			}
		})
	}
}

func TestFollowIsCaughtUpAtOnceWhenThereIsNothing(t *testing.T) {
	b := open(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	err := b.Follow(ctx, Dials, 1, cancel, func(*Message) error { return errors.New("a message") })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestFollowSkipsWhatWasDeleted(t *testing.T) {
	for name, gone := range map[string][]int{
		"at the beginning": {0, 1, 2},
		"in the middle":    {10, 11, 20, 30},
		"at the end":       {97, 98, 99},
		"here and there":   {0, 1, 50, 98, 99},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, Options{})
			seqs := publish(t, b, Mentions, numbered(Mentions, 0, 100)...)
			for _, i := range gone {
				if err := b.Erase(t.Context(), Mentions, seqs[i]); err != nil {
					t.Fatal(err)
				}
			}
			wantNumbers(t, all(t, b, Mentions), 0, 99, gone...)
			// The last ones are gone, and still it is known when all is read.
			var msgs []*Message
			ctx, cancel := context.WithCancel(t.Context())
			err := b.Follow(ctx, Mentions, 1, cancel, func(m *Message) error {
				msgs = append(msgs, m)
				return nil
			})
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			wantNumbers(t, msgs, 0, 99, gone...)
		})
	}
}

func TestFollowOfAWholeStreamThatIsGone(t *testing.T) {
	b := open(t, Options{})
	publish(t, b, Actions, numbered(Actions, 0, 50)...)
	if err := b.Purge(t.Context(), Actions, 51); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := b.Follow(ctx, Actions, 1, cancel, func(*Message) error { return errors.New("a message") })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	var writer sync.WaitGroup
	defer writer.Wait()
	writer.Go(func() { publish(t, b, Actions, numbered(Actions, 50, 3)...) })
	msgs, err := follow(t.Context(), b, Actions, 7, 3)
	if err != nil {
		t.Fatal(err)
	}
	wantNumbers(t, msgs, 50, 52)
}

func TestFollowRefusesAStreamThatEndsBeforeItsPosition(t *testing.T) {
	b := open(t, Options{})
	publish(t, b, Dials, numbered(Dials, 0, 3)...)
	if err := b.Follow(t.Context(), Dials, 5, nil, nil); directdial.KindOf(err) != directdial.Internal {
		t.Error(err)
	}
}

func TestFollowEndsWithTheErrorOfItsReader(t *testing.T) {
	b := open(t, Options{})
	publish(t, b, Dials, numbered(Dials, 0, 3)...)
	seen := 0
	err := b.Follow(t.Context(), Dials, 1, nil, func(*Message) error { seen++; return errEnough })
	if !errors.Is(err, errEnough) || seen != 1 {
		t.Errorf("after %d messages: %v", seen, err)
	}
}

func TestReadIsBoundedAndSelects(t *testing.T) {
	b := open(t, Options{})
	for i := range 600 {
		subject := "actions.even." + strconv.Itoa(i%4)
		if i%2 == 1 {
			subject = "actions.odd"
		}
		publish(t, b, Actions, Message{Subject: subject, Data: []byte(strconv.Itoa(i))})
	}
	for _, seq := range []uint64{2, 600} {
		if err := b.Erase(t.Context(), Actions, seq); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		subject  string
		from, to uint64
		want     int
	}{
		{"", 0, 1 << 63, 598},
		{"", 1, 600, 598},
		{"", 1, 1, 1},
		{"", 2, 2, 0},
		{"", 600, 600, 0},
		{"", 599, 1000, 1},
		{"", 700, 800, 0},
		{"", 5, 4, 0},
		{"", 0, 0, 0},
		{"", 100, 399, 300},
		{"actions.odd", 1, 600, 298},
		{"actions.even.*", 1, 600, 300},
		{"actions.even.2", 1, 100, 25},
		{"actions.none", 1, 600, 0},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			var last uint64
			n := 0
			err := b.Read(t.Context(), Actions, c.subject, c.from, c.to, func(m *Message) error {
				if m.Seq <= last || m.Seq < c.from || m.Seq > c.to {
					t.Errorf("%d after %d", m.Seq, last)
				}
				last = m.Seq
				n++
				return nil
			})
			if err != nil || n != c.want {
				t.Errorf("%d messages, want %d: %v", n, c.want, err)
			}
		})
	}
}

func TestReadEndsWithTheErrorOfItsReader(t *testing.T) {
	b := open(t, Options{})
	publish(t, b, Actions, numbered(Actions, 0, 3)...)
	if err := b.Read(t.Context(), Actions, "", 1, 3, func(*Message) error { return errEnough }); !errors.Is(err, errEnough) {
		t.Error(err)
	}
}

// A message of nearly the largest size, among others: the bound of a fetch in
// bytes must not stop it.
func TestLargeMessagesAreDelivered(t *testing.T) {
	b := open(t, Options{})
	for range 12 {
		publish(t, b, Mentions, Message{Subject: "mentions.test", Data: make([]byte, MaxMessage-100)}, Message{Subject: "mentions.test"})
	}
	if msgs, err := follow(t.Context(), b, Mentions, 1, 24); err != nil || len(msgs) != 24 {
		t.Error(len(msgs), err)
	}
}
