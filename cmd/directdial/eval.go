package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/classify"
)

func (a *app) evalCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "eval FILE",
		Short: "Measure the classifier on labelled data",
		Long: `Reads CSV or TSV with the columns text and label, or JSON lines, classifies each
text with the brands and topics of the configuration, and says how often it was
right. A label is complaint, question or ambassador, several separated by "|",
or none.`,
		Example: "  directdial eval labelled.csv\n  directdial eval labelled.jsonl --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := a.load(false)
			if err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return usageError{err}
			}
			defer f.Close()
			samples, err := classify.ReadSamples(args[0], f)
			if err != nil {
				return usageError{fmt.Errorf("the data cannot be used:\n%w", err)}
			}
			classifier, err := newClassifier(cfg.Directory)
			if err != nil {
				return err
			}
			result := classify.Evaluate(classifier, samples)
			if asJSON {
				return result.WriteJSON(a.out)
			}
			return result.WriteTable(a.out)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
