package main

import (
	"cmp"
	"context"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
	"github.com/directdial/directdial/experts/desk"
)

func (a *app) keywordsCommand() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "keywords",
		Short: "Show which keywords do their work, and which never fire, mislead or are never needed",
		Long: `Reads from the log how often each keyword was found, how often it alone told the tag
or topic, and what colleagues made of the dials: confirmed is taken or answered,
rejected is passed on with "wrong tag given", or declined as "not about us". Lists
those about which something should be done, and proposes what; nothing is changed.

All keywords of topics are looked at, and all lines of lexicons; a line counts as found
also where its tag was not told, as far as the words of mentions are kept. Of the shipped
lexicons all words and phrases are counted, which are their lines without head and
features. Nothing is
proposed before there is enough to tell: 500 mentions for "never" (in the language of
the lexicon), five judged dials for "each time". What is never needed can go all at
once. How far back it looks is how far the log goes (retention.people).`,
		Example: "  directdial keywords\n  directdial keywords --all\n  directdial keywords --json | jq '.uses[] | select(.rejected > .confirmed)'",
	}
	c.Flags().BoolVar(&all, "all", false, "also those that do their work")
	return listing(a, c, (*desk.Client).Keywords, func(w io.Writer, k *directdial.KeywordUses) error {
		return desk.PrintKeywords(w, k, all)
	})
}

// Keywords implements desk.Experience: to those that told something it adds
// those of the topics and of the lexicons that never did.
func (x deskView) Keywords(ctx context.Context) (*directdial.KeywordUses, error) {
	uses, err := x.router.KeywordUses(ctx)
	if err != nil {
		return nil, err
	}
	d := x.config.Load().Directory
	topics, _ := classify.WithWeights(d.Topics, d.TopicWeights)
	found := map[string]bool{}
	for _, u := range uses.Uses {
		found[u.For+" "+u.Word] = true
	}
	for _, t := range topics {
		if t.Weights != nil && !t.Restricted {
			continue // its keywords say nothing
		}
		for _, word := range t.Keywords {
			about := "topic:" + t.Name
			if !found[about+" "+word] {
				uses.Uses = append(uses.Uses, directdial.KeywordUse{Word: word, For: about})
			}
		}
	}
	if err := x.lexiconUses(ctx, d, uses); err != nil {
		return nil, err
	}
	slices.SortStableFunc(uses.Uses, func(a, b directdial.KeywordUse) int { return cmp.Compare(a.For, b.For) })
	return uses, nil
}
