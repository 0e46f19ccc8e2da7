package classify

import "math"

// passes is how often fit goes through all columns. Steps are small by then.
const passes = 120

// fitting is the fit of one tag.
type fitting struct {
	tag    int
	sign   []float64 // of each sample: 1 has the tag, -1 has not, 0 cannot be told
	margin []float64 // of each sample: the logarithm of the odds as fitted so far
	yes    float64
	no     float64
}

func (l *learner) newFitting(t int) *fitting {
	f := &fitting{tag: t, sign: make([]float64, len(l.samples)), margin: make([]float64, len(l.samples))}
	for i := range l.samples {
		switch gold, known := l.samples[i].Gold[tags[t]]; {
		case !known:
		case gold:
			f.sign[i] = 1
			f.yes++
		default:
			f.sign[i] = -1
			f.no++
		}
	}
	return f
}

// fit fits the weights of one tag by coordinate descent: one column after the
// other takes the step that the curvature allows, with the sparse penalty as a
// soft threshold on its change from the base.
func (l *learner) fit(t int) {
	f := l.newFitting(t)
	l.bias[t] = l.columns[bias].base[t]
	for i := range f.margin {
		f.margin[i] = l.bias[t]
	}
	for i := range l.columns {
		k := &l.columns[i]
		k.weights[t] = k.base[t]
		k.shift(f.margin, k.weights[t])
	}
	if f.yes == 0 || f.no == 0 {
		return
	}
	freedom := l.freedom(f)
	for range passes {
		if !l.cfg.KeepFeatures {
			l.bias[t] += f.shiftBias()
		}
		for i := range l.columns {
			if k := &l.columns[i]; !k.fixed {
				l.step(k, f, freedom[i])
			}
		}
	}
}

// shift adds a change of the weight of k to the margins.
func (k *column) shift(margin []float64, by float64) {
	if by == 0 {
		return
	}
	for j, row := range k.rows {
		margin[row] += by * float64(k.values[j])
	}
}

// freedom is how freely each column may move: the size of the logarithm of the
// ratio of its frequencies among yes and no (naive Bayes). What stands in both
// alike is held back.
func (l *learner) freedom(f *fitting) []float64 {
	out := make([]float64, len(l.columns))
	for i := range l.columns {
		yes, no := 1.0, 1.0
		for j, row := range l.columns[i].rows {
			switch v := math.Abs(float64(l.columns[i].values[j])); {
			case f.sign[row] > 0:
				yes += v
			case f.sign[row] < 0:
				no += v
			}
		}
		ratio := math.Abs(math.Log(yes / (f.yes + 2) / (no / (f.no + 2))))
		out[i] = max(0.1, min(2.5, ratio))
	}
	return out
}

// shiftBias takes one step of the bias and returns it.
func (f *fitting) shiftBias() float64 {
	gradient, curvature := 0.0, 1e-6
	for i, y := range f.sign {
		if y != 0 {
			p := 1 / (1 + math.Exp(y*f.margin[i]))
			gradient -= y * p
			curvature += p * (1 - p)
		}
	}
	d := max(-1, min(1, -gradient/curvature))
	for i := range f.margin {
		f.margin[i] += d
	}
	return d
}

// step moves the weight of one column. The penalties are on the change from
// the base; a column with freedom pays less.
func (l *learner) step(k *column, f *fitting, freedom float64) {
	shrink := l.cfg.Shrink / (freedom * freedom)
	change := k.weights[f.tag] - k.base[f.tag]
	gradient, curvature := shrink*change, shrink+1e-6
	for j, row := range k.rows {
		if y := f.sign[row]; y != 0 {
			v := float64(k.values[j])
			p := 1 / (1 + math.Exp(y*f.margin[row]))
			gradient -= y * p * v
			curvature += v * v * max(p*(1-p), 0.05)
		}
	}
	want := soft(change-gradient/curvature, l.cfg.Sparse/freedom/curvature)
	d := max(-1, min(1, want-change))
	k.weights[f.tag] += d
	k.shift(f.margin, d)
}

// soft moves x towards 0 by a distance, not beyond it.
func soft(x, by float64) float64 {
	switch {
	case x > by:
		return x - by
	case x < -by:
		return x + by
	}
	return 0
}
