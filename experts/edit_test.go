package experts

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
)

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
	for behind, want := range map[int]int{maxBehind: maxBehind, maxBehind + 1: 1} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			w.offer("o1", "ana", "post", time.Time{})
			_, stop := live(t, w, 0, one(nil, Limits{}, nil))
			time.Sleep(time.Second)
			stop()
			for range behind {
				w.revise("o1", nil)
			}
			_, stop = live(t, w, 0, one(nil, Limits{}, nil))
			defer stop()
			time.Sleep(time.Minute)
			expect(t, "edits", len(w.edited("o1")), want)
			expect(t, "shown", w.get("o1").Shown, 1+behind)
		})
	}
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
