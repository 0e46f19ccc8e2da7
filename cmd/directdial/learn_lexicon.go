package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/internal/config"
)

// lesson is what "learn lexicon" and "learn weights" learn from, and write.
type lesson struct {
	data     []string
	columns  classify.Columns
	feedback bool
	out      string
	size     int
}

// learnLexicon is what "learn lexicon" was asked for.
type learnLexicon struct {
	lesson
	base, lang string
}

func (a *app) learnLexiconCommand() *cobra.Command {
	var l learnLexicon
	c := &cobra.Command{
		Use:   "lexicon",
		Short: "Learn the weights of a lexicon from labelled mentions and from what colleagues said",
		Long: `Reads CSV, TSV or JSON lines with a text and a label in each row (one without is left
out and counted; what has no tag is labelled none), and with --feedback
what colleagues said of mentions by what they did with the dials ("wrong tag given",
"not about us", taken) and coaches of mentions that were left. Fits the weights of
words, phrases, beginnings of words, negations and features to them, starting from
the lexicons in force or another. Writes a lexicon of what differs from that: one line
a keyword, with what it adds to each tag, to be read, compared and edited; name it
under classify: lexicons: in the configuration. Says by cross-validation what it gains on mentions that it has
not seen.

From feedback alone nothing is learned of marks, capitals and how frequent a tag is:
only what was told comes to colleagues, so it says nothing of the rest.

Equal texts whose labels contradict each other are named with their lines.
The names of the configured brands are left out, so that nothing is learned about
them. The same data gives the same lexicon. It holds words and phrases that stand in
at least two mentions, and no names of accounts.`,
		Example: `  directdial learn lexicon --feedback --out acme.tsv
  directdial learn lexicon --data labelled.csv --feedback --out acme.tsv
  directdial learn lexicon --data tweets.csv --text body --label sentiment \
      --means negative=complaint --means positive=ambassador --means neutral=none --out acme.tsv
  directdial eval other.csv --lexicon acme.tsv`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.load(false)
			if err != nil {
				return err
			}
			return a.learnLexicon(c.Context(), l, cfg)
		},
	}
	f := c.Flags()
	lessonFlags(c, &l.lesson)
	f.IntVar(&l.size, "size", 20_000, "how many lines it may have together with those it starts from, which stay in any case")
	columnFlags(c, &l.columns)
	f.StringVar(&l.base, "base", "", "lexicon to start from (default: the shipped one and those of the configuration)")
	f.StringVar(&l.lang, "lang", "en", "language of the data; of feedback only what is in it is learned from")
	return c
}

// colleaguesSaid is where samples of feedback come from.
const colleaguesSaid = "what colleagues said"

// lessonFlags are the flags of what is learned from, and where it is written.
func lessonFlags(c *cobra.Command, l *lesson) {
	f := c.Flags()
	f.StringArrayVar(&l.data, "data", nil, "labelled data; may be given several times")
	f.BoolVar(&l.feedback, "feedback", false, "learn from what colleagues said of mentions, as the log has it")
	f.StringVar(&l.out, "out", "", "file to write; one that is there must be of the same kind")
	_ = c.MarkFlagRequired("out")
	c.MarkFlagsOneRequired("data", "feedback")
}

// samples reads what is learned from; keep says of feedback what counts.
func (l *lesson) samples(ctx context.Context, a *app, keep func(*classify.Sample) bool) (samples []classify.Sample, from []string, err error) {
	for i, name := range l.data {
		if slices.ContainsFunc(l.data[:i], func(before string) bool { return sameFile(before, name) }) {
			return nil, nil, usageError{fmt.Errorf("--data %s is there twice: each of its mentions would count twice", name)}
		}
		more, err := a.readSamples(name, l.columns)
		if err != nil {
			return nil, nil, err
		}
		samples, from = append(samples, more...), append(from, filepath.Base(name))
	}
	if l.feedback {
		said, err := a.feedback(ctx)
		if err != nil {
			return nil, nil, err
		}
		said = slices.DeleteFunc(said, func(s classify.Sample) bool { return !keep(&s) })
		samples, from = append(samples, said...), append(from, colleaguesSaid)
	}
	if len(samples) == 0 {
		return nil, nil, errors.New("there is nothing to learn from yet: nobody has said anything of a mention")
	}
	return samples, from, nil
}

func (a *app) learnLexicon(ctx context.Context, l learnLexicon, cfg *config.Config) error {
	if err := l.check(a); err != nil {
		return err
	}
	base, err := l.start(cfg.Directory)
	if err != nil {
		return err
	}
	now, err := newClassifier(cfg.Directory)
	if err != nil {
		return err
	}
	samples, from, err := l.samples(ctx, a, func(s *classify.Sample) bool { return now.Classify(s.Text, s.Lang).Lang == l.lang })
	if err != nil {
		return err
	}
	a.tellConflicts(samples, classify.TagConflicts(samples), labelOf)
	how := classify.DefaultLearnConfig(base)
	how.Brands, how.MaxEntries, how.KeepFeatures = cfg.Directory.Brands, l.size, len(l.data) == 0
	if err := a.enoughOfTags(samples); err != nil {
		return err
	}
	fmt.Fprintf(a.err, "Learning from %s, and five times from four fifths to measure it.\n", count(len(samples), "mention"))
	learned, err := fitted(ctx, a, how, func(how classify.LearnConfig) (*classify.Lexicon, error) { return classify.Learn(how, samples) })
	if err != nil {
		return usageError{err}
	}
	learned, fresh := learned.Beside(base)
	if len(learned.Entries) == 0 {
		return fmt.Errorf("nothing was learned from %s: no word in them tells more than is known", count(len(samples), "mention"))
	}
	gain, err := fitted(ctx, a, how, func(how classify.LearnConfig) (*classify.Gain, error) { return classify.CrossValidate(how, samples) })
	if err != nil {
		return err
	}
	fmt.Fprint(a.out, unseen)
	if err := gain.WriteTable(a.out); err != nil {
		return err
	}
	switch {
	case gain.Classes() < 0:
		return fmt.Errorf("%s is not written: what was learned from %s tells mentions that it has not seen worse than what is in force", l.out, count(len(samples), "mention"))
	case gain.Low <= 0:
		fmt.Fprintf(a.out, "Careful: that may be chance. More labelled mentions tell.\n")
	}
	if err := l.write(learned, how, from); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "\n%s: %s, %d of them new, from %s.\n", l.out, count(len(learned.Entries), "line"), fresh, count(len(samples), "mention"))
	return nil
}

// check refuses, before anything is read, what cannot be written.
func (l learnLexicon) check(a *app) error {
	if err := languageCode(l.lang); err != nil {
		return usageError{err}
	}
	if l.size < 1 {
		return usageError{errors.New("--size must be 1 or more")}
	}
	return target{l.out, "lexicon", isLexicon}.check(a, append(slices.Clone(l.data), l.base))
}

// write writes what was learned, with where it comes from.
func (l learnLexicon) write(learned *classify.Lexicon, how classify.LearnConfig, from []string) error {
	for i := range learned.Entries {
		learned.Entries[i].From = how.From // also where the base has the line with another weight
	}
	learned.Sources = append(slices.Clone(how.Base.Sources), "weights learned from "+strings.Join(from, ", "))
	if how.Base.Licence != "" { // which may speak of files that stand beside the base
		learned.Licence = "that of each source above"
	}
	var b bytes.Buffer
	if _, err := learned.WriteTo(&b); err != nil {
		return err
	}
	return writeLearned(l.out, b.Bytes(), 0o644)
}

// languageCode refuses what a lexicon could not name as its language.
func languageCode(lang string) error {
	if len(lang) < 2 || len(lang) > 3 || strings.Trim(lang, "abcdefghijklmnopqrstuvwxyz") != "" {
		return fmt.Errorf("--lang %q is not a two or three letter code such as en", lang)
	}
	return nil
}

// start returns the lexicon that learning starts from: what is in force, but for
// the file that is written anew, so that the same data gives the same lexicon.
func (l learnLexicon) start(d *directdial.Directory) (*classify.Lexicon, error) {
	if l.base != "" {
		return readLexicon(l.base)
	}
	others := slices.DeleteFunc(slices.Clone(d.Lexicons), func(f directdial.File) bool { return sameFile(f.Name, l.out) })
	own, err := classify.ParseLexicons(others)
	if err != nil {
		return nil, err
	}
	if merged := classify.Merged(l.lang, append(classify.Shipped(), own...)); merged != nil {
		return merged, nil
	}
	return &classify.Lexicon{Name: l.out, Language: l.lang}, nil
}
