package experts

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"
	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

// live starts a process that delivers by the channels that it makes.
func live(t *testing.T, w *world, dies int, channels func(p *process) map[string]Channel) (p *process, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	p = &process{w: w, kill: cancel, killed: ctx.Done(), dies: dies}
	d := NewDelivery(Options{Exchange: p, Channels: channels(p), Log: zerolog.Nop(), Metrics: prometheus.NewRegistry()})
	done := make(chan struct{})
	go func() { defer close(done); _ = d.Run(ctx) }()
	return p, func() { cancel(); <-done }
}

// one makes a process with one channel, "post".
func one(script func(offer, expert string, n int) answer, limits Limits, wrap func(*medium) Channel) func(p *process) map[string]Channel {
	return func(p *process) map[string]Channel {
		m := &medium{name: "post", w: p.w, p: p, limits: limits, script: script}
		if wrap == nil {
			return map[string]Channel{"post": editing{medium: m}}
		}
		return map[string]Channel{"post": wrap(m)}
	}
}

func canFind(m *medium) Channel { return finding{editing: editing{medium: m}} }

func temporary(after time.Duration) error {
	return &directdial.Error{Kind: directdial.Temporary, Msg: "not now", After: after}
}

func expect[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestACardIsClaimedSentAndReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		_, stop := live(t, w, 0, one(nil, Limits{}, nil))
		defer stop()
		w.offer("o1", "ana", "post", time.Time{})
		time.Sleep(time.Second)
		expect(t, "log", w.kinds("o1", "post"), []directdial.ActionKind{directdial.ActClaim, directdial.ActDelivered})
		expect(t, "arrived", w.arrived("o1/post"), []string{"o1@1"})
		expect(t, "reference", w.get("o1").Ref, "o1@1")
	})
}

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

func TestARetryWaitsAsLongAsItWasAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		_, stop := live(t, w, 0, one(func(_, _ string, n int) answer {
			if n <= 2 {
				return answer{err: temporary(30 * time.Second)}
			}
			return answer{arrives: true}
		}, Limits{}, nil))
		defer stop()
		w.offer("o1", "ana", "post", time.Time{})
		time.Sleep(2 * time.Minute)
		expect(t, "log", w.kinds("o1", "post"), []directdial.ActionKind{"claim", "retry", "claim", "retry", "claim", "delivered"})
		for i := range 2 {
			if gap := w.sent()[i+1].at.Sub(w.sent()[i].at); gap < 30*time.Second || gap > 40*time.Second {
				t.Errorf("attempt %d came after %v", i+2, gap)
			}
		}
	})
}

func TestARestartDoesNotForgetHowLongToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		channels := one(func(_, _ string, n int) answer {
			if n == 1 {
				return answer{err: temporary(time.Hour)}
			}
			return answer{arrives: true}
		}, Limits{}, nil)
		w.offer("o1", "ana", "post", time.Time{})
		_, stop := live(t, w, 0, channels)
		time.Sleep(time.Minute)
		stop()
		_, stop = live(t, w, 0, channels)
		defer stop()
		time.Sleep(30 * time.Minute)
		expect(t, "sends within the hour", len(w.sent()), 1)
		time.Sleep(time.Hour)
		expect(t, "log", w.kinds("o1", "post"), []directdial.ActionKind{"claim", "retry", "claim", "delivered"})
		expect(t, "attempt", w.actions("o1/post")[2].Attempt, 2)
	})
}

func TestOnlyTheReceiverWaitsWhoIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		_, stop := live(t, w, 0, one(func(_, expert string, _ int) answer {
			if expert == "ana" {
				return answer{err: temporary(time.Hour)}
			}
			return answer{arrives: true}
		}, Limits{}, nil))
		defer stop()
		for i := range 50 {
			w.offer(fmt.Sprintf("a%d", i), "ana", "post", time.Time{})
			w.offer(fmt.Sprintf("b%d", i), "bo", "post", time.Time{})
		}
		time.Sleep(10 * time.Minute)
		delivered, tried := 0, 0
		for _, s := range w.sent() {
			if s.expert == "bo" {
				delivered++
			} else {
				tried++
			}
		}
		expect(t, "Bo's cards", delivered, 50)
		expect(t, "tries for Ana, who is to wait for an hour", tried, 1)
	})
}

func TestAReceiverWhoIsSilentHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		_, stop := live(t, w, 0, one(func(_, expert string, _ int) answer {
			if expert == "ana" {
				return answer{takes: time.Hour}
			}
			return answer{arrives: true}
		}, Limits{}, nil))
		defer stop()
		w.offer("a", "ana", "post", time.Time{})
		time.Sleep(time.Second)
		w.offer("b", "bo", "post", time.Time{})
		time.Sleep(time.Second)
		expect(t, "Bo's reference", w.get("b").Ref, "b@1")
	})
}

func TestACardThatAlwaysFailsLetsTheOthersPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		_, stop := live(t, w, 0, one(func(offer, _ string, _ int) answer {
			if offer == "bad" {
				return answer{err: fmt.Errorf("no reason")}
			}
			return answer{arrives: true}
		}, Limits{}, nil))
		defer stop()
		w.offer("bad", "ana", "post", time.Time{})
		for i := range 20 {
			w.offer(fmt.Sprintf("good%d", i), "ana", "post", time.Time{})
		}
		time.Sleep(time.Minute)
		for i := range 20 {
			if id := fmt.Sprintf("good%d", i); w.get(id).Ref == "" {
				t.Errorf("%s did not arrive", id)
			}
		}
	})
}

func TestAnOutageOfHoursEndsWithoutAStampede(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		start := time.Now()
		back := start.Add(8 * time.Hour)
		_, stop := live(t, w, 0, one(func(string, string, int) answer {
			if time.Now().Before(back) {
				return answer{err: fmt.Errorf("%w: %w", temporary(0), ErrChannel)}
			}
			return answer{arrives: true}
		}, Limits{Rate: Rate{Count: 2, Per: time.Second}}, nil))
		defer stop()
		const n = 200
		for i := range n {
			w.offer(fmt.Sprintf("o%d", i), fmt.Sprintf("e%d", i%20), "post", time.Time{})
		}
		time.Sleep(9 * time.Hour)
		var before, after []sent
		for _, s := range w.sent() {
			if s.at.Before(back) {
				before = append(before, s)
			} else {
				after = append(after, s)
			}
		}
		if len(before) > 8*60 {
			t.Errorf("%d tries in eight hours of outage; a pause grows to minutes", len(before))
		}
		expect(t, "sends after it", len(after), n)
		for i := range after[2:] {
			if gap := after[i+2].at.Sub(after[i].at); gap < 990*time.Millisecond {
				t.Fatalf("three sends within %v at 2/s", gap)
			}
		}
		for i := range n {
			expect(t, "cards of one offer", len(w.arrived(fmt.Sprintf("o%d/post", i))), 1)
		}
	})
}

func TestPaceIsPerReceiverAndRatePerChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		_, stop := live(t, w, 0, one(nil, Limits{Pace: Rate{Count: 1, Per: time.Minute}, Rate: Rate{Count: 1, Per: time.Second}}, nil))
		defer stop()
		for i := range 30 {
			w.offer(fmt.Sprintf("o%02d", i), []string{"ana", "bo", "kim"}[i%3], "post", time.Time{})
		}
		time.Sleep(20 * time.Minute)
		expect(t, "sends", len(w.sent()), 30)
		last := map[string]time.Time{}
		for i, s := range w.sent() {
			if i > 0 && s.at.Sub(w.sent()[i-1].at) < 999*time.Millisecond {
				t.Errorf("two sends of the channel within %v", s.at.Sub(w.sent()[i-1].at))
			}
			if before, ok := last[s.expert]; ok && s.at.Sub(before) < 59*time.Second {
				t.Errorf("two cards for %s within %v", s.expert, s.at.Sub(before))
			}
			last[s.expert] = s.at
		}
		if took := w.sent()[29].at.Sub(w.sent()[0].at); took > 9*time.Minute+5*time.Second {
			t.Errorf("ten cards each, one a minute, took %v", took)
		}
	})
}

func TestNothingIsSentAfterItsTime(t *testing.T) {
	for name, tt := range map[string]struct {
		script func(offer, expert string, n int) answer
		limits Limits
	}{
		"while the receiver is to wait": {script: func(string, string, int) answer { return answer{err: temporary(time.Hour)} }},
		"while the channel is down": {script: func(string, string, int) answer {
			return answer{err: fmt.Errorf("%w: %w", temporary(time.Hour), ErrChannel)}
		}},
		"while the pace holds it back": {limits: Limits{Pace: Rate{Count: 1, Per: time.Hour}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.offer("first", "ana", "post", time.Time{})
				_, stop := live(t, w, 0, one(tt.script, tt.limits, nil))
				defer stop()
				time.Sleep(time.Second)
				w.offer("o1", "ana", "post", time.Now().Add(10*time.Minute))
				time.Sleep(10*time.Minute + time.Second)
				kinds := w.kinds("o1", "post")
				if len(kinds) == 0 || kinds[len(kinds)-1] != directdial.ActLapsed {
					t.Errorf("a second after its time: %v", kinds)
				}
				time.Sleep(5 * time.Hour)
				expect(t, "sent too late", w.tooLate(), nil)
			})
		})
	}
}

func TestAClaimThatTakesTooLongIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.fails = func(what string) error {
			if what == "claim" {
				time.Sleep(2 * time.Minute)
			}
			return nil
		}
		_, stop := live(t, w, 0, one(nil, Limits{}, nil))
		defer stop()
		w.offer("o1", "ana", "post", time.Now().Add(time.Minute))
		time.Sleep(time.Hour)
		expect(t, "sends", len(w.sent()), 0)
		expect(t, "log", w.kinds("o1", "post"), []directdial.ActionKind{"claim", "retry", "lapsed"})
	})
}

func TestARefusalForGoodIsReportedWithItsReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		_, stop := live(t, w, 0, one(func(string, string, int) answer {
			return answer{err: directdial.Errorf(directdial.Gone, "550 5.1.1: the mailbox does not exist")}
		}, Limits{}, nil))
		defer stop()
		w.offer("o1", "ana", "post", time.Time{})
		w.offer("o2", "ana", "pigeon", time.Time{})
		time.Sleep(time.Hour)
		expect(t, "log", w.kinds("o1", "post"), []directdial.ActionKind{"claim", "failed"})
		expect(t, "reason", w.actions("o1/post")[1].Detail, "550 5.1.1: the mailbox does not exist")
		expect(t, "log of a channel that is not configured", w.kinds("o2", "pigeon"), []directdial.ActionKind{"failed"})
	})
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

func TestAThreadOfSixIsOneCardEditedFiveTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		_, stop := live(t, w, 0, one(nil, Limits{}, nil))
		defer stop()
		w.offer("o1", "ana", "post", time.Time{})
		time.Sleep(time.Second)
		for range 5 {
			w.revise("o1", nil) // all at once
		}
		time.Sleep(time.Minute)
		expect(t, "cards", len(w.arrived("o1/post")), 1)
		expect(t, "edits", w.edited("o1"), []int{2, 3, 4, 5, 6})
		expect(t, "shown", w.get("o1").Shown, 6)
	})
}

func TestACardFarBehindGoesToTheNewestAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		_, stop := live(t, w, 0, one(nil, Limits{}, nil))
		defer stop()
		w.offer("o1", "ana", "post", time.Time{})
		time.Sleep(time.Second)
		for range 100 {
			w.revise("o1", nil)
		}
		time.Sleep(time.Minute)
		if n := len(w.edited("o1")); n > maxBehind+1 || w.get("o1").Shown != 101 {
			t.Errorf("%d edits, shown %d", n, w.get("o1").Shown)
		}
	})
}

func TestAnEditThatFails(t *testing.T) {
	for name, tt := range map[string]struct {
		err   error
		edits []int
	}{
		"for now is made again":      {temporary(0), []int{2}},
		"for good is not":            {directdial.Errorf(directdial.Gone, "message_not_found"), nil},
		"without a kind, again":      {fmt.Errorf("no reason"), []int{2}},
		"with the whole channel":     {fmt.Errorf("%w: %w", temporary(0), ErrChannel), []int{2}},
		"with an answer that's lost": {directdial.Errorf(directdial.Ambiguous, "no answer"), []int{2}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				n := 0
				_, stop := live(t, w, 0, one(nil, Limits{}, func(m *medium) Channel {
					return editing{medium: m, fails: func(Card) error { n++; return failFor(n, 3, tt.err) }}
				}))
				defer stop()
				w.offer("o1", "ana", "post", time.Time{})
				time.Sleep(time.Second)
				w.revise("o1", nil)
				time.Sleep(time.Hour)
				expect(t, "edits", w.edited("o1"), tt.edits)
				expect(t, "shown", w.get("o1").Shown, 2)
			})
		})
	}
}

func TestAChannelThatCannotEditShowsWhatItSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		_, stop := live(t, w, 0, one(nil, Limits{}, func(m *medium) Channel { return m }))
		defer stop()
		w.offer("o1", "ana", "post", time.Time{})
		time.Sleep(time.Second)
		w.revise("o1", nil)
		time.Sleep(time.Second)
		expect(t, "shown", w.get("o1").Shown, 2)
	})
}

func TestACardThatIsOverIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.offer("o1", "ana", "post", time.Time{})
		w.revise("o1", func(c *Card) { c.State = directdial.Withdrawn })
		_, stop := live(t, w, 0, one(nil, Limits{}, nil))
		defer stop()
		time.Sleep(time.Hour)
		expect(t, "sends", len(w.sent()), 0)
	})
}

func TestWhatIsUnderWayEndsBeforeRunReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		_, stop := live(t, w, 0, one(func(string, string, int) answer { return answer{arrives: true, takes: 20 * time.Second} }, Limits{}, nil))
		for i := range 5 {
			w.offer(fmt.Sprintf("o%d", i), "ana", "post", time.Time{})
		}
		time.Sleep(time.Second)
		stop()
		expect(t, "sends", len(w.sent()), 1)
		expect(t, "log", w.kinds("o0", "post"), []directdial.ActionKind{"claim", "delivered"})
	})
}

func TestAStopThatNobodyAnswersEndsAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.fails = func(what string) error {
			if what == "report" {
				return temporary(0)
			}
			return nil
		}
		_, stop := live(t, w, 0, one(nil, Limits{}, nil))
		w.offer("o1", "ana", "post", time.Time{})
		time.Sleep(time.Second)
		asked := time.Now()
		stop()
		if took := time.Since(asked); took > time.Minute {
			t.Errorf("stopping took %v", took)
		}
	})
}

func TestTheExchangeFailsForAWhile(t *testing.T) {
	for _, what := range []string{"claim", "report"} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				n := 0
				w.fails = func(asked string) error {
					if asked == what {
						if n++; n <= 5 {
							return directdial.Errorf(directdial.Ambiguous, "the answer was lost")
						}
					}
					return nil
				}
				_, stop := live(t, w, 0, one(nil, Limits{}, nil))
				defer stop()
				w.offer("o1", "ana", "post", time.Time{})
				time.Sleep(time.Hour)
				expect(t, "log", w.kinds("o1", "post"), []directdial.ActionKind{"claim", "delivered"})
				expect(t, "cards", len(w.arrived("o1/post")), 1)
			})
		})
	}
}

func TestOtherChannelsAfterAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		ctx, cancel := context.WithCancel(t.Context())
		p := &process{w: w, kill: cancel}
		reg := prometheus.NewRegistry()
		down := one(func(string, string, int) answer {
			return answer{err: fmt.Errorf("%w: %w", temporary(10*time.Hour), ErrChannel)}
		}, Limits{}, nil)(p)
		d := NewDelivery(Options{Exchange: p, Channels: down, Log: zerolog.Nop(), Metrics: reg})
		done := make(chan struct{})
		go func() { defer close(done); _ = d.Run(ctx) }()
		defer func() { cancel(); <-done }()
		w.offer("o1", "ana", "post", time.Time{})
		time.Sleep(time.Second)
		expect(t, "down", testutil.ToFloat64(d.count.down.WithLabelValues("post")), 1)
		d.Use(one(nil, Limits{}, nil)(p))
		time.Sleep(time.Minute)
		expect(t, "reference", w.get("o1").Ref != "", true)
		expect(t, "down", testutil.ToFloat64(d.count.down.WithLabelValues("post")), 0)
		d.Use(nil)
		w.offer("o2", "ana", "post", time.Time{})
		time.Sleep(time.Minute)
		expect(t, "log", w.kinds("o2", "post"), []directdial.ActionKind{"failed"})
	})
}

// TestAtMostOneCard lets offers run through failures, lost answers and kills,
// as drawn, until a channel that works for good, and looks at what people got.
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
