package classify

import (
	"maps"
	"math"

	"github.com/directdial/directdial"
)

// thresholdFolds is in how many parts the samples are cut to choose thresholds.
const thresholdFolds = 4

// settle makes the scores of a lexicon that cfg learned from samples into
// probabilities and gives it the thresholds that tell best, both by what
// lexicons say that were fitted without the sample.
func settle(l *Lexicon, cfg LearnConfig, samples []Sample) error {
	var all trials
	for fold := range thresholdFolds {
		seen, unseen := split(samples, thresholdFolds, fold)
		part, err := learn(cfg, seen)
		if err != nil {
			return err
		}
		if err := all.score(part, cfg.Brands, unseen); err != nil {
			return err
		}
	}
	all.calibrate(l, cfg.free)
	l.Thresholds = maps.Clone(cfg.Base.Thresholds)
	if l.Thresholds == nil {
		l.Thresholds = map[directdial.Tag]int{}
	}
	maps.Copy(l.Thresholds, all.best(cfg.free))
	return nil
}

// calibrate finds for each tag the straight line from the sums of unseen
// samples to the logarithm of their odds, and draws it into the weights of l
// and into the trials. What was fitted is too sure of what it has not seen.
func (a *trials) calibrate(l *Lexicon, free *[3]bool) {
	for t := range tags {
		if !free[t] {
			continue
		}
		var p problem
		var sums []cell
		for judge, group := range a {
			for i := range group {
				if judge>>t&1 == 0 {
					continue
				}
				sign := -1.0
				if group[i].has>>t&1 != 0 {
					sign = 1
				}
				sums = append(sums, cell{int32(len(p.sign)), float32(group[i].sum[t]) / 1000})
				p.sign = append(p.sign, sign)
			}
		}
		p.start, p.fixed, p.bias, p.free = make([]float64, len(sums)), []bool{false}, true, 1
		d := design{rows: len(sums), columns: [][]cell{sums}}
		found := d.fit(p)
		scale, shift := found.change[0], found.bias
		if scale <= 0 {
			continue // the sums say nothing
		}
		l.rescale(t, scale, shift)
		for _, group := range a {
			for i := range group {
				group[i].sum[t] = int(math.Round(float64(group[i].sum[t])*scale + 1000*shift))
			}
		}
	}
}

// rescale multiplies the weights for tag t and adds to its bias.
func (l *Lexicon) rescale(t int, scale, shift float64) {
	for i := range l.Entries {
		e := &l.Entries[i]
		w := float64(e.Weights[t]) * scale
		if e.Word == featureWords[bias] {
			w += 1000 * shift
		}
		e.Weights[t] = int(math.Round(max(-maxWeight, min(maxWeight, w))))
	}
}

// split returns the samples outside and inside one of n folds.
func split(samples []Sample, n, fold int) (outside, inside []Sample) {
	for _, s := range samples {
		if Fold(s.Text, n) == fold {
			inside = append(inside, s)
		} else {
			outside = append(outside, s)
		}
	}
	return outside, inside
}

// trial is what a lexicon said of a sample that it had not seen.
type trial struct {
	sum  [3]int // of the weights
	gold int    // the class of the sample among the tags that were judged
	has  int    // its tags, as bits
}

// trials are grouped by the tags that were judged, as bits: among them a sample
// has one class, its deciding tag or none.
type trials [8][]trial

// score adds what l says of samples.
func (a *trials) score(l *Lexicon, brands []directdial.Brand, samples []Sample) error {
	c, err := New(Config{Lexicons: []*Lexicon{l}, Brands: brands})
	if err != nil {
		return err
	}
	s := newScratch(c)
	for i := range samples {
		s.run(c, samples[i].Text, l.Language)
		one, judge := trial{gold: noClass}, 0
		for t := len(tags) - 1; t >= 0; t-- {
			one.sum[t] = s.tags[t].total
			gold, known := samples[i].Gold[tags[t]]
			if known {
				judge |= 1 << t
			}
			if gold {
				one.gold = t
				one.has |= 1 << t
			}
		}
		a[judge] = append(a[judge], one)
	}
	return nil
}

const (
	thresholdStep  = 10 // thresholds are multiples of it
	thresholdSmear = 2  // a threshold is as good as it and this many beside it are
	sweeps         = 3  // through the tags
)

// best returns the thresholds with the best macro-F1 of the deciding tag, of
// the tags that are free. It moves one tag's threshold
// after the other; a threshold counts with its neighbours, so that a lucky one
// does not win, and of equal ones in a row the middle one does.
func (a *trials) best(free *[3]bool) map[directdial.Tag]int {
	var at [3]int
	for t := range at {
		at[t] = DefaultThreshold
	}
	out := map[directdial.Tag]int{}
	for range sweeps {
		for t, tag := range tags {
			if free[t] {
				at[t] = a.bestOf(t, at)
				out[tag] = at[t]
			}
		}
	}
	return out
}

func (a *trials) bestOf(t int, at [3]int) int {
	var f1 [1000 / thresholdStep]float64
	for i := 1; i < len(f1); i++ {
		at[t] = i * thresholdStep
		f1[i] = a.macroF1(at)
	}
	first, last, most := 0, 0, -1.0
	for i := 1; i < len(f1); i++ {
		sum, n := 0.0, 0.0
		for j := max(1, i-thresholdSmear); j < min(len(f1), i+thresholdSmear+1); j++ {
			sum, n = sum+f1[j], n+1
		}
		switch mean := sum / n; {
		case mean > most+1e-9:
			first, last, most = i, i, mean
		case mean > most-1e-9 && last == i-1:
			last = i
		}
	}
	return (first + last) / 2 * thresholdStep
}

// macroF1 is the mean over the groups, by size, of the mean F1 of their classes.
func (a *trials) macroF1(thresholds [3]int) float64 {
	sum, n := 0.0, 0.0
	for judge := 1; judge < len(a); judge++ {
		group := a[judge]
		if len(group) == 0 {
			continue
		}
		var e Tally
		for i := range group {
			e.confusion[group[i].gold][group[i].told(judge, thresholds)]++
		}
		classes := []int{noClass}
		for t := range tags {
			if judge>>t&1 != 0 {
				classes = append(classes, t)
			}
		}
		sum += float64(len(group)) * e.classes(classes).MacroF1
		n += float64(len(group))
	}
	return sum / max(1, n)
}

// told is the class that the sums give a sample.
func (one *trial) told(judge int, thresholds [3]int) int {
	for t := range tags {
		if judge>>t&1 != 0 && one.sum[t] >= least(thresholds[t]) {
			return t
		}
	}
	return noClass
}

// least returns the least sum whose Probability reaches score, which is at
// least 1.
func least(score int) int { return steps[score-1] }
