package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/internal/config"
)

func (a *app) learnCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "learn",
		Short: "Learn keywords from labelled mentions",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.learnLexiconCommand(), a.learnFeedbackCommand(), a.learnTopicsCommand())
	return c
}

// learnLexicon is what "learn lexicon" was asked for.
type learnLexicon struct {
	data      []string
	columns   classify.Columns
	base, out string
	lang      string
	size      int
}

func (a *app) learnLexiconCommand() *cobra.Command {
	var l learnLexicon
	c := &cobra.Command{
		Use:   "lexicon",
		Short: "Learn the weights of a lexicon from labelled mentions",
		Long: `Reads CSV, TSV or JSON lines with a text and a label in each row and fits the
weights of words, phrases, beginnings of words, negations and features to them,
starting from the shipped lexicon or another. Writes a lexicon: one line a
keyword, with what it adds to each tag, to be read, compared and edited. Says by
cross-validation what it gains on mentions that it has not seen.

The names of the configured brands are left out, so that nothing is learned
about them. The same data gives the same lexicon.`,
		Example: `  directdial learn lexicon --data labelled.csv --out acme.tsv
  directdial learn lexicon --data tweets.csv --text body --label sentiment \
      --means negative=complaint --means positive=ambassador --means neutral=none --out acme.tsv
  directdial eval other.csv --lexicon acme.tsv`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.load(false)
			if err != nil {
				return err
			}
			return a.learnLexicon(l, cfg)
		},
	}
	f := c.Flags()
	f.StringArrayVar(&l.data, "data", nil, "labelled data; may be given several times")
	f.StringVar(&l.out, "out", "", "lexicon to write")
	f.StringVar(&l.base, "base", "", "lexicon to start from (default: the shipped one)")
	f.StringVar(&l.lang, "lang", "en", "language of the data")
	f.IntVar(&l.size, "size", 20_000, "how many lines the lexicon may have; those it starts from stay in any case")
	columnFlags(c, &l.columns)
	_ = c.MarkFlagRequired("data")
	_ = c.MarkFlagRequired("out")
	return c
}

// columnFlags are the flags that say how labelled data names what it holds.
func columnFlags(c *cobra.Command, to *classify.Columns) {
	c.Flags().StringVar(&to.Text, "text", "text", "name of the column with the text")
	c.Flags().StringVar(&to.Label, "label", "label", "name of the column with the label")
	c.Flags().StringToStringVar(&to.Labels, "means", nil, `what a label of the data means, as in negative=complaint; tags joined by "|", or none`)
	c.Flags().StringToStringVar(&to.Where, "where", nil, "only rows with this in that column, as in checked=true")
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

func (a *app) learnLexicon(l learnLexicon, cfg *config.Config) error {
	var samples []classify.Sample
	for _, name := range l.data {
		more, err := readSamples(name, l.columns)
		if err != nil {
			return err
		}
		samples = append(samples, more...)
	}
	base, err := l.start()
	if err != nil {
		return err
	}
	how := classify.DefaultLearnConfig(base)
	how.Brands, how.MaxEntries = cfg.Directory.Brands, l.size
	learned, err := classify.Learn(how, samples)
	if err != nil {
		return usageError{err}
	}
	learned.Sources = append(slices.Clone(base.Sources), "weights learned from "+strings.Join(l.data, ", "))
	var b bytes.Buffer
	if _, err := learned.WriteTo(&b); err != nil {
		return err
	}
	if err := os.WriteFile(l.out, b.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: %d lines, %d of them new, from %d mentions.\n", l.out, len(learned.Entries), len(learned.Entries)-len(base.Entries), len(samples))
	gain, err := classify.CrossValidate(how, samples)
	if err != nil {
		return err
	}
	fmt.Fprint(a.out, "\nOn mentions that were not learned from (cross-validation in five parts):\n\n")
	return gain.WriteTable(a.out)
}

// start returns the lexicon that learning starts from.
func (l learnLexicon) start() (*classify.Lexicon, error) {
	if l.base != "" {
		return readLexicon(l.base)
	}
	for _, shipped := range classify.Shipped() {
		if shipped.Language == l.lang {
			return shipped, nil
		}
	}
	return &classify.Lexicon{Name: l.out, Language: l.lang}, nil
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

func readSamples(name string, as classify.Columns) ([]classify.Sample, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, usageError{err}
	}
	defer f.Close()
	samples, err := classify.ReadColumns(name, f, as)
	if err != nil {
		return nil, usageError{fmt.Errorf("the data cannot be used:\n%w", err)}
	}
	return samples, nil
}
