package experts

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"

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

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		ctx, cancel := context.WithCancel(t.Context())
		p := &process{w: w, kill: cancel}
		reg := prometheus.NewRegistry()
		channels := one(func(_, _ string, n int) answer {
			if n == 1 {
				return answer{err: directdial.Errorf(directdial.Ambiguous, "no answer")}
			}
			return answer{arrives: true}
		}, Limits{Ambiguous: Repeat}, nil)(p)
		d := NewDelivery(Options{Exchange: p, Channels: channels, Log: zerolog.Nop(), Metrics: reg})
		done := make(chan struct{})
		go func() { defer close(done); _ = d.Run(ctx) }()
		defer func() { cancel(); <-done }()
		w.offer("o1", "ana", "post", time.Time{})
		time.Sleep(time.Minute)
		expect(t, "attempts", testutil.ToFloat64(d.count.claims.WithLabelValues("post")), 2)
		expect(t, "ambiguous sends", testutil.ToFloat64(d.count.ambiguous.WithLabelValues("post")), 1)
		expect(t, "reported as ambiguous", testutil.ToFloat64(d.count.outcomes.WithLabelValues("post", "ambiguous")), 1)
		expect(t, "delivered", testutil.ToFloat64(d.count.outcomes.WithLabelValues("post", "delivered")), 1)
		expect(t, "waiting", testutil.ToFloat64(d.count.waiting.WithLabelValues("post")), 0)
		expect(t, "measured from acceptance to card", testutil.CollectAndCount(d.count.seconds), 1)
		if problems, err := testutil.GatherAndLint(reg); err != nil || len(problems) > 0 {
			t.Errorf("%v, %v", problems, err)
		}
	})
}
