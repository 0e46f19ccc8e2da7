package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/internal/config"
	"github.com/directdial/directdial/internal/suggest"
)

func (a *app) learnWeightsCommand() *cobra.Command {
	var l lesson
	c := &cobra.Command{
		Use:   "weights",
		Short: "Learn what tells the topics, from mentions of which the topic is known",
		Long: `Reads CSV, TSV or JSON lines with a text and its topic in each row (--topic; empty
for none), and with --feedback the mentions that colleagues took for a topic, or
declined as not about us. Fits weights of words, phrases and beginnings of words to
the topics of the configuration, and writes them: one line a keyword of a topic, to be
read, compared and edited. Named under classify: topic_weights: in the configuration,
they take the place of the keywords of these topics; those of a restricted topic
count, too. Says by cross-validation how often
the topic is right, with the keywords of the configuration and with what was learned.

The same data gives the same file.`,
		Example: `  directdial learn weights --data routed.csv --topic queue --out weights.tsv
  directdial learn weights --feedback --out weights.tsv`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.load(false)
			if err != nil {
				return err
			}
			return a.learnWeights(c.Context(), l, cfg)
		},
	}
	lessonFlags(c, &l)
	c.Flags().IntVar(&l.size, "size", 0, "how many lines may be written at most (default: 3000 for each topic, 50000 in all)")
	textFlags(c, &l.columns)
	c.Flags().StringVar(&l.columns.Route, "topic", "route", "name of the column with the topic")
	c.Flags().StringToStringVar(&l.columns.Labels, "means", nil, `what a topic of the data is called in the configuration, as in "Lost Luggage=baggage"; or none`)
	l.columns.Unlabelled = true
	return c
}

func (a *app) learnWeights(ctx context.Context, l lesson, cfg *config.Config) error {
	if l.size < 0 {
		return usageError{errors.New("--size must be 1 or more")}
	}
	if err := (target{l.out, "file of topic weights", isTopicWeights}).check(a, l.data); err != nil {
		return err
	}
	samples, from, err := l.samples(ctx, a, func(*classify.Sample) bool { return true })
	if err != nil {
		return err
	}
	d := cfg.Directory
	if unknown := known(samples, d.Topics); len(unknown) > 0 {
		fmt.Fprintf(a.out, "No topics of the configuration, learned as none: %s.\n\n", strings.Join(meant(unknown, d.Topics), ", "))
	}
	a.tellConflicts(samples, classify.RouteConflicts(samples), routeOf)
	if samples, err = a.enoughOfTopics(samples); err != nil {
		return err
	}
	how := classify.DefaultLearnConfig(&classify.Lexicon{Name: l.out, Language: "en"})
	how.Brands, how.MaxEntries = d.Brands, l.size
	if l.size == 0 { // more tell nothing more
		how.MaxEntries = min(50_000, 3000*max(1, len(d.Topics)))
	}
	fmt.Fprintf(a.err, "Learning from %s, and five times from four fifths to measure it.\n", count(len(samples), "mention"))
	topics, err := fitted(ctx, a, how, func(how classify.LearnConfig) ([]directdial.Topic, error) { return classify.LearnTopics(how, samples) })
	if err != nil {
		return usageError{err}
	}
	gain, err := fitted(ctx, a, how, func(how classify.LearnConfig) (*classify.TopicGain, error) {
		return classify.CrossValidateTopics(how, d.Topics, samples)
	})
	if err != nil {
		return err
	}
	fmt.Fprint(a.out, unseen)
	if err := gain.WriteTable(a.out); err != nil {
		return err
	}
	if gain.After.Right() < gain.Before.Right() {
		return fmt.Errorf("%s is not written: what was learned from %s tells mentions that it has not seen worse than the keywords of the configuration: %d of %d right, and not %d",
			l.out, count(len(samples), "mention"), gain.After.Right(), len(samples), gain.Before.Right())
	}
	var b bytes.Buffer
	if err := classify.WriteTopicWeights(&b, topics, "weights learned from "+strings.Join(from, ", ")); err != nil {
		return err
	}
	if err := writeLearned(l.out, b.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "\n%s: %s from %s.\n", l.out, count(len(topics), "topic"), count(len(samples), "mention"))
	return nil
}

// known takes from samples the routes that are no topics whose weights can be
// learned, and returns their names.
func known(samples []classify.Sample, topics []directdial.Topic) (unknown []string) {
	for i := range samples {
		route := samples[i].Route
		if route == "" || route != directdial.Harm && slices.ContainsFunc(topics, func(t directdial.Topic) bool { return t.Name == route }) {
			continue
		}
		if samples[i].Route = ""; !slices.Contains(unknown, route) {
			unknown = append(unknown, route)
		}
	}
	slices.Sort(unknown)
	return unknown
}

// meant names routes that are no topics, each with the topic that is probably
// meant.
func meant(routes []string, topics []directdial.Topic) []string {
	var names []string
	for _, t := range topics {
		if t.Name != directdial.Harm {
			names = append(names, t.Name)
		}
	}
	out := make([]string, len(routes))
	for i, route := range routes {
		out[i] = route
		if hint := suggest.DidYouMean(route, names); strings.HasPrefix(hint, "did you mean ") {
			out[i] += " (" + hint + ")"
		}
	}
	return out
}
