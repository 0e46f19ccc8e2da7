// Package evaluation measures whoever tells tags, a classifier or a baseline, on
// labelled samples: how often it is right and how sure that figure is, whether
// its scores are probabilities, where it is wrong and by which keywords, and
// whether another is better.
//
// # Figures
//
// Precision, recall and F1 are of having the tag, on the samples whose labels
// say whether they have it; macro-F1 of a tag is the mean of the F1 of having
// and of not having it. The mean over tags leaves out those that no sample has. Classes are about one tag a sample, the first that it
// has in deciding order, or none.
//
// An interval is the middle 95 % of what the figure is on 1,000 sets of the same
// size drawn from the samples with replacement (percentile bootstrap). Of two
// that tell the same samples both are computed on the same drawn sets (paired
// bootstrap): p is twice the share of sets in which the difference has not the
// sign that it has on the samples. McNemar's exact test asks the same of the
// single samples: of those that one of the two tells right and the other wrong,
// is the split further from half and half than chance explains?
//
// All of it is computed with a fixed seed: the same samples give the same
// figures.
package evaluation

//go:generate go run ./record

import (
	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// Teller is who is measured.
type Teller struct {
	Name string
	Tell func(text, lang string) classify.Judgement
	// Scores says whether the scores mean something: a baseline has none.
	Scores bool
}

// OfClassifier returns the teller of a classifier.
func OfClassifier(name string, c *classify.Classifier) Teller {
	return Teller{Name: name, Tell: c.Judge, Scores: true}
}

// OfTags returns a teller that only names tags.
func OfTags(name string, tell func(text string) []directdial.Tag) Teller {
	return Teller{Name: name, Tell: func(text, _ string) classify.Judgement {
		out := classify.Judgement{Known: true}
		for i, tag := range directdial.Tags() {
			out.Tags[i].Spoken = true
			for _, told := range tell(text) {
				out.Tags[i].Told = out.Tags[i].Told || told == tag
			}
		}
		return out
	}}
}

// Report is all that is said about one teller on one set of samples.
type Report struct {
	Name string `json:"name"`
	*classify.Evaluation
	// Strange counts the samples of languages without a lexicon; "" is a language
	// that could not be told.
	Strange      map[string]int `json:"without_lexicon,omitempty"`
	Intervals    Intervals      `json:"intervals"`
	Calibrations []Calibration  `json:"calibration,omitempty"`
	Mistakes     []Mistake      `json:"mistakes,omitempty"`
	Keywords     []KeywordCount `json:"keywords,omitempty"`
	Comparisons  []Comparison   `json:"comparisons,omitempty"`

	curves []curve // precision over recall, for the plots
	shown  func(text string) string
}

// Config says what a report shall have.
type Config struct {
	Worst int // how many mistakes a tag, and how many keywords, are shown
	// Shown makes the text of a sample, which is from outside and of any length,
	// fit to be shown in a table; nil shows it as one line.
	Shown func(text string) string
}

// Run measures a teller on samples, and compares it with others. It judges
// every sample once by everybody.
func Run(cfg Config, samples []classify.Sample, who Teller, against ...Teller) *Report {
	judged := judge(who, samples)
	verdicts := verdictsOf(samples, judged)
	r := &Report{Name: who.Name, Evaluation: tally(verdicts), shown: cfg.Shown}
	if r.shown == nil {
		r.shown = oneLine
	}
	for i := range judged {
		if !judged[i].Known {
			if r.Strange == nil {
				r.Strange = map[string]int{}
			}
			r.Strange[judged[i].Language]++
		}
	}
	r.Intervals = intervals(r.Evaluation, verdicts)
	if who.Scores {
		r.Calibrations = calibrations(r.Evaluation, samples, judged)
		r.Mistakes = mistakes(r.Evaluation, samples, judged, cfg.Worst)
		r.Keywords = keywordCounts(samples, judged, cfg.Worst)
		r.curves = curves(r.Evaluation, samples, judged)
	}
	for _, other := range against {
		theirs := verdictsOf(samples, judge(other, samples))
		r.Comparisons = append(r.Comparisons, compare(other.Name, r.Evaluation, verdicts, theirs))
	}
	return r
}

func judge(who Teller, samples []classify.Sample) []classify.Judgement {
	out := make([]classify.Judgement, len(samples))
	for i := range samples {
		out[i] = who.Tell(samples[i].Text, samples[i].Lang)
	}
	return out
}

func verdictsOf(samples []classify.Sample, judged []classify.Judgement) []classify.Verdict {
	out := make([]classify.Verdict, len(samples))
	for i := range samples {
		v := classify.Verdict{Unknown: !judged[i].Known}
		for t, tag := range directdial.Tags() {
			v.Gold[t], v.Judged[t] = samples[i].Gold[tag]
			v.Told[t] = judged[i].Tags[t].Told
		}
		out[i] = v
	}
	return out
}

func tally(verdicts []classify.Verdict) *classify.Evaluation {
	var all classify.Tally
	for _, v := range verdicts {
		all.Add(v, 1)
	}
	e := all.Evaluation()
	e.MacroF1 = labelledIn(e).mean(e)
	return e
}

// tagOf returns the place of a tag in directdial.Tags.
func tagOf(tag directdial.Tag) int {
	for i, t := range directdial.Tags() {
		if t == tag {
			return i
		}
	}
	return -1
}
