package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/config"
)

func (a *app) explainCommand() *cobra.Command {
	var (
		asJSON, all    bool
		t              desk.Trial
		at, text, lang string
	)
	c := &cobra.Command{
		Use:   "explain [ID or TEXT]",
		Short: "Explain a decision: of a mention that was heard, or of any text",
		Long: `With the id, URL or key of a mention that was heard: reads its receipt from the
log, decides again on it, and says whether both are equal. With any other text:
says what would become of it now, and stores nothing.

A receipt holds at most 20 colleagues; with --all everybody is looked at, with today's
configuration. --all alone decides again on every receipt that the log has and counts
those that lead to something else; exit code 1 if one does that this version made.`,
		Example: `  directdial explain https://social.example/users/user1/statuses/109
  directdial explain "charged twice, where is my refund?"
  directdial explain --all d3f2a1c9       # also those who were not looked at
  directdial explain --all                # every receipt
  directdial explain --text "love it" --platform mastodon --at 2026-11-22T23:00:00Z`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if at != "" {
				when, err := time.Parse(time.RFC3339, at)
				if err != nil {
					return usageError{fmt.Errorf("--at %q: must be a time like 2026-11-22T23:00:00Z", at)}
				}
				t.At = when
			}
			if all && len(args) == 0 && text == "" {
				return a.explainAll(c, asJSON)
			}
			t.Everybody = all
			if (len(args) == 1) == (text != "") {
				return usageError{errors.New("explain needs one thing to explain: an id, or a text")}
			}
			d, done, err := a.explainDesk(c.Context())
			if err != nil {
				return err
			}
			defer done()
			t.Text, t.Lang = text, lang
			e, err := a.explain(c.Context(), d, args, t)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(e)
			}
			return desk.PrintExplanation(a.out, e)
		},
	}
	c.Flags().StringVar(&text, "text", "", "a text, even if it looks like an id")
	c.Flags().StringVar(&t.Platform, "platform", "webhook", "where the text was said")
	c.Flags().StringVar(&lang, "lang", "", "what the platform says of its language")
	c.Flags().StringVar(&t.Author.Handle, "author", "", "handle of who said it")
	c.Flags().StringVar(&at, "at", "", "decide as if it were this time")
	c.Flags().BoolVar(&all, "all", false, "look at everybody; without an id or a text: decide again on every receipt")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// explainAll decides again on every receipt.
func (a *app) explainAll(c *cobra.Command, asJSON bool) error {
	progress, end := a.progress("steps")
	all, err := asked(c.Context(), a, reads, func(d *desk.Client, ctx context.Context) (*directdial.Receipts, error) {
		return d.Receipts(ctx, progress)
	})
	end()
	if err != nil {
		return err
	}
	err = shown(a, asJSON, all, desk.PrintReceipts)
	if err == nil && all.Damaged > 0 {
		err = fmt.Errorf("%s lead to another decision than the log says: this is damage", count(all.Damaged, "receipt"))
	}
	return err
}

// progress tells on standard error how far something is, and ends the line; who
// does not look at a terminal is not told.
func (a *app) progress(of string) (tell func(done, all uint64), end func()) {
	if !isTerminal(a.err) {
		return func(uint64, uint64) {}, func() {}
	}
	told := false
	return func(done, all uint64) {
			told = true
			fmt.Fprintf(a.err, "\r%d of %d %s …  ", done, all, of)
		}, func() {
			if told {
				fmt.Fprintln(a.err)
			}
		}
}

// explain takes the argument for a mention if there is one, else, if it has
// more than one word, for a text.
func (a *app) explain(ctx context.Context, d *desk.Client, args []string, t desk.Trial) (*desk.Explanation, error) {
	if t.Text == "" {
		ask := d.Explain
		if t.Everybody {
			ask = d.Everybody
		}
		e, err := ask(ctx, args[0])
		if err == nil || directdial.KindOf(err) != directdial.NotFound {
			return e, err
		}
		if !strings.Contains(args[0], " ") {
			return nil, fmt.Errorf("%w; a text of one word needs --text", err)
		}
		t.Text = args[0]
	}
	d, done, err := a.trialDesk(ctx, d)
	if err != nil {
		return nil, err
	}
	defer done()
	return d.Try(ctx, t)
}

// trialDesk is where a text is decided: at the desk that answers, but if that is
// of a daemon that runs by another file than the one that is named, by that file
// in an empty exchange.
func (a *app) trialDesk(ctx context.Context, d *desk.Client) (*desk.Client, func(), error) {
	stay := func() (*desk.Client, func(), error) { return d, func() {}, nil }
	if a.isElsewhere() {
		return stay()
	}
	s, err := d.Status(ctx)
	if err != nil || s.Config == "" || a.configPath == "" {
		return stay()
	}
	named, err := filepath.Abs(a.configPath)
	if err != nil || named == s.Config {
		return stay()
	}
	c, err := a.load(false)
	if err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(a.err, "The daemon that runs has %s. This is by %s, without what was heard and said so far.\n", s.Config, a.configPath)
	return a.emptyDesk(ctx, c)
}

// explainDesk is desk, but where there is no data yet a text can be explained
// all the same, in an empty exchange that is thrown away.
func (a *app) explainDesk(ctx context.Context) (*desk.Client, func(), error) {
	if a.isElsewhere() {
		return a.desk(ctx, reads)
	}
	c, err := a.load(false)
	if err != nil {
		return a.stillRunning(err)
	}
	if _, err := os.Stat(filepath.Join(c.DataDir, "index.db")); err == nil || reachable(filepath.Join(c.DataDir, socketName)) {
		return a.desk(ctx, reads)
	}
	return a.emptyDesk(ctx, c)
}

// emptyDesk is the desk of an exchange without any history, which is thrown
// away.
func (a *app) emptyDesk(ctx context.Context, c *config.Config) (*desk.Client, func(), error) {
	dir, err := os.MkdirTemp("", "directdial-explain-")
	if err != nil {
		return nil, nil, err
	}
	empty := *c
	empty.DataDir = dir
	d, done, err := a.openDesk(ctx, &empty, reads)
	if err != nil {
		os.RemoveAll(dir)
		return nil, nil, err
	}
	return d, func() { done(); os.RemoveAll(dir) }, nil
}
