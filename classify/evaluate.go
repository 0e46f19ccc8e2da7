package classify

import (
	"github.com/directdial/directdial"
)

// Evaluation says how well tags were told on labelled data.
type Evaluation struct {
	Samples int `json:"samples"`
	// Tags are the tags that the data labels, in deciding order.
	Tags []TagEvaluation `json:"tags"`
	// MacroF1 is the mean of the F1 of these tags.
	MacroF1 float64 `json:"macro_f1"`
	// Classes is about the deciding tag: "complaint", "question",
	// "ambassador" or "none", among the tags that a sample's labels name.
	Classes ClassEvaluation `json:"classes"`
	// Unknown counts the samples in a language without a lexicon.
	Unknown int `json:"unknown_language"`
}

// TagEvaluation is one tag against the rest, on the samples whose labels say
// whether they have it.
type TagEvaluation struct {
	Tag directdial.Tag `json:"tag"`
	Counts
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	// MacroF1 is the mean of the F1 of having and of not having the tag.
	MacroF1 float64 `json:"macro_f1"`
}

// Counts are the four counts of a yes or no question.
type Counts struct {
	TruePositive  int `json:"true_positive"`
	FalsePositive int `json:"false_positive"`
	FalseNegative int `json:"false_negative"`
	TrueNegative  int `json:"true_negative"`
}

// Add counts one answer.
func (c *Counts) Add(gold, got bool) { c.add(gold, got, 1) }

func (c *Counts) add(gold, got bool, n int) {
	switch {
	case gold && got:
		c.TruePositive += n
	case got:
		c.FalsePositive += n
	case gold:
		c.FalseNegative += n
	default:
		c.TrueNegative += n
	}
}

// Scores returns precision, recall and F1 of yes, and the mean of the F1 of
// yes and of no. What has no samples is 0.
func (c *Counts) Scores() (precision, recall, f1, macro float64) {
	precision = ratio(c.TruePositive, c.TruePositive+c.FalsePositive)
	recall = ratio(c.TruePositive, c.TruePositive+c.FalseNegative)
	f1 = ratio(2*c.TruePositive, 2*c.TruePositive+c.FalsePositive+c.FalseNegative)
	no := ratio(2*c.TrueNegative, 2*c.TrueNegative+c.FalsePositive+c.FalseNegative)
	return precision, recall, f1, (f1 + no) / 2
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// ClassEvaluation is about one class a sample.
type ClassEvaluation struct {
	Names    []string `json:"names"` // those that occur, in deciding order, "none" last
	Accuracy float64  `json:"accuracy"`
	// MacroF1 is the mean over the classes that some label has.
	MacroF1 float64 `json:"macro_f1"`
	// Confusion[i][j] counts the samples of class i that were told as class j.
	Confusion [][]int `json:"confusion"`
}

// Evaluate classifies all samples and compares.
func Evaluate(c *Classifier, samples []Sample) *Evaluation {
	var all Tally
	var out directdial.Classification
	for i := range samples {
		c.ClassifyInto(&out, samples[i].Text, samples[i].Lang)
		all.Add(NewVerdict(&samples[i], &out), 1)
	}
	return all.Evaluation()
}

// Verdict is what a sample's labels say, and what was told of it, by tag in the
// order of directdial.Tags.
type Verdict struct {
	Judged  [3]bool // the labels say whether it has the tag
	Gold    [3]bool
	Told    [3]bool
	Unknown bool // no lexicon for its language
}

// NewVerdict compares a classification with the labels.
func NewVerdict(s *Sample, out *directdial.Classification) Verdict {
	v := Verdict{Unknown: !out.Lexicon}
	for t, tag := range tags {
		v.Gold[t], v.Judged[t] = s.Gold[tag]
		v.Told[t] = hasTag(out, tag)
	}
	return v
}

// Tally counts verdicts. The zero Tally has counted none.
type Tally struct {
	samples, unknown int
	counts           [3]Counts
	judged           [3]bool
	confusion        [4][4]int
}

const noClass = 3 // the class of samples without a tag

// Add counts a verdict n times.
func (e *Tally) Add(v Verdict, n int) {
	if n == 0 {
		return
	}
	e.samples += n
	if v.Unknown {
		e.unknown += n
	}
	gold, got, judged := noClass, noClass, false
	for t := len(tags) - 1; t >= 0; t-- {
		if !v.Judged[t] {
			continue
		}
		judged = true
		e.judged[t] = true
		e.counts[t].add(v.Gold[t], v.Told[t], n)
		if v.Gold[t] {
			gold = t
		}
		if v.Told[t] {
			got = t
		}
	}
	if judged {
		e.confusion[gold][got] += n
	}
}

func hasTag(c *directdial.Classification, tag directdial.Tag) bool {
	for _, t := range c.Tags {
		if t.Tag == tag {
			return true
		}
	}
	return false
}

// Evaluation computes the figures of what was counted.
func (e *Tally) Evaluation() *Evaluation {
	out := &Evaluation{Samples: e.samples, Unknown: e.unknown}
	classes := []int{}
	for t, tag := range tags {
		if !e.judged[t] {
			continue
		}
		classes = append(classes, t)
		te := TagEvaluation{Tag: tag, Counts: e.counts[t]}
		te.Precision, te.Recall, te.F1, te.MacroF1 = te.Scores()
		out.Tags = append(out.Tags, te)
		out.MacroF1 += te.F1
	}
	out.MacroF1 /= float64(max(1, len(out.Tags)))
	out.Classes = e.classes(append(classes, noClass))
	return out
}

// classes computes the scores of the confusion matrix of these classes.
func (e *Tally) classes(in []int) ClassEvaluation {
	var out ClassEvaluation
	right, all, labelled := 0, 0, 0
	for _, i := range in {
		name := "none"
		if i != noClass {
			name = string(tags[i])
		}
		out.Names = append(out.Names, name)
		var row []int
		var c Counts
		for _, j := range in {
			row = append(row, e.confusion[i][j])
			all += e.confusion[i][j]
			if i != j {
				c.FalseNegative += e.confusion[i][j]
				c.FalsePositive += e.confusion[j][i]
			}
		}
		if e.confusion[i][i]+c.FalseNegative > 0 {
			labelled++
		}
		right += e.confusion[i][i]
		out.Confusion = append(out.Confusion, row)
		out.MacroF1 += ratio(2*e.confusion[i][i], 2*e.confusion[i][i]+c.FalseNegative+c.FalsePositive)
	}
	out.MacroF1 /= float64(max(1, labelled))
	out.Accuracy = ratio(right, all)
	return out
}
