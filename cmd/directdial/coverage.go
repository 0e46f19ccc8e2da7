package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/experts/desk"
)

func (a *app) coverageCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "coverage",
		Short: "Show who could be dialled for what in the coming week, and where nobody could",
		Long: `Asks the gate for every topic, tag, platform, language and hour of the next seven
days: grants, duty, leave and channels as they are now. Shows the hours in which
nobody could be dialled, and what came in within four weeks that nobody is enabled
for: whom to train next. The fallback does not count; they are there for what has
no other.`,
		Example: "  directdial coverage\n  directdial coverage --json | jq '.holes[] | select(.enabled == 0)'",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d, done, err := a.desk(c.Context(), reads)
			if err != nil {
				return err
			}
			defer done()
			coverage, err := d.Coverage(c.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(coverage)
			}
			return desk.PrintCoverage(a.out, coverage, time.Local)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
