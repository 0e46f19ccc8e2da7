package main

import (
	"github.com/spf13/cobra"

	"github.com/directdial/directdial/classify"
)

func (a *app) evalCommand() *cobra.Command {
	var asJSON bool
	var columns classify.Columns
	var lexicons []string
	c := &cobra.Command{
		Use:   "eval FILE",
		Short: "Measure the classifier on labelled data",
		Long: `Reads CSV or TSV with the columns text and label, or JSON lines, classifies each
text with the brands and topics of the configuration, and says how often it was
right. A label is complaint, question or ambassador, several separated by "|",
or none. Other names of columns and labels are said with --text, --label and
--means.`,
		Example: "  directdial eval labelled.csv\n  directdial eval labelled.jsonl --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := a.load(false)
			if err != nil {
				return err
			}
			samples, err := readSamples(args[0], columns)
			if err != nil {
				return err
			}
			with := classify.Config{Lexicons: classify.Shipped(), Brands: cfg.Directory.Brands, Topics: cfg.Directory.Topics}
			for _, name := range lexicons {
				l, err := readLexicon(name)
				if err != nil {
					return err
				}
				with.Lexicons = append(with.Lexicons, l)
			}
			classifier, err := classify.New(with)
			if err != nil {
				return usageError{err}
			}
			result := classify.Evaluate(classifier, samples)
			if asJSON {
				return result.WriteJSON(a.out)
			}
			return result.WriteTable(a.out)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringArrayVar(&lexicons, "lexicon", nil, "lexicon that adds to the shipped ones; may be given several times")
	columnFlags(c, &columns)
	return c
}
