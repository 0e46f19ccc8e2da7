package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

// replaying is what becomes of a replay for which nobody waits any more.
const replaying = stopped("what was said above is decided, the other dead letters are as they were")

func (a *app) replayCommand() *cobra.Command {
	var (
		all, asJSON bool
		source      string
	)
	c := &cobra.Command{
		Use:   "replay [ID...]",
		Short: "Decide dead letters again; without one, list them",
		Long: `Decides dead letters again: messages that this program, or the one before it, could not
read, or whose decision could not be kept. Without ID and --all, list them, with what is
wrong with each now.

A dead letter is decided as if it came in now: what is too old is heard and not dialled,
what is known by now is a repeat or an edit, and what was deleted or forgotten meanwhile
stays so. One that still cannot be read stays a dead letter; that is said, and the exit
code is 1.

ID is the beginning of a dead letter's id, as the list shows it.`,
		Example: `  directdial replay                       # the list, and what can be read by now
  directdial replay --source fediverse    # of one source
  directdial replay 1a2b3c4d 5e6f7a8b
  directdial replay --all
  directdial replay --all --source fediverse --json`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, ids []string) error {
			switch {
			case slices.Contains(ids, ""):
				return usageError{errors.New("ID is empty: say the beginning of a dead letter's id, as `directdial replay` shows it")}
			case all && len(ids) > 0:
				return usageError{errors.New("say either which dead letters, or --all")}
			case source != "" && len(ids) > 0:
				return usageError{errors.New("--source is for the list and for --all: an ID says which one")}
			case !all && len(ids) == 0:
				letters, err := asked(c.Context(), a, reads, func(d *desk.Client, ctx context.Context) ([]directdial.DeadLetterRecord, error) {
					return d.DeadLetters(ctx, source)
				})
				if err != nil {
					return err
				}
				return shown(a, asJSON, letters, desk.PrintDeadLetters)
			}
			return a.replay(c.Context(), ids, source, asJSON)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "decide all of them")
	c.Flags().StringVar(&source, "source", "", "only what this source brought")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// replay has dead letters decided, one after the other: all of a source if none
// is named.
func (a *app) replay(ctx context.Context, ids []string, source string, asJSON bool) error {
	d, done, err := a.desk(ctx, writes)
	if err != nil {
		return err
	}
	defer done()
	if len(ids) == 0 {
		letters, err := d.DeadLetters(ctx, source)
		if err != nil {
			return err
		}
		for i := range letters {
			ids = append(ids, string(letters[i].Key))
		}
	}
	if len(ids) == 0 && !asJSON {
		return desk.PrintDeadLetters(a.out, nil)
	}
	replayed, err := a.replayEach(ctx, d, ids, asJSON)
	if asJSON {
		err = errors.Join(err, a.printJSON(replayed))
	}
	return err
}

// replayEach has dead letters decided, and says what became of each.
func (a *app) replayEach(ctx context.Context, d *desk.Client, ids []string, quiet bool) (replayed []*desk.Replayed, err error) {
	replayed = []*desk.Replayed{}
	tell, end := func(uint64, uint64) {}, func() {}
	if quiet {
		tell, end = a.progress("dead letters")
	}
	defer end()
	left := 0
	for i, id := range ids {
		r, err := d.Replay(ctx, id)
		switch {
		case ctx.Err() != nil:
			return replayed, replaying
		case err != nil:
			return replayed, err
		case r.Refused() && r.Event.Reason != directdial.Duplicate:
			left++
		}
		replayed = append(replayed, r)
		tell(uint64(i)+1, uint64(len(ids)))
		if !quiet {
			if _, err := fmt.Fprintf(a.out, "%s  %s\n", r.DeadLetter[:9], r.Words); err != nil {
				return replayed, err
			}
		}
	}
	if left > 0 {
		return replayed, fmt.Errorf("%d of %s could not be decided", left, count(len(ids), "dead letter"))
	}
	return replayed, nil
}

// DeadLetters implements desk.DeadLetters.
func (x deskView) DeadLetters(ctx context.Context, source string) ([]directdial.DeadLetterRecord, error) {
	letters, err := x.router.DeadLetters(ctx)
	return slices.DeleteFunc(letters, func(l directdial.DeadLetterRecord) bool {
		return source != "" && l.Source != source
	}), err
}

// Replay implements desk.DeadLetters.
func (x deskView) Replay(ctx context.Context, letter string) (*desk.Replayed, error) {
	rec, ok := x.router.FindMention(letter)
	if !ok {
		return nil, directdial.Errorf(directdial.NotFound, "there is no dead letter %q, or several begin with that: give the beginning of its id, at least four letters of it", letter)
	}
	j, err := x.command(ctx, directdial.Action{Kind: directdial.ActReplay, Mention: rec.Key})
	if err != nil {
		return nil, err
	}
	if !j.Refused() {
		j.Words = desk.SaidOfReplay(&j.Event, x.name)
	}
	return &desk.Replayed{DeadLetter: rec.Key, Judgement: j}, nil
}
