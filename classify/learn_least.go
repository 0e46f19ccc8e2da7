package classify

import "github.com/directdial/directdial"

// How many samples that have a tag, and how many that have not, it takes.
const (
	// LeastToLearn is from where on a word that tells can be told from chance.
	LeastToLearn = 5
	// EnoughToSettle is from where on they can also say how frequent a tag is,
	// how far the words of the base are right, and where its threshold lies.
	EnoughToSettle = 50
)

// TagCount is how many samples have a tag, and how many have not.
type TagCount struct {
	Tag     directdial.Tag
	Yes, No int
}

// Holds reports whether there are at least n of either.
func (c TagCount) Holds(n int) bool { return min(c.Yes, c.No) >= n }

// CountTags counts, for each tag in order, the samples whose labels name it.
func CountTags(samples []Sample) []TagCount {
	counts := make([]TagCount, len(tags))
	for t, tag := range tags {
		counts[t].Tag = tag
		for i := range samples {
			switch gold, known := samples[i].Gold[tag]; {
			case gold:
				counts[t].Yes++
			case known:
				counts[t].No++
			}
		}
	}
	return counts
}

// loosen says which tags are free, unless that was said for more samples.
func (cfg *LearnConfig) loosen(samples []Sample) {
	if cfg.free != nil {
		return
	}
	cfg.free = &[3]bool{}
	for t, c := range CountTags(samples) {
		cfg.free[t] = !cfg.KeepFeatures && c.Holds(EnoughToSettle)
	}
}
