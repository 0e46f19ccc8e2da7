package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

func (a *app) learnCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "learn",
		Short: "Learn from labelled mentions and from colleagues: keywords of tags, what tells topics, new topics",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.learnLexiconCommand(), a.learnWeightsCommand(), a.learnTopicsCommand(), a.learnFeedbackCommand())
	return c
}

// textFlags are the flags that say how data names what it holds.
func textFlags(c *cobra.Command, to *classify.Columns) {
	c.Flags().StringVar(&to.Text, "text", "text", "name of the column with the text")
	c.Flags().StringToStringVar(&to.Where, "where", nil, "only rows with this in that column, as in checked=true")
}

// columnFlags are the flags that say how labelled data names what it holds.
func columnFlags(c *cobra.Command, to *classify.Columns) {
	textFlags(c, to)
	c.Flags().StringVar(&to.Label, "label", "label", "name of the column with the label")
	c.Flags().StringToStringVar(&to.Labels, "means", nil, `what a label of the data means, as in negative=complaint; tags joined by "|", or none; =none if an empty one means that`)
	c.Flags().Func("judged", "tag that the labels speak of, if not all; may be given several times", func(name string) error {
		if !directdial.Tag(name).Valid() {
			return fmt.Errorf("no tag: %q", name)
		}
		to.Judged = append(to.Judged, directdial.Tag(name))
		return nil
	})
	to.Tags = map[directdial.Tag]string{}
	for _, tag := range directdial.Tags() {
		c.Flags().Func(string(tag), "name of a column that says yes or no, 1 or 0, to the tag, instead of --label", func(name string) error {
			to.Tags[tag] = name
			return nil
		})
	}
}

func readLexicon(name string) (*classify.Lexicon, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, usageError{err}
	}
	l, err := classify.ParseLexicon(name, data)
	if err != nil {
		return nil, usageError{fmt.Errorf("the lexicon cannot be used:\n%w", err)}
	}
	return l, nil
}

// readSamples reads labelled data. Rows without a text or a label are counted and left
// out: an empty cell is work that is not done yet, and no answer.
func (a *app) readSamples(name string, as classify.Columns) ([]classify.Sample, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, usageError{err}
	}
	defer f.Close()
	samples, err := classify.ReadColumns(name, f, as)
	if err != nil {
		return nil, usageError{fmt.Errorf("the data cannot be used:\n%w", err)}
	}
	all := len(samples)
	samples = slices.DeleteFunc(samples, func(s classify.Sample) bool { return strings.TrimSpace(s.Text) == "" })
	texts := len(samples)
	if !as.Unlabelled {
		samples = slices.DeleteFunc(samples, func(s classify.Sample) bool { return len(s.Gold) == 0 })
	}
	switch {
	case all == 0:
		return nil, usageError{fmt.Errorf("the data cannot be used:\n%s: there is no row that counts", name)}
	case texts == 0:
		return nil, usageError{fmt.Errorf("the data cannot be used:\n%s: no row has a text", name)}
	case len(samples) == 0:
		return nil, usageError{fmt.Errorf("the data cannot be used:\n%s: no row has a label; one without a tag is labelled none, or 0", name)}
	}
	a.tellLeft(name, all-texts, "text")
	a.tellLeft(name, texts-len(samples), "label")
	return samples, nil
}

// tellLeft says how many rows of a file are left out for what they lack.
func (a *app) tellLeft(name string, rows int, lack string) {
	switch {
	case rows == 1:
		fmt.Fprintf(a.err, "%s: 1 row has no %s and is left out.\n", name, lack)
	case rows > 1:
		fmt.Fprintf(a.err, "%s: %d rows have no %s and are left out.\n", name, rows, lack)
	}
}
