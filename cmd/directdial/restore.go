package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/backup"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/config"
)

func (a *app) restoreCommand() *cobra.Command {
	var lists []string
	c := &cobra.Command{
		Use:   "restore DIR",
		Short: "Restore a backup into an empty data directory",
		Long: `Checks every byte of the backup in DIR, makes the streams and the key anew in the
data directory of the configuration, folds the index, and repeats the erasures
that are listed beside the backup. The data directory must be empty or not exist
(move an old one away first); with an external NATS cluster its streams must not
exist or be empty.

A restore that was interrupted is run again; until then nothing else starts on
that data directory. Cards that went out after the backup was made go out again:
the backup does not know of them.`,
		Example: "  directdial restore /backups/2026-11-21\n  directdial restore /backups/2026-11-21 --erasures /old/data/erasures.jsonl",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := a.load(false)
			if err != nil {
				return err
			}
			return a.restore(c.Context(), cfg, args[0], lists)
		},
	}
	c.Flags().StringSliceVar(&lists, "erasures", nil, "further lists of erasures to repeat")
	return c
}

// restoringName marks a data directory that is not whole yet.
const restoringName = "restoring"

// unfinished says that a data directory is not whole.
func unfinished(dataDir string) error {
	if _, err := os.Stat(filepath.Join(dataDir, restoringName)); err != nil {
		return nil
	}
	return fmt.Errorf("a restore into %s was not finished: run `directdial restore BACKUP` again", dataDir)
}

func (a *app) restore(ctx context.Context, c *config.Config, dir string, lists []string) error {
	b, err := backup.Open(dir)
	if err != nil {
		return err
	}
	erasures, err := allErasures(b, lists)
	if err != nil {
		return err
	}
	if err := vacate(c.DataDir); err != nil {
		return err
	}
	fmt.Fprintf(a.err, "the backup of %s is whole; restoring it into %s …\n", b.Made.Format("2006-01-02 15:04 MST"), c.DataDir)
	if err := a.refill(ctx, c, b); err != nil {
		return err
	}
	l, err := a.proveRestored(ctx, c, b)
	if err != nil {
		return err
	}
	if len(erasures) > 0 {
		if err := a.repeatErasures(ctx, c, erasures); err != nil {
			return err
		}
	}
	if err := os.Remove(filepath.Join(c.DataDir, restoringName)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "restored: %s, %s; the ledger balances; %d waiting; %s repeated.\n",
		count(l.Mentions, "mention"), count(l.Dials, "dial"), l.Waiting, count(len(erasures), "erasure"))
	return err
}

// allErasures are those listed beside the backup and in further lists, each
// once.
func allErasures(b *backup.Backup, lists []string) (keys []directdial.Key, err error) {
	all, err := b.Erasures()
	for _, path := range lists {
		if _, missing := os.Stat(path); missing != nil {
			return nil, missing
		}
		more, failed := backup.Erasures(path)
		all, err = append(all, more...), errors.Join(err, failed)
	}
	for _, e := range all {
		keys = append(keys, e.Mention)
	}
	slices.Sort(keys)
	return slices.Compact(keys), err
}

// vacate makes sure that the data directory holds nothing but what a restore
// that was broken off left there, and marks it.
func vacate(dataDir string) error {
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return err
	}
	broken := unfinished(dataDir) != nil
	entries, err := os.ReadDir(dataDir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch {
		case slices.Contains([]string{restoringName, "lost+found", filepath.Base(exampleTokenFile)}, e.Name()):
		case !broken:
			return fmt.Errorf("%s is not empty (it holds %s): a restore overwrites nothing; move it away first", dataDir, e.Name())
		default:
			if err := os.RemoveAll(filepath.Join(dataDir, e.Name())); err != nil {
				return err
			}
		}
	}
	return writeDurably(filepath.Join(dataDir, restoringName), nil)
}

// refill makes key and streams anew.
func (a *app) refill(ctx context.Context, c *config.Config, b *backup.Backup) error {
	log, err := a.logger(a.err)
	if err != nil {
		return err
	}
	key, err := b.Key()
	if err != nil {
		return err
	}
	if err := writeDurably(filepath.Join(c.DataDir, "key"), key); err != nil {
		return err
	}
	return bus.Restore(ctx, busOptions(c, log), func(s bus.Stream) (io.ReadCloser, error) {
		if isTerminal(a.err) {
			fmt.Fprintf(a.err, "%s: %d messages …\n", s, b.Streams[s].Messages)
		}
		return b.Stream(s)
	})
}

// proveRestored folds the index anew and holds it against what the backup says.
func (a *app) proveRestored(ctx context.Context, c *config.Config, b *backup.Backup) (*directdial.Ledger, error) {
	d, done, err := a.openData(ctx, c, reads, true)
	if err != nil {
		return nil, err
	}
	defer done()
	l, err := d.Ledger(ctx)
	switch {
	case err != nil:
		return nil, err
	case !l.Balanced():
		return nil, fmt.Errorf("the ledger does not balance: %q", l.Damage)
	case l.Steps != b.Streams[bus.Dials].Last || l.Position+l.Waiting != b.Streams[bus.Mentions].Last:
		return nil, fmt.Errorf("restored are %d steps and %d messages, the backup has %d and %d",
			l.Steps, l.Position+l.Waiting, b.Streams[bus.Dials].Last, b.Streams[bus.Mentions].Last)
	}
	return l, nil
}

// repeatErasures erases again what was erased after the backup was made.
func (a *app) repeatErasures(ctx context.Context, c *config.Config, mentions []directdial.Key) error {
	d, done, err := a.openData(ctx, c, writes, true)
	if err != nil {
		return err
	}
	defer done()
	if err := d.Erase(ctx, mentions); err != nil {
		return err
	}
	return a.awaitErasures(ctx, d)
}
