package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

func (a *app) keywordsCommand() *cobra.Command {
	var asJSON, all bool
	c := &cobra.Command{
		Use:   "keywords",
		Short: "Show which keywords do their work, and which never fire, mislead or are never needed",
		Long: `Reads from the log how often each keyword was found, how often it alone told the tag
or topic, and what colleagues made of the dials: confirmed is taken or answered,
rejected is passed on with "wrong tag given", or declined as "not about us". Lists
those about which something should be done, and proposes what; nothing is changed.

Of topics all configured keywords are looked at, of lexicons those that were found.
How far back it looks is how far the log goes (retention.people).`,
		Example: "  directdial keywords\n  directdial keywords --all\n  directdial keywords --json | jq '.uses[] | select(.rejected > .confirmed)'",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d, done, err := a.desk(c.Context(), reads)
			if err != nil {
				return err
			}
			defer done()
			uses, err := d.Keywords(c.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(uses)
			}
			return desk.PrintKeywords(a.out, uses, all)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "also those that do their work")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (a *app) learnFeedbackCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "feedback",
		Short: "Write what colleagues said of mentions as labelled data",
		Long: `Writes the mentions that colleagues took, called wrongly tagged, or declined as not
about us, as JSON lines with a label for each tag that this says something about:
data for ` + "`directdial learn lexicon`" + ` and ` + "`directdial eval`" + `.

The file holds the words of authors. ` + "`directdial forget`" + ` and retention do not reach it:
delete it when it has been learned from.`,
		Example: "  directdial learn feedback --out feedback.jsonl\n  directdial learn lexicon --data feedback.jsonl --out acme.tsv",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d, done, err := a.desk(c.Context(), reads)
			if err != nil {
				return err
			}
			defer done()
			said, err := d.Feedback(c.Context())
			if err != nil {
				return err
			}
			if err := writeLines(out, said); err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%s: %d mentions.\n", out, len(said))
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", "", "file to write (.jsonl)")
	_ = c.MarkFlagRequired("out")
	return c
}

// writeLines writes one JSON object a line, for nobody else to read.
func writeLines[T any](file string, all []T) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return usageError{err}
	}
	b := bufio.NewWriter(f)
	lines := json.NewEncoder(b)
	lines.SetEscapeHTML(false)
	for i := range all {
		err = cmp.Or(err, lines.Encode(all[i]))
	}
	return cmp.Or(err, b.Flush(), f.Close())
}

// Keywords implements desk.Experience: to those that were found it adds those of
// the topics that never were.
func (x deskView) Keywords(ctx context.Context) (*directdial.KeywordUses, error) {
	uses, err := x.router.KeywordUses(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, u := range uses.Uses {
		found[u.For+" "+u.Word] = true
	}
	for _, t := range x.config.Load().Directory.Topics {
		for _, word := range t.Keywords {
			about := "topic:" + t.Name
			if !found[about+" "+word] {
				uses.Uses = append(uses.Uses, directdial.KeywordUse{Word: word, For: about})
			}
		}
	}
	slices.SortStableFunc(uses.Uses, func(a, b directdial.KeywordUse) int { return cmp.Compare(a.For, b.For) })
	return uses, nil
}

// Feedback implements desk.Experience. Mentions whose words are gone are left
// out.
func (x deskView) Feedback(ctx context.Context) ([]desk.Labelled, error) {
	said, err := x.router.Feedback(ctx)
	if err != nil {
		return nil, err
	}
	all := []desk.Labelled{}
	for _, f := range said {
		rec, ok := x.router.Mention(f.Mention)
		if !ok || rec.Gone() {
			continue
		}
		m, err := x.router.ReadMention(ctx, rec)
		if directdial.KindOf(err) == directdial.NotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		l := desk.Labelled{Text: m.Text, Lang: m.Lang, Gold: map[directdial.Tag]int{}, Route: f.Topic, Said: f.By}
		for tag, yes := range f.Tags {
			l.Gold[tag] = 0
			if yes {
				l.Gold[tag] = 1
			}
		}
		all = append(all, l)
	}
	return all, nil
}
