package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/classify/baseline"
	"github.com/directdial/directdial/classify/evaluation"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/internal/config"
)

// eval is what "eval" was asked for.
type eval struct {
	columns          classify.Columns
	lexicons         []string
	against          []string
	baselines        []string
	worst            int
	asJSON, markdown bool
	plots            string
}

func (a *app) evalCommand() *cobra.Command {
	var e eval
	c := &cobra.Command{
		Use:   "eval FILE",
		Short: "Measure the classifier on labelled data",
		Long: `Reads CSV or TSV with the columns text and label, as spreadsheets write them (UTF-8,
or UTF-16 with its mark), or JSON lines, classifies each
text with the brands and topics of the configuration, and says how often it was
right, how sure that is, whether the scores are probabilities, and where it was
wrong by which keywords. A label is complaint, question or ambassador, several
separated by "|", or none; a row without one is left out and counted. Other names of columns and labels are said with
--text, --label and --means; where each tag has a column of its own, with
--complaint, --question and --ambassador.

--against compares with another lexicon and --baseline with what is no classifier
of ours: vader and afinn, two general sentiment lexicons, and hand, a list of
words. What is better than chance has a small p. Equal texts whose labels contradict
each other are named with their lines, beside the report. The same data gives the same
figures.`,
		Example: `  directdial eval labelled.csv
  directdial eval labelled.csv --baseline vader --baseline hand
  directdial eval labelled.csv --lexicon new.tsv --against old.tsv
  directdial eval tweets.csv --text body --complaint is_complaint --plots pictures --markdown > report.md`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.load(false)
			if err != nil {
				return err
			}
			return a.eval(c.Context(), e, cfg, args[0])
		},
	}
	f := c.Flags()
	f.BoolVar(&e.asJSON, "json", false, "print JSON")
	f.BoolVar(&e.markdown, "markdown", false, "print Markdown")
	f.StringVar(&e.plots, "plots", "", "folder for pictures, as SVG and as PNG")
	f.IntVar(&e.worst, "worst", 5, "how many of the worst mistakes are shown for each tag, and how many misleading keywords")
	f.StringArrayVar(&e.lexicons, "lexicon", nil, "lexicon that adds to the shipped ones and those of the configuration; may be given several times")
	f.StringArrayVar(&e.against, "against", nil, "lexicon to compare with: what would be told with it in the place of --lexicon; may be given several times")
	f.StringArrayVar(&e.baselines, "baseline", nil, "to compare with: "+strings.Join(baseline.Names(), ", ")+"; may be given several times")
	columnFlags(c, &e.columns)
	c.MarkFlagsMutuallyExclusive("json", "markdown")
	return c
}

func (a *app) eval(ctx context.Context, e eval, cfg *config.Config, file string) error {
	samples, err := a.readSamples(file, e.columns)
	if err != nil {
		return err
	}
	a.tellConflicts(samples, classify.TagConflicts(samples), labelOf)
	report, err := untilStopped(ctx, func() (*evaluation.Report, error) { return e.run(cfg, samples) })
	if err != nil {
		return err
	}
	return a.tellReport(e, file, report)
}

// shownText is as much of a text as a table bears, without what would steer a
// terminal or turn the direction of what stands beside it.
func shownText(text string) string { return experts.Cut(experts.Line(text), 300) }

// run measures; it writes nothing.
func (e *eval) run(cfg *config.Config, samples []classify.Sample) (*evaluation.Report, error) {
	who, err := teller("the classifier", cfg, e.lexicons)
	if err != nil {
		return nil, err
	}
	var others []evaluation.Teller
	for _, name := range e.against {
		other, err := teller(filepath.Base(name), cfg, []string{name})
		if err != nil {
			return nil, err
		}
		others = append(others, other)
	}
	for _, name := range e.baselines {
		tell, err := baseline.Named(name)
		if err != nil {
			return nil, usageError{err}
		}
		others = append(others, evaluation.OfTags(name, tell))
	}
	return evaluation.Run(evaluation.Config{Worst: max(0, e.worst), Shown: shownText}, samples, who, others...), nil
}

// tellReport writes what was measured, the pictures first.
func (a *app) tellReport(e eval, file string, report *evaluation.Report) error {
	if e.plots != "" {
		if err := report.WritePlots(e.plots); err != nil {
			return err
		}
	}
	switch {
	case e.asJSON:
		return report.WriteJSON(a.out)
	case e.markdown:
		fmt.Fprintf(a.out, "# %s\n\n", filepath.Base(file))
		return report.WriteMarkdown(a.out, 1)
	}
	return report.WriteTable(a.out)
}

// teller returns the classifier of the configuration with more lexicons.
func teller(name string, cfg *config.Config, lexicons []string) (evaluation.Teller, error) {
	var more []*classify.Lexicon
	for _, file := range lexicons {
		l, err := readLexicon(file)
		if err != nil {
			return evaluation.Teller{}, err
		}
		more = append(more, l)
	}
	c, err := newClassifier(cfg.Directory, more...)
	if err != nil {
		return evaluation.Teller{}, usageError{err}
	}
	return evaluation.OfClassifier(name, c), nil
}
