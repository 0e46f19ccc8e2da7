package classify

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/directdial/directdial"
)

// LearnTopics fits the weights of topics to samples whose Route names their
// topic, one topic against the rest; a sample without a route belongs to none.
// Keywords are words, phrases and beginnings of words; at most MaxEntries
// weights are kept in all. The topics come by name. Equal arguments give equal
// results. Errors are of kind Invalid.
func LearnTopics(cfg LearnConfig, samples []Sample) ([]directdial.Topic, error) {
	if cfg.Base == nil || cfg.MinCount < 2 || cfg.MaxEntries < 1 {
		return nil, directdial.Errorf(directdial.Invalid, "learning needs a base, MinCount of 2 or more and MaxEntries of 1 or more")
	}
	cfg.Base = &Lexicon{Name: cfg.Base.Name, Language: cfg.Base.Language, Openers: cfg.Base.Openers}
	l := learner{cfg: cfg, samples: samples}
	if err := l.gather(); err != nil {
		return nil, err
	}
	words, d := l.topicColumns()
	names := routes(samples)
	cfg.counted(len(names))
	found := make([]solution, len(names))
	_ = inParallel(len(names), func(i int) error { // a fit cannot fail
		p := problem{
			sign: make([]float64, len(samples)), start: make([]float64, len(samples)), fixed: make([]bool, len(words)),
			bias: true, sparse: cfg.Sparse, shrink: cfg.Shrink,
		}
		for j := range samples {
			p.sign[j] = -1
			if samples[j].Route == names[i] {
				p.sign[j] = 1
			}
		}
		found[i] = d.fit(p)
		cfg.fits.fitted()
		return nil
	})
	least := leastKept(found, cfg.MaxEntries)
	topics := make([]directdial.Topic, len(names))
	for i := range topics {
		topics[i] = directdial.Topic{Name: names[i], Weights: topicWeights(words, found[i], least)}
	}
	return topics, nil
}

// routes are the topics that samples belong to, by name.
func routes(samples []Sample) []string {
	named := map[string]bool{}
	for i := range samples {
		named[samples[i].Route] = true
	}
	delete(named, "")
	return slices.Sorted(maps.Keys(named))
}

// topicColumns returns the words of the columns that topics are learned from,
// those of entries, with what the samples have of them. A negation changes no
// topic: "no refund" is about refunds.
func (l *learner) topicColumns() (words []string, d design) {
	d.rows = len(l.samples)
	for i := int(featureCount); i < len(l.columns); i += 2 {
		cells := slices.Clone(l.design.columns[i])
		for j := range cells {
			cells[j].value = 1
		}
		words, d.columns = append(words, l.columns[i].word), append(d.columns, cells)
	}
	return words, d
}

// leastKept is the weight that at most n weights reach, and minWeight at least.
func leastKept(found []solution, n int) float64 {
	var all []float64
	for _, f := range found {
		for _, w := range f.change {
			if math.Abs(w) >= minWeight {
				all = append(all, math.Abs(w))
			}
		}
	}
	if len(all) <= n {
		return minWeight
	}
	slices.SortFunc(all, func(a, b float64) int { return cmp.Compare(b, a) })
	return all[n-1]
}

func topicWeights(words []string, f solution, least float64) *directdial.TopicWeights {
	w := &directdial.TopicWeights{Base: int(math.Round(1000 * f.bias)), Keywords: map[string]int{}}
	for i, change := range f.change {
		if math.Abs(change) >= least {
			w.Keywords[words[i]] = int(math.Round(1000 * max(-maxWeight/1000, min(maxWeight/1000, change))))
		}
	}
	return w
}
