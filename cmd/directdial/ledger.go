package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/experts/desk"
)

func (a *app) ledgerCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "ledger",
		Short: "Prove that no mention was lost: both sides, counted independently",
		Long: `The left side is counted from the sequences of the stream MENTIONS, the right
side from the records of the index. A difference is damage: exit code 1.`,
		Example: "  directdial ledger\n  directdial ledger --json | jq .parked",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := asked(c.Context(), a, reads, (*desk.Client).Ledger)
			if err != nil {
				return err
			}
			err = shown(a, asJSON, l, desk.PrintLedger)
			if err == nil && !l.Balanced() {
				err = errors.New("the ledger does not balance")
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
