package classify_test

import (
	"slices"
	"testing"

	"github.com/directdial/directdial/classify"
)

// Each intent of banking77 is a topic, each domain of clinc150 is one; what is
// out of scope there belongs to nobody.
func TestLearnedTopicsRouteTheDevelopmentData(t *testing.T) {
	for _, want := range []struct {
		set              string
		size             int
		first, third, in float64
	}{
		{"banking77", 50_000, 0.86, 0.95, 0},
		{"clinc150", 20_000, 0.95, 0.98, 0.92},
	} {
		if testing.Short() {
			t.Skip("learns 87 topics")
		}
		seen, unseen := fifths(t, want.set)
		for _, part := range [][]classify.Sample{seen, unseen} {
			for i := range part {
				if part[i].Route == "oos" {
					part[i].Route = ""
				}
			}
		}
		cfg := settings(unfitted(t), want.set)
		cfg.MaxEntries = want.size
		topics, err := classify.LearnTopics(cfg, seen)
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for _, topic := range topics {
			lines += len(topic.Weights.Keywords)
		}
		c := classifier(t, classify.Config{Topics: topics})
		var first, third, all int
		var known, foreign []int // the best score of what belongs to a topic, and of what belongs to none
		for _, s := range unseen {
			out := c.Classify(s.Text, "en").Topics
			best := 0
			if len(out) > 0 {
				best = out[0].Score
			}
			if s.Route == "" {
				foreign = append(foreign, best)
				continue
			}
			all++
			known = append(known, best)
			for i := range min(3, len(out)) {
				if out[i].Topic == s.Route {
					third++
					if i == 0 {
						first++
					}
				}
			}
		}
		one, three, auc := float64(first)/float64(all), float64(third)/float64(all), area(known, foreign)
		t.Logf("%s: %d topics, %d lines, n=%d: first %.3f, among three %.3f; out of scope n=%d: AUC %.3f", want.set, len(topics), lines, all, one, three, len(foreign), auc)
		if one < want.first || three < want.third || len(foreign) > 0 && auc < want.in {
			t.Errorf("%s: want %.3f, %.3f and %.3f", want.set, want.first, want.third, want.in)
		}
	}
}

// area is the chance that one of high is above one of low, half if equal.
func area(high, low []int) float64 {
	slices.Sort(low)
	sum := 0
	for _, h := range high {
		below, _ := slices.BinarySearch(low, h)
		above, _ := slices.BinarySearch(low, h+1)
		sum += below + above
	}
	return float64(sum) / 2 / float64(max(1, len(high)*len(low)))
}
