package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/experts/desk"
)

func (a *app) expertsCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "experts",
		Short: "List colleagues: enabled for what, until when, on duty now",
		Example: `  directdial experts
  directdial experts --json
  directdial experts away ana --until 2026-12-24`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d, done, err := a.explainDesk(c.Context())
			if err != nil {
				return err
			}
			defer done()
			list, err := d.Experts(c.Context(), time.Time{})
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(list)
			}
			return desk.PrintExperts(a.out, list)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.AddCommand(a.awayCommand(), a.backCommand(), a.transferCommand())
	return c
}
