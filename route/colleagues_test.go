package route

import (
	"slices"
	"testing"

	"github.com/directdial/directdial"
)

func TestColleaguesAreThoseTheGateLetsThroughAndNobodyWhoHeldIt(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		id := x.dialOf(key).ID
		names := func(words string) []string {
			t.Helper()
			found, err := x.router.Colleagues(t.Context(), id, words, 20)
			if err != nil {
				t.Fatal(err)
			}
			ids := make([]string, len(found))
			for i, e := range found {
				ids[i] = e.ID
			}
			return ids
		}
		if got := names(""); !slices.Equal(got, []string{"bo", "kim"}) {
			t.Errorf("Ana may pass it to %v", got)
		}
		if got := names(" KI"); !slices.Equal(got, []string{"kim"}) {
			t.Errorf("the search finds %v", got)
		}
		if got := names("an"); len(got) != 0 {
			t.Errorf("the search finds %v, who holds it", got)
		}
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: id, By: "ana", To: "bo"})
		if got := names(""); !slices.Equal(got, []string{"kim"}) {
			t.Errorf("Bo may pass it to %v", got)
		}
		if _, err := x.router.Colleagues(t.Context(), "d0", "", 20); directdial.KindOf(err) != directdial.NotFound {
			t.Errorf("colleagues for a dial that is not there: %v", err)
		}
	})
}
