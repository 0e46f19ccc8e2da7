package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/experts/desk"
)

func (a *app) forgetCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "forget AUTHOR",
		Short: "Erase every mention of an author",
		Long: `Erases every mention of an author: all versions of the text, name, handle, id and
links are overwritten on the disk, cards lose their words, and open dials of
which nothing else is left are withdrawn. That the mentions were there stays, as
keyed hashes, so that the ledger balances and none of them is dialled again.

AUTHOR is PLATFORM:HANDLE or PLATFORM:ID, as the platform has it. Mentions by
other handles of the same id are found, too.

It returns when the bytes are gone from the disk. What is interrupted goes on at
the next start. Backups that were made before keep the text; restoring one
erases it again: see directdial backup. A mail that was sent stays where it is.`,
		Example: "  directdial forget mastodon:@user1@social.example\n  directdial forget crm:customer-4711 --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if _, _, err := authorOf(args[0]); err != nil {
				return usageError{err}
			}
			d, done, err := a.desk(c.Context(), writes)
			if err != nil {
				return err
			}
			defer done()
			forgotten, err := d.Forget(c.Context(), args[0])
			if err != nil {
				return err
			}
			if err := a.awaitErasures(c.Context(), d); err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(forgotten)
			}
			_, err = fmt.Fprintf(a.out, "Erased: %s.\n", count(forgotten.Mentions, "mention"))
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// lookEvery is how often a command asks how far something is.
const lookEvery = 200 * time.Millisecond

// erasing is what becomes of an erasure for which nobody waits any more.
const erasing = stopped("the erasure stands on the log and goes on at the next start")

// awaitErasures returns when nothing is left to erase.
func (a *app) awaitErasures(ctx context.Context, d *desk.Client) error {
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	for {
		left, err := d.Erasures(ctx)
		switch {
		case err == nil && left == (desk.Erasures{}):
			return nil
		case ctx.Err() != nil:
			return erasing
		case err != nil:
			return err
		}
		if isTerminal(a.err) {
			fmt.Fprintf(a.err, "\r%d mentions to erase, %d messages to overwrite …  ", left.Mentions, left.Messages)
		}
		select {
		case <-ctx.Done():
			return erasing
		case <-every.C:
		}
	}
}
