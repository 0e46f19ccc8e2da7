package route

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// What became of an action is remembered by the process that judged it, and read
// from the log by every other.
func TestWhatBecameOfAnActionIsReadFromTheLogAfterARestart(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		judged := map[string]directdial.Judgement{}
		for n := range 20 {
			id := "act-" + strconv.Itoa(n)
			kind := []directdial.ActionKind{directdial.ActAway, directdial.ActBack, directdial.ActBack}[n%3] // the last is refused
			x.do(directdial.Action{Kind: kind, By: "ana", ID: id})
			x.hear(directdial.Mention{ID: id, Text: "complaint #billing"})
			j, ok := x.router.Judged(id)
			if !ok || j.Refused() != (n%3 == 2) {
				t.Fatalf("%s of %s: %+v", kind, id, j)
			}
			judged[id] = j
		}
		x.do(directdial.Action{Kind: directdial.ActClaim, ID: "claim", Offer: "d-1"}) // nothing follows from it
		x.restart()
		last, err := x.bus.State(t.Context(), bus.Actions)
		if err != nil {
			t.Fatal(err)
		}
		recalled := map[string]directdial.Judgement{}
		for seq := uint64(1); seq <= last.Last+1; seq++ {
			j, known, err := x.router.Recall(t.Context(), seq)
			if err != nil {
				t.Fatal(err)
			}
			if known && judged[j.Action].Action != "" {
				recalled[j.Action] = j
			}
			if msg, _ := x.bus.Get(t.Context(), bus.Actions, seq); msg == nil && known {
				t.Errorf("action %d was never there, and became %+v", seq, j)
			}
		}
		if _, remembered := x.router.Judged("act-0"); remembered {
			t.Error("the router that was started anew remembers what it did not judge")
		}
		if diff := cmp.Diff(judged, recalled); diff != "" {
			t.Errorf("-judged +recalled\n%s", diff)
		}
	})
}
