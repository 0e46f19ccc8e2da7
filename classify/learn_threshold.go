package classify

import (
	"maps"

	"github.com/directdial/directdial"
)

// thresholdFolds is in how many parts the samples are cut to choose thresholds: many,
// because what was learned from much less of them has other sums.
const thresholdFolds = 8

// settle makes the scores of a lexicon that cfg learned from samples into
// probabilities and gives it the thresholds that tell best, both by what
// lexicons say that were fitted without the sample.
func settle(l *Lexicon, cfg LearnConfig, samples []Sample) error {
	var parts [thresholdFolds]trials
	err := inParallel(thresholdFolds, func(fold int) error {
		seen, unseen := split(samples, thresholdFolds, fold)
		part, err := learn(cfg, seen)
		if err != nil {
			return err
		}
		return parts[fold].score(part, cfg.Brands, unseen)
	})
	if err != nil {
		return err
	}
	var all trials
	for fold := range parts {
		all.join(&parts[fold])
	}
	all.calibrate(l, cfg.free)
	l.Thresholds = maps.Clone(cfg.Base.Thresholds)
	if l.Thresholds == nil {
		l.Thresholds = map[directdial.Tag]int{}
	}
	maps.Copy(l.Thresholds, all.best(cfg.free))
	return nil
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

// join adds the trials of b.
func (a *trials) join(b *trials) {
	for judge := range a {
		a[judge] = append(a[judge], b[judge]...)
	}
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
	floors := [3]int{never, never, never}
	for t := range floors {
		if judge>>t&1 != 0 {
			floors[t] = floor(thresholds[t])
		}
	}
	for t, yes := range told(one.sum, floors) {
		if yes {
			return t
		}
	}
	return noClass
}
