package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/experts/desk"
)

func (a *app) backupCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "backup DIR",
		Short: "Make a backup while everything runs",
		Long: `Copies all streams and the key of the data directory into DIR, which must not
exist or be empty, and reads everything back before DIR gets its name: a backup
that was interrupted is none. Nothing needs to stop for it. Where a daemon runs,
it writes the backup, so DIR is a folder of its machine that its user may write.

The backup holds texts and names. What is erased later is listed beside it
(erasures.jsonl) as long as DIR is in reach, and restore repeats it.`,
		Example: "  directdial backup /backups/2026-11-21\n  directdial backup /backups/2026-11-21 --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dir, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			d, done, err := a.desk(c.Context(), reads)
			if err != nil {
				return err
			}
			defer done()
			if _, err := d.Backup(c.Context(), dir); err != nil {
				return err
			}
			state, err := a.awaitBackup(c.Context(), d)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(state)
			}
			_, err = fmt.Fprintf(a.out, "%s: %s, %s, %s, verified.\n",
				state.Dir, count(int(state.Messages), "message"), count(int(state.Steps), "step"), count(int(state.Bytes), "byte"))
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// awaitBackup returns when the backup is whole.
func (a *app) awaitBackup(ctx context.Context, d *desk.Client) (desk.BackupState, error) {
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	for {
		state, err := d.BackupState(ctx)
		switch {
		case err != nil:
			return state, err
		case state.Error != "":
			return state, errors.New(state.Error)
		case !state.Running:
			return state, nil
		}
		if isTerminal(a.err) {
			fmt.Fprintf(a.err, "\r%s: %d bytes …  ", state.File, state.Bytes)
		}
		select {
		case <-ctx.Done():
			return state, ctx.Err()
		case <-every.C:
		}
	}
}
