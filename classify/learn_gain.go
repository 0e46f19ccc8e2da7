package classify

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/directdial/directdial"
)

// gainFolds is in how many parts the samples are cut to say what was gained.
const gainFolds = 5

// Gain says what learning gains on samples that it has not seen.
type Gain struct {
	Before *Evaluation `json:"before"` // of the base, on all samples
	After  *Evaluation `json:"after"`  // each sample by a lexicon learned from the others
	Tags   []TagGain   `json:"tags"`
	// Low and High hold with 95 % confidence what the macro-F1 of the deciding
	// tag gains, as samples differ from each other.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Classes is what the macro-F1 of the deciding tag gains.
func (g *Gain) Classes() float64 { return g.After.Classes.MacroF1 - g.Before.Classes.MacroF1 }

// TagGain is the gain of one tag.
type TagGain struct {
	Tag directdial.Tag `json:"tag"`
	// Corrected are the samples that the base told wrong, Spoiled those that it
	// told right and the learned lexicon tells wrong.
	Corrected int `json:"corrected"`
	Spoiled   int `json:"spoiled"`
}

// CrossValidate learns five times from four fifths of the samples (by Fold, so
// that copies stay together) and measures on the other fifth.
func CrossValidate(cfg LearnConfig, samples []Sample) (*Gain, error) {
	if cfg.Base == nil {
		return nil, directdial.Errorf(directdial.Invalid, "learning needs a base")
	}
	cfg.loosen(samples)
	cfg.counted(gainFolds * cfg.lexiconFits())
	var before, after Tally
	var changes [3]TagGain
	var pairs [][2]Verdict
	base, err := New(Config{Lexicons: []*Lexicon{cfg.Base}, Brands: cfg.Brands})
	if err != nil {
		return nil, err
	}
	for fold := range gainFolds {
		seen, unseen := split(samples, gainFolds, fold)
		l, err := Learn(cfg, seen)
		if err != nil {
			return nil, err
		}
		c, err := New(Config{Lexicons: []*Lexicon{l}, Brands: cfg.Brands})
		if err != nil {
			return nil, err
		}
		for i := range unseen {
			s := &unseen[i]
			x, y := base.Classify(s.Text, l.Language), c.Classify(s.Text, l.Language)
			pair := [2]Verdict{NewVerdict(s, &x), NewVerdict(s, &y)}
			before.Add(pair[0], 1)
			after.Add(pair[1], 1)
			pairs = append(pairs, pair)
			compare(&changes, s, &x, &y)
		}
	}
	g := &Gain{Before: before.Evaluation(), After: after.Evaluation()}
	for _, e := range g.After.Tags {
		change := changes[tagIndex(e.Tag)]
		change.Tag = e.Tag
		g.Tags = append(g.Tags, change)
	}
	g.Low, g.High = gainWithin(pairs)
	return g, nil
}

// gainWithin returns the interval of the gain of the deciding tag's macro-F1: by
// how much it differs when one sample after the other is left out (jackknife).
func gainWithin(pairs [][2]Verdict) (low, high float64) {
	var both [2]Tally
	gain := func() float64 {
		return both[1].Evaluation().Classes.MacroF1 - both[0].Evaluation().Classes.MacroF1
	}
	count := func(pair *[2]Verdict, n int) {
		for i := range both {
			both[i].Add(pair[i], n)
		}
	}
	for i := range pairs {
		count(&pairs[i], 1)
	}
	all, without := gain(), make([]float64, len(pairs))
	n, mean := float64(len(pairs)), 0.0
	for i := range pairs {
		count(&pairs[i], -1)
		without[i] = gain()
		count(&pairs[i], 1)
		mean += without[i] / n
	}
	squares := 0.0
	for _, g := range without {
		squares += (g - mean) * (g - mean)
	}
	const twoSided = 1.96 // standard errors hold 95 % of a normal distribution
	around := twoSided * math.Sqrt((n-1)/max(1, n)*squares)
	return all - around, all + around
}

// compare counts what differs between two classifications of a sample.
func compare(changes *[3]TagGain, s *Sample, before, after *directdial.Classification) {
	for t, tag := range tags {
		gold, known := s.Gold[tag]
		if !known {
			continue
		}
		switch x, y := hasTag(before, tag) == gold, hasTag(after, tag) == gold; {
		case y && !x:
			changes[t].Corrected++
		case x && !y:
			changes[t].Spoiled++
		}
	}
}

// WriteTable writes the gain for people.
func (g *Gain) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "tag\tmacro-F1 before\tafter\tcorrected\tspoiled\t\n")
	for i, change := range g.Tags {
		fmt.Fprintf(t, "%s\t%.3f\t%.3f\t%d\t%d\t\n", change.Tag, g.Before.Tags[i].MacroF1, g.After.Tags[i].MacroF1, change.Corrected, change.Spoiled)
	}
	fmt.Fprintf(t, "deciding tag\t%.3f\t%.3f\t\t\t\n", g.Before.Classes.MacroF1, g.After.Classes.MacroF1)
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nThe deciding tag gains %+.3f, with 95 %% confidence between %+.3f and %+.3f.\n", g.Classes(), g.Low, g.High)
	return err
}
