package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/directdial/directdial/classify"
)

// unseen heads the table of what learning gains.
const unseen = "Each mention told by what was learned from others (cross-validation in five parts):\n\n"

// enoughOfTags takes from samples the labels of tags of which there are too few,
// and says of which little can be learned. It fails if nothing is left.
func (a *app) enoughOfTags(samples []classify.Sample) error {
	var few, there []string
	for _, c := range classify.CountTags(samples) {
		there = append(there, fmt.Sprintf("%s %d and %d", c.Tag, c.Yes, c.No))
		switch {
		case c.Yes+c.No == 0:
		case !c.Holds(classify.LeastToLearn):
			few = append(few, string(c.Tag))
			for i := range samples {
				delete(samples[i].Gold, c.Tag)
			}
		case !c.Holds(classify.EnoughToSettle):
			fmt.Fprintf(a.out, "Careful: %s in %d mentions, and not in %d: from fewer than %d of either only words are learned,\nand the threshold and what else is known stay as they are.\n\n", c.Tag, c.Yes, c.No, classify.EnoughToSettle)
		}
	}
	enough := slices.ContainsFunc(samples, func(s classify.Sample) bool { return len(s.Gold) > 0 })
	switch {
	case !enough:
		return fmt.Errorf("nothing was learned from %s: of a tag it takes at least %d that have it and %d that have not; there are %s",
			count(len(samples), "mention"), classify.LeastToLearn, classify.LeastToLearn, strings.Join(there, ", "))
	case len(few) > 0:
		fmt.Fprintf(a.out, "Careful: nothing is learned of %s: it takes at least %d mentions that have a tag and %d that have not.\n\n",
			strings.Join(few, ", "), classify.LeastToLearn, classify.LeastToLearn)
	}
	return nil
}

// enoughOfTopics leaves out the samples of topics of which there are too few, and
// names those. It fails if no topic is left.
func (a *app) enoughOfTopics(samples []classify.Sample) ([]classify.Sample, error) {
	routed := map[string]int{}
	for i := range samples {
		routed[samples[i].Route]++
	}
	none := routed[""]
	delete(routed, "")
	var few []string
	for name, n := range routed {
		if n < classify.LeastToLearn {
			few = append(few, fmt.Sprintf("%s (%d)", name, n))
		}
	}
	slices.Sort(few)
	switch {
	case len(few) == len(routed):
		return nil, fmt.Errorf("nothing was learned from %s: of a topic it takes at least %d; there are %s",
			count(len(samples), "mention"), classify.LeastToLearn, strings.Join(append(few, fmt.Sprintf("without a topic (%d)", none)), ", "))
	case len(few) > 0:
		fmt.Fprintf(a.out, "Careful: nothing is learned of %s: of a topic it takes at least %d mentions.\n\n", strings.Join(few, ", "), classify.LeastToLearn)
	}
	return slices.DeleteFunc(samples, func(s classify.Sample) bool {
		return s.Route != "" && routed[s.Route] < classify.LeastToLearn
	}), nil
}
