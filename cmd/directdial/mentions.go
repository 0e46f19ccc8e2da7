package main

import (
	"context"
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
			if limit < 1 || limit > desk.MaxList {
				return usageError{fmt.Errorf("--limit %d: must be 1 to %d", limit, desk.MaxList)}
			}
			list, err := asked(c.Context(), a, reads, func(d *desk.Client, ctx context.Context) ([]desk.MentionView, error) {
				return d.Mentions(ctx, directdial.MentionState(state), limit)
			})
			if err != nil {
				return err
			}
			return shown(a, asJSON, list, desk.PrintMentions)
		},
	}
	c.Flags().StringVar(&state, "state", "", "only those: dialled, suppressed, parked, dead-lettered or erased")
	c.Flags().IntVar(&limit, "limit", 50, "how many at the most, up to 1000")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
