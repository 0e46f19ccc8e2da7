package route

import (
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// Whatever an input leads to that the index cannot keep: it is put aside in the
// log, and everything else goes on.
func TestWhatTheIndexCannotKeepIsPutAside(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		w := x.router.begin()
		step := func(in directdial.Input, e directdial.Event) directdial.Event {
			w.step(in, directdial.Event{Kind: directdial.EvAway, Expert: "bo"}, e)
			events := w.steps[len(w.steps)-1].Events
			return events[len(events)-1]
		}
		nobody := directdial.Event{Kind: directdial.EvAway, Action: "a1", By: "ana"}
		if e := step(directdial.Input{Kind: directdial.InputAction}, nobody); e.Kind != directdial.EvRefused || e.Action != "a1" || e.By != "ana" || e.Reason != directdial.Unreadable {
			t.Errorf("of an action: %+v", e)
		}
		if l, _ := get[load](w.tx, bExperts, "bo"); l.Away != nil {
			t.Error("half of a refused step was kept")
		}
		long := directdial.Event{Kind: directdial.EvAway, Expert: strings.Repeat("a", 40_000)}
		if e := step(directdial.Input{Kind: directdial.InputMention}, long); e.Kind != directdial.EvDeadLettered || !e.Mention.Valid() {
			t.Errorf("of a mention: %+v", e)
		}
		if e := step(directdial.Input{Kind: directdial.InputTimer}, nobody); e.Kind != directdial.EvAway {
			t.Errorf("of a timer: %+v", e)
		}
		if l, _ := get[load](w.tx, bExperts, "bo"); l.Away == nil {
			t.Error("what can be kept of a timer is not")
		}
	})
}

// A log that has such a step already, of an older program, can be read.
func TestAStepThatTheIndexCannotKeepIsSkippedAtTheStart(t *testing.T) {
	damagedInBubble(t, office(), func(t *testing.T, x *exchange) {
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		m, _ := get[meta](x.db, bMeta, "log")
		s := directdial.Step{
			V: directdial.StepVersion, At: m.At, Prev: m.Hash, Mentions: m.Mentions, Actions: m.Actions,
			Input: directdial.Input{Kind: directdial.InputTimer, ID: "x"}, Events: []directdial.Event{{Kind: directdial.EvGap}},
		}
		x.publish(bus.Dials, bus.Message{Subject: s.Subject(), Data: encode(s)})
		x.start()
		if d := x.dialOf(x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})); d.Holder != "ana" {
			t.Errorf("after it, a mention led to %+v", d)
		}
		x.restart()
	})
}

func TestToForgetTheBeginningOfAKeyForgetsNobody(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{Handle: "u"}})
		author := x.keys.Author("mastodon", "u")
		for _, key := range []directdial.Key{"", author[:8]} {
			if reason := x.refusedWith(directdial.Action{Kind: directdial.ActForget, By: "ops", Authors: []directdial.Key{key}}); reason != directdial.Unknown {
				t.Errorf("%q is refused with %q", key, reason)
			}
		}
	})
}
