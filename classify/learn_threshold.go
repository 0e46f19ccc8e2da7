package classify

import (
	"maps"

	"github.com/directdial/directdial"
)

// thresholdFolds is in how many parts the samples are cut to choose thresholds.
const thresholdFolds = 4

// learnThresholds returns for each tag that the samples name the threshold with
// the best mean of the F1 of having and not having the tag, on scores by
// lexicons that were fitted without the sample.
func learnThresholds(cfg LearnConfig, samples []Sample) (map[directdial.Tag]int, error) {
	var scored [3]histogram
	for fold := range thresholdFolds {
		var seen, unseen []Sample
		for _, s := range samples {
			if Fold(s.Text, thresholdFolds) == fold {
				unseen = append(unseen, s)
			} else {
				seen = append(seen, s)
			}
		}
		l, err := learn(cfg, seen)
		if err != nil {
			return nil, err
		}
		c, err := New(Config{Lexicons: []*Lexicon{l}, Brands: cfg.Brands})
		if err != nil {
			return nil, err
		}
		s := newScratch(c)
		for i := range unseen {
			s.run(c, unseen[i].Text, l.Language)
			for t, tag := range tags {
				if gold, known := unseen[i].Gold[tag]; known {
					scored[t].add(s.tags[t].score, gold)
				}
			}
		}
	}
	out := maps.Clone(cfg.Base.Thresholds)
	for t, tag := range tags {
		if n, ok := scored[t].best(); ok {
			if out == nil {
				out = map[directdial.Tag]int{}
			}
			out[tag] = n
		}
	}
	return out, nil
}

// histogram counts scores of samples that have and have not a tag.
type histogram struct{ yes, no [1001]int }

func (h *histogram) add(score int, gold bool) {
	if gold {
		h.yes[score]++
	} else {
		h.no[score]++
	}
}

// best returns the threshold with the best macro-F1, the middle one of several;
// false if one of the two sides is empty.
func (h *histogram) best() (int, bool) {
	var c Counts
	for score := range h.yes {
		c.TruePositive += h.yes[score]
		c.FalsePositive += h.no[score]
	}
	if c.TruePositive == 0 || c.FalsePositive == 0 {
		return 0, false
	}
	first, last, most := 0, 0, -1.0
	for threshold := 1; threshold <= 1000; threshold++ {
		c.FalseNegative += h.yes[threshold-1]
		c.TruePositive -= h.yes[threshold-1]
		c.TrueNegative += h.no[threshold-1]
		c.FalsePositive -= h.no[threshold-1]
		switch _, _, _, macro := c.Scores(); {
		case macro > most:
			first, last, most = threshold, threshold, macro
		case macro == most && threshold == last+1:
			last = threshold
		}
	}
	return (first + last) / 2, true
}
