package main

import (
	"fmt"
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
no other. Where nothing was heard yet, the configuration alone tells; without one,
the built-in example.`,
		Example: "  directdial coverage\n  directdial coverage --json | jq '.holes[] | select(.enabled == 0)'",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d, done, err := a.explainDesk(c.Context())
			if err != nil {
				return err
			}
			defer done()
			if s, err := d.Status(c.Context()); err == nil && s.Example && !a.isElsewhere() {
				fmt.Fprintln(a.err, "There is no directdial.yaml here: this is the built-in example. Make one with `directdial init > directdial.yaml`, or name one with --config.")
			}
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
