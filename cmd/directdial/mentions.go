package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

// mentionStates are what --state takes; "" is all.
var mentionStates = []string{
	"", string(directdial.Dialled), string(directdial.Suppressed), string(directdial.Parked),
	string(directdial.DeadLetter), string(directdial.Erased),
}

func (a *app) mentionsCommand() *cobra.Command {
	var (
		asJSON bool
		state  string
		limit  int
	)
	c := &cobra.Command{
		Use:   "mentions",
		Short: "List mentions and what became of them",
		Example: `  directdial mentions
  directdial mentions --state suppressed --limit 20
  directdial mentions --state parked --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !slices.Contains(mentionStates, state) {
				return usageError{fmt.Errorf("--state %q: there are dialled, suppressed, parked, dead-lettered and erased", state)}
			}
			d, done, err := a.desk(c.Context(), reads)
			if err != nil {
				return err
			}
			defer done()
			list, err := d.Mentions(c.Context(), directdial.MentionState(state), limit)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(list)
			}
			return desk.PrintMentions(a.out, list)
		},
	}
	c.Flags().StringVar(&state, "state", "", "only those: dialled, suppressed, parked, dead-lettered or erased")
	c.Flags().IntVar(&limit, "limit", 50, "how many at the most, up to 1000")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
