package evaluation

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

const (
	draws      = 1000
	confidence = 0.95
)

// Interval holds a figure with 95 % confidence.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Intervals are those of the figures of an evaluation.
type Intervals struct {
	MacroF1  Interval       `json:"macro_f1"`
	Tags     []TagIntervals `json:"tags"`
	Accuracy Interval       `json:"accuracy"`         // of the classes
	Classes  Interval       `json:"classes_macro_f1"` // of the classes
}

// TagIntervals are those of the figures of one tag.
type TagIntervals struct {
	Tag       directdial.Tag `json:"tag"`
	Precision Interval       `json:"precision"`
	Recall    Interval       `json:"recall"`
	F1        Interval       `json:"f1"`
	MacroF1   Interval       `json:"macro_f1"`
}

// sampler draws as many samples as there are, with replacement. Samples of the
// same verdict are all the same to it, so that a draw is counted in one pass
// over a few dozen distinct verdicts.
type sampler[V comparable] struct {
	random   *rand.Rand
	distinct []V
	of       []int32 // by sample: which of the distinct verdicts
	count    []int   // by distinct verdict: how often it was drawn
}

func newSampler[V comparable](verdicts []V) *sampler[V] {
	s := &sampler[V]{random: rand.New(rand.NewPCG(1, 2)), of: make([]int32, len(verdicts))}
	places := map[V]int32{}
	for i, v := range verdicts {
		at, ok := places[v]
		if !ok {
			at = int32(len(s.distinct))
			places[v], s.distinct = at, append(s.distinct, v)
		}
		s.of[i] = at
	}
	s.count = make([]int, len(s.distinct))
	return s
}

// draw draws anew and calls each with the verdicts and how often they came up.
func (s *sampler[V]) draw(each func(v V, n int)) {
	clear(s.count)
	for range s.of {
		s.count[s.of[s.random.IntN(len(s.of))]]++
	}
	for i, n := range s.count {
		each(s.distinct[i], n)
	}
}

// interval returns the middle of what was drawn.
func interval(drawn []float64) Interval {
	if len(drawn) == 0 {
		return Interval{}
	}
	slices.Sort(drawn)
	last := float64(len(drawn) - 1)
	tail := (1 - confidence) / 2
	return Interval{Low: drawn[int(math.Round(tail*last))], High: drawn[int(math.Round((1-tail)*last))]}
}

// drawnFigures are the figures of one evaluation over all draws.
type drawnFigures struct {
	macro, accuracy, classes []float64
	tags                     [3]struct{ precision, recall, f1, macro []float64 }
}

func (d *drawnFigures) add(e *classify.Evaluation, in labelled) {
	d.macro = append(d.macro, in.mean(e))
	d.accuracy = append(d.accuracy, e.Classes.Accuracy)
	d.classes = append(d.classes, e.Classes.MacroF1)
	for _, g := range e.Tags {
		t := &d.tags[tagOf(g.Tag)]
		t.precision, t.recall = append(t.precision, g.Precision), append(t.recall, g.Recall)
		t.f1, t.macro = append(t.f1, g.F1), append(t.macro, g.MacroF1)
	}
}

// intervals are those of the figures of e, the evaluation of the verdicts.
func intervals(e *classify.Evaluation, verdicts []classify.Verdict) Intervals {
	var out Intervals
	if len(verdicts) == 0 {
		return out
	}
	var figures drawnFigures
	in := labelledIn(e)
	s := newSampler(verdicts)
	for range draws {
		var drawn classify.Tally
		s.draw(drawn.Add)
		figures.add(drawn.Evaluation(), in)
	}
	out.MacroF1, out.Accuracy, out.Classes = interval(figures.macro), interval(figures.accuracy), interval(figures.classes)
	for _, g := range e.Tags {
		t := &figures.tags[tagOf(g.Tag)]
		out.Tags = append(out.Tags, TagIntervals{
			Tag: g.Tag, Precision: interval(t.precision), Recall: interval(t.recall), F1: interval(t.f1), MacroF1: interval(t.macro),
		})
	}
	return out
}
