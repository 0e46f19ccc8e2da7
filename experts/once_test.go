package experts

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

func TestAKillBetweenAnyTwoSteps(t *testing.T) {
	// The steps of one card: before and after claim, send, report.
	const steps = 6
	for _, tt := range []struct {
		name   string
		policy Ambiguity
		wrap   func(*medium) Channel
		want   map[int]string // by the step of the kill: cards that arrived, last outcome
	}{
		{"hold", Hold, nil, map[int]string{1: "1 delivered", 2: "0 ambiguous", 3: "0 ambiguous", 4: "1 ambiguous", 5: "1 ambiguous", 6: "1 delivered"}},
		{"repeat", Repeat, nil, map[int]string{1: "1 delivered", 2: "1 delivered", 3: "1 delivered", 4: "2 delivered", 5: "2 delivered", 6: "1 delivered"}},
		{"look up", Hold, canFind, map[int]string{1: "1 delivered", 2: "1 delivered", 3: "1 delivered", 4: "1 delivered", 5: "1 delivered", 6: "1 delivered"}},
	} {
		for dies := 1; dies <= steps; dies++ {
			t.Run(fmt.Sprintf("%s, step %d", tt.name, dies), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld()
					w.offer("o1", "ana", "post", time.Time{})
					channels := one(nil, Limits{Ambiguous: tt.policy}, tt.wrap)
					_, stop := live(t, w, dies, channels)
					time.Sleep(time.Minute)
					stop()
					_, stop = live(t, w, 0, channels)
					time.Sleep(time.Minute)
					stop()
					kinds := w.kinds("o1", "post")
					got := fmt.Sprintf("%d %s", len(w.arrived("o1/post")), kinds[len(kinds)-1])
					expect(t, fmt.Sprintf("after %v", kinds), got, tt.want[dies])
					if len(w.arrived("o1/post")) > 1 && !slices.Contains(kinds, directdial.ActAmbiguous) {
						t.Errorf("a card arrived twice and was not counted: %v", kinds)
					}
				})
			})
		}
	}
}

func TestALookUpClosesAnAmbiguousSend(t *testing.T) {
	ambiguous := directdial.Errorf(directdial.Ambiguous, "no answer")
	for name, tt := range map[string]struct {
		arrives bool
		lost    func(n int) error
		kinds   []directdial.ActionKind
		cards   int
	}{
		"it arrived":                          {true, nil, []directdial.ActionKind{"claim", "delivered"}, 1},
		"it did not":                          {false, nil, []directdial.ActionKind{"claim", "retry", "claim", "delivered"}, 1},
		"the look-up fails for a while":       {true, func(n int) error { return failFor(n, 5, temporary(0)) }, []directdial.ActionKind{"claim", "delivered"}, 1},
		"the look-up is not allowed: hold it": {true, func(int) error { return directdial.Errorf(directdial.Denied, "missing_scope") }, []directdial.ActionKind{"claim", "ambiguous"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				n := 0
				_, stop := live(t, w, 0, one(func(_, _ string, n int) answer {
					if n == 1 {
						return answer{arrives: tt.arrives, err: ambiguous}
					}
					return answer{arrives: true}
				}, Limits{}, func(m *medium) Channel {
					return finding{editing: editing{medium: m}, lost: func() error {
						n++
						if tt.lost == nil {
							return nil
						}
						return tt.lost(n)
					}}
				}))
				defer stop()
				w.offer("o1", "ana", "post", time.Time{})
				time.Sleep(time.Hour)
				expect(t, "log", w.kinds("o1", "post"), tt.kinds)
				expect(t, "cards", len(w.arrived("o1/post")), tt.cards)
			})
		})
	}
}

func failFor(n, times int, err error) error {
	if n <= times {
		return err
	}
	return nil
}

func TestAtMostOneCard(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		policy := rapid.SampledFrom([]Ambiguity{Hold, Repeat}).Draw(rt, "policy")
		finder := rapid.Bool().Draw(rt, "can look up")
		lag := rapid.SampledFrom([]time.Duration{0, 50 * time.Millisecond, 3 * time.Second}).Draw(rt, "lag of the index")
		kills := rapid.SliceOfN(rapid.IntRange(1, 60), 0, 4).Draw(rt, "kills")
		answers := rapid.SliceOfN(rapid.SampledFrom([]answer{
			{arrives: true},
			{arrives: true, takes: 2 * time.Second},
			{err: temporary(0)},
			{err: temporary(2 * time.Minute)},
			{err: fmt.Errorf("%w: %w", temporary(0), ErrChannel)},
			{arrives: true, err: directdial.Errorf(directdial.Ambiguous, "no answer")},
			{err: directdial.Errorf(directdial.Ambiguous, "no answer")},
			{err: directdial.Errorf(directdial.Gone, "no such mailbox")},
			{err: fmt.Errorf("no reason")},
		}), 1, 20).Draw(rt, "answers")
		type planned struct {
			expert string
			in     time.Duration
			before time.Duration
		}
		offers := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) planned {
			return planned{
				rapid.SampledFrom([]string{"ana", "bo", "kim"}).Draw(t, "expert"),
				time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second,
				rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute, time.Hour}).Draw(t, "send before"),
			}
		}), 1, 8).Draw(rt, "offers")

		var w *world
		synctest.Test(t, func(t *testing.T) {
			w = newWorld()
			n := 0
			script := func(string, string, int) answer {
				w.mu.Lock()
				defer w.mu.Unlock()
				if n++; n > len(answers) {
					return answer{arrives: true}
				}
				return answers[n-1]
			}
			var wrap func(*medium) Channel
			if finder {
				wrap = canFind
			}
			for i, o := range offers {
				id := fmt.Sprintf("o%d", i)
				time.AfterFunc(o.in, func() {
					before := time.Time{}
					if o.before > 0 {
						before = time.Now().Add(o.before)
					}
					w.offer(id, o.expert, "post", before)
					w.revise(id, nil)
				})
			}
			for _, dies := range append(slices.Clone(kills), 0) {
				p, stop := live(t, w, dies, one(script, Limits{Ambiguous: policy}, wrap))
				defer stop() // a killed life ends by itself; the next does not wait for what it had sent
				p.mu.Lock()
				p.lag = lag
				p.mu.Unlock()
				if dies == 0 {
					time.Sleep(24 * time.Hour)
					continue
				}
				select {
				case <-p.killed:
				case <-time.After(40 * time.Second):
					stop()
				}
			}
		})
		if len(w.late) > 0 {
			rt.Fatalf("sent after their time: %v", w.late)
		}
		for i := range offers {
			judgeOffer(rt, w, fmt.Sprintf("o%d", i), policy, finder)
		}
	})
}

func judgeOffer(rt *rapid.T, w *world, id string, policy Ambiguity, finder bool) {
	key := id + "/post"
	outcome := map[int]directdial.ActionKind{}
	final := map[directdial.ActionKind]int{}
	for _, a := range w.log[key] {
		if a.Kind == directdial.ActClaim || a.Kind == directdial.ActShown {
			continue
		}
		if before := outcome[a.Attempt]; before != "" {
			rt.Fatalf("%s: attempt %d is %s and %s", id, a.Attempt, before, a.Kind)
		}
		outcome[a.Attempt] = a.Kind
		final[a.Kind]++
	}
	cards, o := len(w.hands[key]), w.find(id)
	switch {
	case cards > 1 && (policy == Hold || finder):
		rt.Fatalf("%s arrived %d times: %v", id, cards, w.log[key])
	case cards > 1 && final[directdial.ActAmbiguous] == 0:
		rt.Fatalf("%s arrived %d times and was not counted: %v", id, cards, w.log[key])
	case final[directdial.ActDelivered] > 0 && cards == 0:
		rt.Fatalf("%s did not arrive, but was reported: %v", id, w.log[key])
	case final[directdial.ActDelivered]+final[directdial.ActFailed]+final[directdial.ActLapsed]+final[directdial.ActAmbiguous] == 0:
		rt.Fatalf("%s has no outcome after a day: %v", id, w.log[key])
	case cards > 0 && final[directdial.ActDelivered]+final[directdial.ActAmbiguous] == 0:
		rt.Fatalf("%s arrived, but was reported as %v", id, slices.Collect(maps.Keys(final)))
	case o.Ref != "" && o.Shown != o.Revision:
		rt.Fatalf("%s shows revision %d of %d", id, o.Shown, o.Revision)
	}
}

// TestTwoProcessesSendOneCard lets two deliver the same outbox at once. The
// claim decides whose card it is; the other waits as long as a send can take.
func TestTwoProcessesSendOneCard(t *testing.T) {
	for name, wrap := range map[string]func(*medium) Channel{"hold": nil, "look up": canFind} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				slow := one(func(string, string, int) answer { return answer{arrives: true, takes: 20 * time.Second} }, Limits{}, wrap)
				_, stop1 := live(t, w, 0, slow)
				defer stop1()
				_, stop2 := live(t, w, 0, slow)
				defer stop2()
				time.Sleep(time.Second)
				for i := range 10 {
					w.offer(fmt.Sprintf("o%d", i), fmt.Sprintf("e%d", i), "post", time.Time{})
				}
				time.Sleep(time.Hour)
				for i := range 10 {
					id := fmt.Sprintf("o%d", i)
					expect(t, "cards of "+id, len(w.arrived(id+"/post")), 1)
					expect(t, "log of "+id, w.kinds(id, "post"), []directdial.ActionKind{"claim", "delivered"})
				}
			})
		})
	}
}
