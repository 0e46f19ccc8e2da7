package evaluation

import (
	"fmt"
	"strings"

	"github.com/directdial/directdial/classify"
)

// labelled says, by tag, whether any sample has it. Of a tag that none has the F1
// says nothing of who tells it, so it is not in the mean.
type labelled [3]bool

func labelledIn(e *classify.Evaluation) (out labelled) {
	for _, g := range e.Tags {
		out[tagOf(g.Tag)] = g.TruePositive+g.FalseNegative > 0
	}
	return out
}

// mean returns the mean of the F1 of the tags that some sample has.
func (l labelled) mean(e *classify.Evaluation) float64 {
	sum, n := 0.0, 0
	for _, g := range e.Tags {
		if l[tagOf(g.Tag)] {
			sum += g.F1
			n++
		}
	}
	return sum / float64(max(1, n))
}

// unlabelled says which tags no sample has, and how to leave them out; "" if
// there is none.
func unlabelled(e *classify.Evaluation) string {
	var lacking, plural, others []string
	for _, g := range e.Tags {
		if g.TruePositive+g.FalseNegative > 0 {
			others = append(others, "--judged "+string(g.Tag))
			continue
		}
		lacking, plural = append(lacking, string(g.Tag)), append(plural, string(g.Tag)+"s")
	}
	switch {
	case len(lacking) == 0:
		return ""
	case len(others) == 0:
		return fmt.Sprintf("No mention is labelled %s: only false alarms are measured.", strings.Join(lacking, " or "))
	}
	return fmt.Sprintf("No mention is labelled %s. If the data does not judge %s, say %s.",
		strings.Join(lacking, " or "), strings.Join(plural, " or "), strings.Join(others, " "))
}

// shownFigures are the figures of a tag as they are shown. What has nothing to be
// measured on is "-".
type shownFigures struct{ precision, recall, f1, macro string }

func figuresOf(g *classify.TagEvaluation, in TagIntervals) shownFigures {
	yes, no := g.TruePositive, g.TrueNegative
	wrong := g.FalsePositive + g.FalseNegative
	return shownFigures{
		precision: measured(yes+g.FalsePositive, g.Precision, in.Precision),
		recall:    measured(yes+g.FalseNegative, g.Recall, in.Recall),
		f1:        measured(yes+wrong, g.F1, in.F1),
		macro:     measured(min(yes+wrong, no+wrong), g.MacroF1, in.MacroF1),
	}
}

// measured is a figure of n samples with its interval.
func measured(n int, value float64, in Interval) string {
	if n == 0 {
		return "-"
	}
	return within(value, in)
}
