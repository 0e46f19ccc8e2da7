package classify

import (
	"maps"

	"github.com/directdial/directdial"
)

// thresholdFolds is in how many parts the samples are cut to choose thresholds.
const thresholdFolds = 5

// learnThresholds returns for each tag that the samples name the threshold that
// tells best, on scores by lexicons that were fitted without the sample.
func learnThresholds(cfg LearnConfig, samples []Sample) (map[directdial.Tag]int, error) {
	var all trials
	for fold := range thresholdFolds {
		seen, unseen := split(samples, thresholdFolds, fold)
		l, err := learn(cfg, seen)
		if err != nil {
			return nil, err
		}
		if err := all.score(l, cfg.Brands, unseen); err != nil {
			return nil, err
		}
	}
	out := maps.Clone(cfg.Base.Thresholds)
	if out == nil {
		out = map[directdial.Tag]int{}
	}
	maps.Copy(out, all.best())
	return out, nil
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
	score [3]int
	gold  int // the class of the sample among the tags that were judged
	judge tagSet
}

// tagSet is a set of tags, as bits.
type tagSet uint8

// trials are grouped by the tags that were judged: among them a sample has one
// class, its deciding tag or none.
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
		one := trial{gold: noClass}
		for t := len(tags) - 1; t >= 0; t-- {
			gold, known := samples[i].Gold[tags[t]]
			if known {
				one.judge |= 1 << t
				one.score[t] = s.tags[t].score
			}
			if gold {
				one.gold = t
			}
		}
		a[one.judge] = append(a[one.judge], one)
	}
	return nil
}

const (
	thresholdStep  = 10 // thresholds are multiples of it
	thresholdSmear = 2  // a threshold is as good as it and this many beside it are
	sweeps         = 3  // through the tags
)

// best returns the thresholds with the best macro-F1 of the deciding tag, of
// the tags that some sample has and some has not. It moves one tag's threshold
// after the other; a threshold counts with its neighbours, so that a lucky one
// does not win, and of equal ones in a row the middle one does.
func (a *trials) best() map[directdial.Tag]int {
	var at [3]int
	for t := range at {
		at[t] = DefaultThreshold
	}
	out := map[directdial.Tag]int{}
	for range sweeps {
		for t, tag := range tags {
			if a.tells(t) {
				at[t] = a.bestOf(t, at)
				out[tag] = at[t]
			}
		}
	}
	return out
}

// tells reports whether some sample has tag t and some has not.
func (a *trials) tells(t int) bool {
	yes, no := false, false
	for judge, group := range a {
		for i := range group {
			known := judge>>t&1 != 0
			yes = yes || known && group[i].gold == t
			no = no || known && group[i].gold != t
		}
	}
	return yes && no
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
		var e evaluator
		for i := range group {
			e.confusion[group[i].gold][group[i].told(thresholds)]++
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

// told is the class that the scores give a sample.
func (one *trial) told(thresholds [3]int) int {
	for t := range tags {
		if one.judge>>t&1 != 0 && one.score[t] >= thresholds[t] {
			return t
		}
	}
	return noClass
}
