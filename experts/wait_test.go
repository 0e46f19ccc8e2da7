package experts

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
)

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
