package evaluation

import (
	"math"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// Comparison is how the teller of a report does against another.
type Comparison struct {
	With       string               `json:"with"`
	Evaluation *classify.Evaluation `json:"evaluation"` // of the other
	Intervals  Intervals            `json:"intervals"`  // of the other
	Tags       []TagComparison      `json:"tags"`
	MacroF1    Difference           `json:"macro_f1_gain"`
	Classes    Difference           `json:"classes_macro_f1_gain"`
}

// TagComparison compares the telling of one tag.
type TagComparison struct {
	Tag     directdial.Tag `json:"tag"`
	MacroF1 Difference     `json:"macro_f1_gain"`
	// Corrected are the samples that only the teller of the report tells right,
	// Spoiled those that only the other tells right.
	Corrected int     `json:"corrected"`
	Spoiled   int     `json:"spoiled"`
	McNemar   float64 `json:"mcnemar_p"` // two-sided, exact
}

// Difference is by how much a figure of the report is higher than the other's.
type Difference struct {
	Value float64 `json:"value"`
	Interval
	P float64 `json:"p"` // two-sided, of the paired bootstrap
}

// pair is what two tellers make of one sample.
type pair struct{ ours, theirs classify.Verdict }

func compare(with string, ours *classify.Evaluation, a, b []classify.Verdict) Comparison {
	theirs := tally(b)
	pairs := make([]pair, len(a))
	for i := range a {
		pairs[i] = pair{a[i], b[i]}
	}
	gains := drawGains(pairs, labelledIn(ours))
	out := Comparison{
		With: with, Evaluation: theirs, Intervals: intervals(theirs, b),
		MacroF1: difference(ours.MacroF1-theirs.MacroF1, gains.macro),
		Classes: difference(ours.Classes.MacroF1-theirs.Classes.MacroF1, gains.classes),
	}
	for i, g := range ours.Tags {
		t := tagOf(g.Tag)
		c := TagComparison{Tag: g.Tag, MacroF1: difference(g.MacroF1-theirs.Tags[i].MacroF1, gains.tags[t])}
		for _, p := range pairs {
			c.count(p, t)
		}
		c.McNemar = mcNemar(c.Corrected, c.Spoiled)
		out.Tags = append(out.Tags, c)
	}
	return out
}

// drawnGains are by how much figures are higher, over all draws.
type drawnGains struct {
	macro, classes []float64
	tags           [3][]float64 // macro-F1
}

func drawGains(pairs []pair, in labelled) (out drawnGains) {
	if len(pairs) == 0 {
		return out
	}
	s := newSampler(pairs)
	for range draws {
		var x, y classify.Tally
		s.draw(func(p pair, n int) {
			x.Add(p.ours, n)
			y.Add(p.theirs, n)
		})
		ours, theirs := x.Evaluation(), y.Evaluation()
		out.macro = append(out.macro, in.mean(ours)-in.mean(theirs))
		out.classes = append(out.classes, ours.Classes.MacroF1-theirs.Classes.MacroF1)
		for i, g := range ours.Tags {
			t := tagOf(g.Tag)
			out.tags[t] = append(out.tags[t], g.MacroF1-theirs.Tags[i].MacroF1)
		}
	}
	return out
}

func (c *TagComparison) count(p pair, t int) {
	if !p.ours.Judged[t] {
		return
	}
	switch ours, theirs := p.ours.Told[t] == p.ours.Gold[t], p.theirs.Told[t] == p.theirs.Gold[t]; {
	case ours && !theirs:
		c.Corrected++
	case theirs && !ours:
		c.Spoiled++
	}
}

// difference says how sure a difference is, from those that were drawn.
func difference(value float64, drawn []float64) Difference {
	d := Difference{Value: value, P: 1}
	if len(drawn) == 0 {
		return d
	}
	up, down := 0, 0
	for _, v := range drawn {
		if v <= 0 {
			down++
		}
		if v >= 0 {
			up++
		}
	}
	// One more in both, because the samples themselves are a draw: p is never 0.
	d.P = min(1, 2*float64(min(up, down)+1)/float64(len(drawn)+1))
	d.Interval = interval(drawn)
	return d
}

// mcNemar returns how likely a split of corrected and spoiled is at least as
// uneven as this one if both are equally likely.
func mcNemar(corrected, spoiled int) float64 {
	n, k := corrected+spoiled, min(corrected, spoiled)
	choose := func(k int) float64 { // the logarithm of n over k
		return logFactorial(n) - logFactorial(k) - logFactorial(n-k)
	}
	sum := 0.0
	for i := 0; i <= k; i++ {
		sum += math.Exp(choose(i) - float64(n)*math.Ln2)
	}
	return min(1, 2*sum)
}

func logFactorial(n int) float64 {
	v, _ := math.Lgamma(float64(n) + 1)
	return v
}
