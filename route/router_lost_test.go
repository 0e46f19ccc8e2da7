package route

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// lossy is a log that does what it is told to do to some of its requests.
type lossy struct {
	*bus.Bus
	append func(write func() (int, error)) (int, error)
	state  func() error
	mended func() uint64 // up to which sequence of MENTIONS it can be read; nil: all of it
}

// garbled is a message as a program sees it that cannot read it.
func (l *lossy) garbled(s bus.Stream, m *bus.Message) *bus.Message {
	if s != bus.Mentions || l.mended == nil || m.Header[broken] == "" || m.Seq <= l.mended() {
		return m
	}
	out := *m
	out.Data = []byte("?")
	return &out
}

func (l *lossy) Follow(ctx context.Context, s bus.Stream, from uint64, caught func(), fn func(*bus.Message) error) error {
	return l.Bus.Follow(ctx, s, from, caught, func(m *bus.Message) error { return fn(l.garbled(s, m)) })
}

func (l *lossy) Get(ctx context.Context, s bus.Stream, seq uint64) (*bus.Message, error) {
	m, err := l.Bus.Get(ctx, s, seq)
	if err != nil {
		return nil, err
	}
	return l.garbled(s, m), nil
}

func (l *lossy) Append(ctx context.Context, s bus.Stream, last uint64, msgs []bus.Message) (int, error) {
	write := func() (int, error) { return l.Bus.Append(ctx, s, last, msgs) }
	if l.append == nil {
		return write()
	}
	return l.append(write)
}

func (l *lossy) State(ctx context.Context, s bus.Stream) (bus.State, error) {
	if l.state != nil {
		if err := l.state(); err != nil {
			return bus.State{}, err
		}
	}
	return l.Bus.State(ctx, s)
}

var (
	errAnswer = directdial.Errorf(directdial.Ambiguous, "the answer is lost")
	errReach  = directdial.Errorf(directdial.Temporary, "the log cannot be reached")
)

func TestAnswerThatIsLostInTransitLeadsToNoSecondStep(t *testing.T) {
	for name, harm := range map[string]func(write func() (int, error)) (int, error){
		"written, the answer lost": func(write func() (int, error)) (int, error) {
			if _, err := write(); err != nil {
				return 0, err
			}
			return 0, errAnswer
		},
		"never written, nobody knows": func(func() (int, error)) (int, error) { return 0, errAnswer },
		"refused for now":             func(func() (int, error)) (int, error) { return 0, errReach },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, office(), func(t *testing.T, x *exchange) {
				var left atomic.Int32
				x.through = func(b *bus.Bus) Log {
					return &lossy{Bus: b, append: func(write func() (int, error)) (int, error) {
						if left.Add(-1) >= 0 {
							return harm(write)
						}
						return write()
					}}
				}
				x.restart()
				for i, lost := range []int32{1, 3} {
					left.Store(lost)
					key := x.post(directdial.Mention{ID: string(rune('a' + i)), Text: "complaint #billing"})
					time.Sleep(time.Minute)
					x.settle()
					if d := x.dialOf(key); d.Revision != 1 {
						t.Errorf("the dial is %+v", d)
					}
				}
				steps := 0
				for _, e := range x.eventsAfter(0) {
					if e.Kind != directdial.EvSnapshot { // taken when there is time
						steps++
					}
				}
				if l, _ := x.router.Ledger(t.Context()); l.Dials != 2 || l.Repeats != 0 || steps != 4 {
					t.Errorf("two starts and two mentions made %d steps, %d repeats: %+v", steps, l.Repeats, l)
				}
			})
		})
	}
}

// While the end of the log cannot be read, nothing is decided: what was read
// before is not what stands there.
func TestNothingIsDecidedBeforeTheEndOfTheLogIsKnown(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		var failures, writes atomic.Int32
		var deaf atomic.Bool
		x.through = func(b *bus.Bus) Log {
			return &lossy{
				Bus: b,
				append: func(write func() (int, error)) (int, error) {
					writes.Add(1)
					n, err := write()
					if failures.Add(-1) >= 0 {
						deaf.Store(true)
						return 0, errAnswer
					}
					return n, err
				},
				state: func() error {
					if deaf.Load() {
						return errReach
					}
					return nil
				},
			}
		}
		x.restart()
		failures.Store(1)
		writes.Store(0)
		first := x.post(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.settle()
		second := x.post(directdial.Mention{ID: "2", Text: "complaint #billing"})
		time.Sleep(time.Hour)
		if n := writes.Load(); n != 1 {
			t.Errorf("%d writes while the end of the log was not known", n)
		}
		deaf.Store(false)
		time.Sleep(time.Minute)
		x.settle()
		if a, b := x.dialOf(first), x.dialOf(second); a.Revision != 1 || b.Revision != 1 {
			t.Errorf("the dials are %+v and %+v", a, b)
		}
	})
}

func TestParkedMentionsAreDecidedUnderANewPlanAlsoIfTheWriteFails(t *testing.T) {
	d := change(func(d *directdial.Directory) {
		for i := range d.Experts {
			d.Experts[i].Grants = nil
		}
	})
	inBubble(t, d, func(t *testing.T, x *exchange) {
		var left atomic.Int32
		x.through = func(b *bus.Bus) Log {
			return &lossy{Bus: b, append: func(write func() (int, error)) (int, error) {
				if left.Add(-1) >= 0 {
					return 0, errReach
				}
				return write()
			}}
		}
		x.restart()
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		left.Store(1)
		x.configure(office())
		time.Sleep(time.Minute)
		x.settle()
		if d := x.dialOf(key); d.Holder != "ana" {
			t.Errorf("the dial is %+v", d)
		}
	})
}

// A closed index reads as empty: everything known would be new.
func TestRouterWhoseIndexWasClosedWritesNothing(t *testing.T) {
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		m := directdial.Mention{ID: "1", Text: "complaint #billing"}
		x.hear(m)
		before := len(x.steps())
		if err := x.db.Close(); err != nil {
			t.Fatal(err)
		}
		x.post(m)
		if err := <-x.ended; !errors.Is(err, index.ErrClosed) {
			t.Errorf("the router ended with %v", err)
		}
		if after := len(x.steps()); after != before {
			t.Errorf("%d steps without an index", after-before)
		}
		x.cancel()
		x.cancel = nil
	})
}

func TestWhatIsGoneFromMentionsIsKnown(t *testing.T) {
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		for _, id := range []string{"1", "2", "3"} {
			x.hear(directdial.Mention{ID: id, Text: "hello"})
		}
		if err := x.bus.Erase(t.Context(), bus.Mentions, 2); err != nil {
			t.Fatal(err)
		}
		in := inputs{bus: x.bus}
		for span, want := range map[[2]uint64]bool{{1, 1}: false, {2, 2}: true, {1, 2}: false, {2, 3}: false, {4, 9}: true} {
			if gone, err := in.gone(t.Context(), span[0], span[1]); gone != want || err != nil {
				t.Errorf("from %d to %d: %v, %v", span[0], span[1], gone, err)
			}
		}
	})
}
