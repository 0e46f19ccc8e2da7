package main

import (
	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

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
