package classify

import (
	"testing"

	"pgregory.net/rapid"
)

func TestPraiseAndComplaintSpeakAgainstEachOther(t *testing.T) {
	at := func(score int) int { return floor(score) }
	floors := [3]int{at(430), at(300), at(350)}
	for _, c := range []struct {
		name string
		sums [3]int
		want [3]bool
	}{
		{"neither reaches its threshold", [3]int{at(429), 0, at(349)}, [3]bool{false, true, false}},
		{"a complaint alone", [3]int{at(430), at(100), at(100)}, [3]bool{true, false, false}},
		{"praise alone", [3]int{at(400), at(100), at(350)}, [3]bool{false, false, true}},
		{"a complaint with some praise", [3]int{at(690), at(100), at(400)}, [3]bool{true, false, false}},
		{"praise with some complaint", [3]int{at(440), at(100), at(690)}, [3]bool{false, false, true}},
		{"both likely", [3]int{at(500), at(100), at(900)}, [3]bool{true, false, true}},
		{"the complaint passes by as much as praise", [3]int{at(430) + 5, at(100), at(350) + 5}, [3]bool{true, false, false}},
		{"a question is not weighed against them", [3]int{at(440), at(300), at(690)}, [3]bool{false, true, true}},
	} {
		if got := told(c.sums, floors); got != c.want {
			t.Errorf("%s: told %v, want %v", c.name, got, c.want)
		}
	}
}

// Whatever the sums: nothing is told below its floor, something is told where one
// reaches it, and a tag that nothing speaks against is.
func TestWhatReachesItsThresholdIsToldUnlessTheOppositeIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		score, sum := rapid.IntRange(1, 1000), rapid.IntRange(-9000, 9000)
		var sums, floors [3]int
		reached := 0
		for i := range sums {
			sums[i], floors[i] = sum.Draw(t, "sum"), floor(score.Draw(t, "threshold"))
			if sums[i] >= floors[i] {
				reached++
			}
		}
		got, n := told(sums, floors), 0
		for i, yes := range got {
			if yes {
				n++
			}
			if yes && sums[i] < floors[i] {
				t.Fatalf("tag %d is told below its threshold", i)
			}
			if !yes && sums[i] >= floors[i] && (i == 1 || !got[2-i] || Probability(sums[i]) >= besides) {
				t.Fatalf("tag %d is not told although it reaches its threshold: %v", i, got)
			}
		}
		if reached > 0 && n == 0 {
			t.Fatal("nothing is told")
		}
	})
}
