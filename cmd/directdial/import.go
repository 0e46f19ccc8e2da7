package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/ingest"
)

func (a *app) importCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Import history: heard and kept, never dialled",
		Long: `Reads mentions of before from CSV or TSV as spreadsheets write them (columns id or
url, text, and what there is of platform, lang, created_at, in_reply_to, thread,
author_id, author_handle, author_name) or from JSON lines as the webhook takes them. A line that is wrong
is named and left out; the others are taken. Nobody is dialled for any of them.
The same file again changes nothing.`,
		Example: "  directdial import last-year.csv\n  directdial import export.jsonl",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return usageError{err}
			}
			defer f.Close()
			d, done, err := a.importDesk(c.Context())
			if err != nil {
				return err
			}
			defer done()
			i := &importing{app: a, desk: d}
			err = ingest.ReadHistory(args[0], f, func(line int, m *directdial.Mention, err error) error {
				return i.line(c.Context(), line, m, err)
			})
			if err == nil {
				err = i.flush(c.Context())
			}
			i.tell()
			fmt.Fprintf(a.out, "%d imported, %d known already, %d refused.\n", i.accepted, i.known, i.refused)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if i.refused > 0 {
				return fmt.Errorf("%s refused: put right what is said above and import the file again; what is known is not imported twice", count(i.refused, "line"))
			}
			return nil
		},
	}
}

// importDesk is desk, and makes the data directory: history may come before the
// first run.
func (a *app) importDesk(ctx context.Context) (*desk.Client, func(), error) {
	if !a.isElsewhere() {
		cfg, err := a.load(false)
		if err != nil {
			return nil, nil, err
		}
		if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
			return nil, nil, err
		}
	}
	return a.desk(ctx, writes)
}

// importBatch is how many mentions go in one request.
const importBatch = 500

type importing struct {
	app     *app
	desk    *desk.Client
	batch   []*directdial.Mention
	lines   []int
	wrong   []wrongLine // since the last request, in no order
	shown   time.Time
	counted int

	accepted, known, refused int
}

// wrongLine is a line of the file that is left out.
type wrongLine struct {
	line int
	why  string
}

func (i *importing) line(ctx context.Context, line int, m *directdial.Mention, err error) error {
	if err != nil {
		i.refuse(line, err.Error())
	} else {
		i.batch, i.lines = append(i.batch, m), append(i.lines, line)
	}
	if len(i.batch)+len(i.wrong) < importBatch {
		return nil
	}
	return i.flush(ctx)
}

// flush imports what was read since the last request, and tells what was wrong
// with it.
func (i *importing) flush(ctx context.Context) error {
	if len(i.batch) == 0 {
		i.tell()
		return nil
	}
	taken, err := i.desk.Import(ctx, i.batch)
	if err != nil {
		return err
	}
	for _, r := range taken.Rejected {
		i.refuse(i.lines[r.Index], r.Field+": "+r.Error)
	}
	i.tell()
	i.accepted += taken.Accepted
	i.known += taken.Known
	i.counted += len(i.batch)
	i.batch, i.lines = nil, nil
	if isTerminal(i.app.err) && time.Since(i.shown) > time.Second {
		i.shown = time.Now()
		fmt.Fprintf(i.app.err, "\r%d lines …", i.counted)
	}
	return nil
}

func (i *importing) refuse(line int, why string) {
	i.refused++
	i.wrong = append(i.wrong, wrongLine{line, why})
}

// tell says what is wrong with which line. What cannot be read is known before
// what the exchange refuses, so the lines are put in order first.
func (i *importing) tell() {
	slices.SortStableFunc(i.wrong, func(a, b wrongLine) int { return cmp.Compare(a.line, b.line) })
	for _, w := range i.wrong {
		fmt.Fprintf(i.app.err, "line %d: %s\n", w.line, w.why)
	}
	i.wrong = nil
}
