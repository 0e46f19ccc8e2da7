package classify

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/directdial/directdial"
)

// LearnConfig says how weights are learned.
type LearnConfig struct {
	// Base is where learning starts from: its entries and features keep their
	// weights as far as the data does not contradict, its words of roles are
	// taken over. It must not be nil.
	Base *Lexicon
	// Brands are the brands that the samples are about. Their names are neutral,
	// so that nothing is learned about them.
	Brands []directdial.Brand
	// MinCount is in how many texts a word or phrase must stand to become an
	// entry; the beginning of a word in one more, and in two words. At least 2.
	MinCount int
	// MaxEntries bounds the words and phrases of the result; at least 1. Those
	// of Base stay in any case.
	MaxEntries int
	// Sparse and Shrink weigh the sum of the changes and half the sum of their
	// squares against the loss of one sample: the first removes entries, the
	// second makes weights small.
	Sparse, Shrink float64
	// KeepFeatures keeps the weights of features and bias, and the thresholds,
	// as they are in Base: where the samples come from another place than the
	// texts to come, how often they end in a question mark says nothing.
	KeepFeatures bool
	// From is what the entries that were learned name as their origin.
	From string
	// Progress, if not nil, is told after each fit how many are done of how many:
	// one call at a time, from any goroutine.
	Progress func(done, all uint64)
	fits     *fits // those that are counted
	// free says of which tags more than the weights of words may move; if nil,
	// those of which the samples hold EnoughToSettle.
	free *[3]bool
}

// DefaultLearnConfig returns settings that do well on a few hundred to a few ten
// thousand short texts, found by cross-validation on the development data.
func DefaultLearnConfig(base *Lexicon) LearnConfig {
	return LearnConfig{Base: base, MinCount: 2, MaxEntries: 20_000, Sparse: 0.1, Shrink: 10, From: "learned"}
}

// Learn fits the weights of a lexicon to labelled samples by logistic
// regression, one tag against the rest, on the samples whose labels name the
// tag. A tag that no sample names keeps the weights of Base. Of a tag with
// EnoughToSettle samples scores are then probabilities, and thresholds those that
// tell best, for what a fit did not see; with fewer only words are learned, and
// the rest stays as it is in Base. Equal arguments give equal results. Errors are of kind Invalid.
func Learn(cfg LearnConfig, samples []Sample) (*Lexicon, error) {
	if cfg.Base == nil || cfg.MinCount < 2 || cfg.MaxEntries < 1 {
		return nil, directdial.Errorf(directdial.Invalid, "learning needs a base, MinCount of 2 or more and MaxEntries of 1 or more")
	}
	cfg.loosen(samples)
	cfg.counted(cfg.lexiconFits())
	out, err := learn(cfg, samples)
	if err != nil || cfg.KeepFeatures {
		return out, err
	}
	return out, settle(out, cfg, samples)
}

func learn(cfg LearnConfig, samples []Sample) (*Lexicon, error) {
	l := learner{cfg: cfg, samples: samples}
	if err := l.gather(); err != nil {
		return nil, err
	}
	for t := range tags {
		l.fit(t)
	}
	l.prune()
	for t := range tags {
		l.fit(t) // what was dropped leaves its share to the others
	}
	cfg.fits.fitted()
	return l.lexicon(), nil
}

// learner fits one lexicon. Its columns are the features in their order, then,
// for each entry, the entry and the entry in the scope of a negation.
type learner struct {
	cfg     LearnConfig
	samples []Sample
	columns []column
	design  design // what the samples have of the columns
	bias    [3]float64
}

// column is one thing that has weights.
type column struct {
	word    string // as in the lexicon
	origin  string // Entry.From
	base    [3]float64
	inBase  bool // stands in Base
	texts   int  // how many samples have it
	weights [3]float64
	fixed   bool // is not fitted: keeps the weights of the base
}

// fit fits the weights of one tag.
func (l *learner) fit(t int) {
	p := problem{
		sign: l.signs(t), start: make([]float64, len(l.samples)), fixed: make([]bool, len(l.columns)),
		bias: l.cfg.free[t], sparse: l.cfg.Sparse, shrink: l.cfg.Shrink, features: int(featureCount),
	}
	for i := range p.start {
		p.start[i] = l.columns[bias].base[t]
	}
	for i := range l.columns {
		k := &l.columns[i]
		p.fixed[i] = k.fixed || i < int(featureCount) && !l.cfg.free[t]
		for _, c := range l.design.columns[i] {
			p.start[c.row] += k.base[t] * float64(c.value)
		}
	}
	d, origins := l.design, []string(nil)
	if l.cfg.free[t] {
		d, origins = l.trust(t, &p)
	}
	found := d.fit(p)
	for i := range l.columns {
		k := &l.columns[i]
		scale := 1.0
		if o := slices.Index(origins, k.origin); o >= 0 && k.inBase {
			scale += found.change[len(l.columns)+o]
		}
		k.weights[t] = k.base[t]*scale + found.change[i]
	}
	l.bias[t] = l.columns[bias].base[t] + found.bias
}

// signs says which samples have tag t: 1, have not: -1, or cannot tell: 0.
func (l *learner) signs(t int) []float64 {
	out := make([]float64, len(l.samples))
	for i := range l.samples {
		if gold, known := l.samples[i].Gold[tags[t]]; known {
			out[i] = -1
			if gold {
				out[i] = 1
			}
		}
	}
	return out
}

// minWeight is the least weight that is worth a line.
const minWeight = 0.02

// prune drops, of what Base does not have, what decides least: weak weights,
// then, as far as there are too many, those that add least over all samples.
func (l *learner) prune() {
	var learned []*column
	for i := int(featureCount); i < len(l.columns); i++ {
		k := &l.columns[i]
		switch {
		case k.fixed || k.inBase:
		case k.strength() < minWeight:
			k.fixed = true
		default:
			learned = append(learned, k)
		}
	}
	room := max(0, l.cfg.MaxEntries-len(l.cfg.Base.Entries))
	if len(learned) <= room {
		return
	}
	slices.SortStableFunc(learned, func(a, b *column) int {
		return cmp.Compare(b.strength()*math.Sqrt(float64(b.texts)), a.strength()*math.Sqrt(float64(a.texts)))
	})
	for _, k := range learned[room:] {
		k.fixed = true
	}
}

// strength is the largest weight of a column.
func (k *column) strength() float64 {
	most := 0.0
	for _, w := range k.weights {
		most = math.Max(most, math.Abs(w))
	}
	return most
}

// lexicon writes down what was learned: the lines of the base in their order,
// then the new ones by name.
func (l *learner) lexicon() *Lexicon {
	byWord := map[string]*column{}
	var learned []*column
	for i := range l.columns {
		k := &l.columns[i]
		byWord[k.word] = k
		if i == int(bias) {
			k.weights = l.bias
		}
		if !k.inBase && (!k.fixed || i == int(bias)) && k.strength() >= minWeight {
			learned = append(learned, k)
		}
	}
	out := *l.cfg.Base
	out.Entries = nil
	for _, e := range l.cfg.Base.Entries {
		if k := byWord[e.Word]; k != nil && (!k.fixed || k == &l.columns[bias]) {
			e.Weights = l.line(k, byWord)
		}
		e.Line = 0
		out.Entries = append(out.Entries, e)
	}
	slices.SortFunc(learned, func(a, b *column) int { return cmp.Compare(a.word, b.word) })
	for _, k := range learned {
		out.Entries = append(out.Entries, Entry{Word: k.word, Weights: l.line(k, byWord), From: l.cfg.From})
	}
	return &out
}

// line returns the weights of the line of column k. What a "not:" line says
// replaces the half opposite of its entry, so that is added to it.
func (l *learner) line(k *column, byWord map[string]*column) Weights {
	of := k.weights
	if plain, ok := strings.CutPrefix(k.word, notPrefix); ok {
		for t, w := range byWord[plain].weights {
			of[t] -= w / 2
		}
	}
	return rounded(of)
}

func rounded(of [3]float64) (w Weights) {
	for t := range w {
		w[t] = int(math.Round(1000 * max(-maxWeight/1000, min(maxWeight/1000, of[t]))))
	}
	return w
}

// thousandths undoes rounded.
func thousandths(w Weights) (of [3]float64) {
	for t := range w {
		of[t] = float64(w[t]) / 1000
	}
	return of
}
