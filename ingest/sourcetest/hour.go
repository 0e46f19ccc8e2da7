package sourcetest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
)

// Cases is how many cases a test of chance or of size has: with -short, short.
func Cases(all, short int) int {
	if testing.Short() {
		return short
	}
	return all
}

// hour is an hour in which everything fails at times: after it, what arrived and
// what is recorded as missing is what was published.
func hour(t *testing.T, p Platform) {
	for seed := range uint64(Cases(3, 1)) {
		test(t, p, fmt.Sprintf("an hour of faults loses nothing in silence %d", seed+1), func(b *bench) {
			chance := rand.New(rand.NewPCG(seed, 0))
			w := newWeather(p)
			b.gate.arm(0, 1<<30, w.answer)
			b.start()
			b.publish(1)
			b.settle()
			published := 1
			for range Cases(60, 30) {
				w.change(chance.IntN(8), 1+chance.IntN(3), time.Duration(1+chance.IntN(5))*time.Minute)
				// No more than the platform shows at once, should all of it fail.
				n := min(chance.IntN(4), p.Backlog-published)
				b.publish(n)
				published += n
				time.Sleep(time.Minute)
				if chance.IntN(15) == 0 {
					b.start()
				}
			}
			b.gate.arm(0, 0, nil)
			b.accounted()
		})
	}
}

// accounted lets time pass until nothing more arrives, and demands that each
// post that did not lies in a gap that was recorded, and that the numbers of the
// gaps are right.
func (b *bench) accounted() {
	b.Helper()
	for deadline := time.Now().Add(patience); len(b.missing()) > 0 && time.Now().Before(deadline); {
		time.Sleep(b.platform.Every)
		synctest.Wait()
	}
	missing := b.missing()
	counted, uncertain := 0, false
	var gaps []directdial.Action
	for _, a := range b.log.Actions() {
		if a.Kind != directdial.ActGap || a.Count == 0 {
			continue
		}
		gaps = append(gaps, a)
		uncertain = uncertain || a.Count < 0
		counted += max(a.Count, 0)
	}
	for _, id := range missing {
		at := b.want[id].CreatedAt
		covered := false
		for _, g := range gaps {
			covered = covered || (!at.Before(g.From) && !at.After(g.Until))
		}
		if !covered {
			b.Errorf("post %s of %s has not arrived, and lies in no gap of %+v; the log says:\n%s", id, at, gaps, b.text.String())
		}
	}
	if counted > len(missing) || (!uncertain && counted != len(missing)) {
		b.Errorf("%d posts have not arrived, the gaps say %d: %+v", len(missing), counted, gaps)
	}
}

// weather is what goes wrong on the way to a platform at a moment.
type weather struct {
	limit         func(http.Header, time.Time)
	record, stale fault

	mu    sync.Mutex
	kind  int
	times int           // requests that it answers yet
	wait  time.Duration // of a rate limit
}

func newWeather(p Platform) *weather {
	w := &weather{limit: p.Limit}
	w.record, w.stale = stale()
	return w
}

// change makes something go wrong, so many times; most kinds are fair weather.
func (w *weather) change(kind, times int, wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kind, w.times, w.wait = kind, times, wait
}

// answer is a fault.
func (w *weather) answer(rw http.ResponseWriter, r *http.Request, platform http.Handler) {
	w.mu.Lock()
	f := w.record
	if w.times > 0 {
		f = w.fault()
	}
	w.times--
	w.mu.Unlock()
	f(rw, r, platform)
}

func (w *weather) fault() fault {
	switch w.kind {
	case 0:
		return limited(w.limit, w.wait)
	case 1:
		return status(http.StatusServiceUnavailable)
	case 2:
		return torn
	case 3:
		return hangUp
	case 4:
		return w.stale
	case 5:
		return status(http.StatusInternalServerError)
	}
	return w.record
}
