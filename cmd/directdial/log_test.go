package main_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// history is what stands in DIALS, read without the program under test.
type history struct {
	steps     []directdial.Step
	decided   map[directdial.Key]int      // how often each mention was put into its first state
	offers    map[string]directdial.Event // by offer
	ambiguous map[string]bool             // offers of which nobody knows whether they arrived
	writers   int
}

// readLog reads the log of a data directory that no daemon holds.
func readLog(t testing.TB, s *site) *history {
	t.Helper()
	b, err := bus.Open(t.Context(), bus.Options{Dir: s.path("data/nats"), Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	return readDials(t, b)
}

// readDials reads all steps, and checks that each follows the one before it.
func readDials(t testing.TB, b *bus.Bus) *history {
	t.Helper()
	h := &history{decided: map[directdial.Key]int{}, offers: map[string]directdial.Event{}, ambiguous: map[string]bool{}}
	prev := ""
	err := b.Read(t.Context(), bus.Dials, "", 1, math.MaxUint64, func(m *bus.Message) error {
		var s directdial.Step
		if err := json.Unmarshal(m.Data, &s); err != nil {
			return err
		}
		if s.Prev != prev {
			t.Errorf("step %d does not follow step %d", m.Seq, m.Seq-1)
		}
		prev = directdial.Hash(m.Data)
		h.add(s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *history) add(s directdial.Step) {
	h.steps = append(h.steps, s)
	for _, e := range s.Events {
		switch e.Kind {
		case directdial.EvTookOver:
			h.writers++
		case directdial.EvOffered:
			h.offers[e.Offer] = e
			if e.Hop == 1 && e.Mention != "" {
				h.decided[e.Mention]++
			}
		case directdial.EvSuppressed, directdial.EvParked, directdial.EvJoined, directdial.EvDeadLettered:
			h.decided[e.Mention]++
		case directdial.EvReplayed:
			h.decided[e.Mention]-- // taken back; what stands behind it counts
		case directdial.EvAmbiguous:
			h.ambiguous[e.Offer] = true
		}
	}
}

// keyer is the one of the data directory.
func (s *site) keyer() *directdial.Keyer {
	s.t.Helper()
	secret, err := os.ReadFile(s.path("data/key"))
	if err != nil {
		s.t.Fatal(err)
	}
	keys, err := directdial.NewKeyer(secret)
	if err != nil {
		s.t.Fatal(err)
	}
	return keys
}
