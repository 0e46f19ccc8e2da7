package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
	"pgregory.net/rapid"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// TestNoStateIsSavedBeforeItsItemsAreOnDisk: whatever the size of the pages,
// the order and the repeats within them, whichever writes are refused or lose
// their answer, and whenever the process is killed, each saved state has all
// items before it on the stream, and in the end every item is there.
func TestNoStateIsSavedBeforeItsItemsAreOnDisk(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := &unruly{
			log:   sourcetest.NewLog(),
			total: rapid.IntRange(1, 40).Draw(rt, "items"),
			dice:  rapid.SliceOfN(rapid.Uint8(), 0, 300).Draw(rt, "dice"),
		}
		lives := rapid.SliceOfN(rapid.IntRange(0, 600), 0, 5).Draw(rt, "kills after seconds")
		synctest.Test(t, func(t *testing.T) {
			scripts.Store("unruly", ingest.Poll(time.Minute, p.fetch))
			for _, seconds := range lives {
				p.log.SetFaults(p.faults())
				life(t, p.log, time.Duration(seconds)*time.Second)
			}
			p.log.SetFaults(sourcetest.Faults{})
			life(t, p.log, 3*time.Hour)
		})
		p.check(p.total)
		if p.wrong != "" {
			rt.Fatal(p.wrong)
		}
	})
}

// life is one process: a runner that is killed after d.
func life(t *testing.T, log *sourcetest.Log, d time.Duration) {
	r := ingest.NewRunner(ingest.Options{
		Log: log, Keyer: sourcetest.Key, Metrics: prometheus.NewRegistry(), Logger: zerolog.Nop(),
	})
	if err := r.SetSources([]ingest.Config{config("a", "unruly")}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := r.Run(ctx); err != nil {
		t.Error(err)
	}
}

// unruly is a platform of total items, of which the state counts those that
// were read. Dice decide what goes wrong; when they are used up, nothing does.
type unruly struct {
	log   *sourcetest.Log
	total int
	dice  []uint8
	wrong string // the first thing that does not hold
}

// roll returns 0 to n-1, and n-1 when the dice are used up.
func (p *unruly) roll(n int) int {
	if len(p.dice) == 0 {
		return n - 1
	}
	d := int(p.dice[0]) % n
	p.dice = p.dice[1:]
	return d
}

// check holds that all items before state are on the stream.
func (p *unruly) check(state int) {
	there := map[string]bool{}
	for _, m := range p.log.Mentions() {
		there[m.ID] = true
	}
	for i := range state {
		if !there[strconv.Itoa(i)] && p.wrong == "" {
			p.wrong = fmt.Sprintf("state %d is saved, item %d is not on the stream", state, i)
		}
	}
}

// faults lets some writes fail, with and without effect.
func (p *unruly) faults() sourcetest.Faults {
	outcome := func() (stored bool, err error) {
		switch p.roll(4) {
		case 0:
			return false, errors.New("refused")
		case 1:
			return true, &directdial.Error{Kind: directdial.Ambiguous, Msg: "the answer is lost"}
		}
		return true, nil
	}
	return sourcetest.Faults{
		Lag:     p.roll(2) == 0,
		Publish: func(int) (bool, error) { return outcome() },
		Save:    func(string, []byte) (bool, error) { return outcome() },
	}
}

// fetch gives a page that repeats some of before, in any order; some pages end
// early. The state that it is asked with was saved.
func (p *unruly) fetch(_ context.Context, state []byte) ([]directdial.Item, []byte, error) {
	from, _ := strconv.Atoi(string(state)) // nil is 0
	p.check(from)
	to := min(from+p.roll(8), p.total)
	var items []directdial.Item
	for i := max(0, from-p.roll(4)); i < to; i++ {
		items = slices.Insert(items, p.roll(len(items)+1), directdial.Item(post(strconv.Itoa(i), "text")))
	}
	next := strconv.AppendInt(nil, int64(to), 10)
	switch p.roll(6) {
	case 0:
		return items, next, errors.New("half a page")
	case 1:
		return items, nil, directdial.Errorf(directdial.Temporary, "503")
	case 2:
		if to > from {
			return items, next, ingest.ErrMore
		}
	}
	return items, next, nil
}
