package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/desk"
)

func (a *app) dialsCommand() *cobra.Command {
	var (
		asJSON, all bool
		limit       int
	)
	list := func(c *cobra.Command, _ []string) error {
		d, done, err := a.desk(c.Context(), reads)
		if err != nil {
			return err
		}
		defer done()
		dials, err := d.Dials(c.Context(), all, limit)
		if err != nil {
			return err
		}
		if asJSON {
			return a.printJSON(dials)
		}
		if err := desk.PrintDials(a.out, dials); err != nil {
			return err
		}
		parked, err := d.Mentions(c.Context(), directdial.Parked, limit)
		if err != nil {
			return err
		}
		return desk.PrintParked(a.out, parked)
	}
	c := &cobra.Command{
		Use:   "dials",
		Short: "List dials, and take, pass, decline or close one",
		Example: `  directdial dials
  directdial dials take d3f2 --as ana
  directdial dials pass d3f2 --as ana --to bo --reason "not my topic"
  directdial dials decline d3f2 --as ana --reason duplicate
  directdial dials ask d3f2 --as ana
  directdial dials answered d3f2 --as ana
  directdial dials outcome d3f2 helped --as ana`,
		Args: cobra.NoArgs,
		RunE: list,
	}
	sub := &cobra.Command{Use: "list", Short: "List open dials, or all", Args: cobra.NoArgs, RunE: list}
	for _, l := range []*cobra.Command{c, sub} {
		l.Flags().BoolVar(&all, "all", false, "also those that are closed")
		l.Flags().IntVar(&limit, "limit", 50, "how many at the most, up to 1000")
		l.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	}
	c.AddCommand(
		sub,
		a.actCommand(directdial.ActTake, "take DIAL", "Take a dial: I will answer"),
		a.actCommand(directdial.ActPass, "pass DIAL", "Pass a dial on, to the next colleague or to one you name"),
		a.actCommand(directdial.ActDecline, "decline DIAL", "Close a dial: this is not for us"),
		a.actCommand(directdial.ActAsk, "ask DIAL", "Ask the coach about a dial: it stays with you"),
		a.actCommand(directdial.ActAnswered, "answered DIAL", "Close a dial: I have answered"),
		a.outcomeCommand(),
	)
	return c
}

// act does one thing to the dial whose id begins so, and tells what comes of it.
func (a *app) act(ctx context.Context, dial string, act directdial.Action) error {
	act.Surface = "cli"
	return a.judged(asked(ctx, a, writes, func(d *desk.Client, ctx context.Context) (directdial.Judgement, error) {
		return d.Act(ctx, dial, act)
	}))
}

// actCommand does one thing to one dial.
func (a *app) actCommand(kind directdial.ActionKind, use, short string) *cobra.Command {
	var as, to, reason string
	c := &cobra.Command{
		Use:     use,
		Short:   short,
		Long:    short + ".\n\nDIAL is the beginning of a dial's id, as `directdial dials` shows it.",
		Example: fmt.Sprintf("  directdial dials %s d3f2 --as ana", kind),
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if strings.TrimSpace(args[0]) == "" {
				return usageError{errors.New("DIAL is empty: say the beginning of a dial's id, as `directdial dials` shows it")}
			}
			return a.act(c.Context(), args[0], directdial.Action{Kind: kind, By: as, To: to, Reason: directdial.Reason(reason)})
		},
	}
	c.Flags().StringVar(&as, "as", "ops", "who you are: the id of an expert")
	if kind == directdial.ActPass {
		c.Flags().StringVar(&to, "to", "", "to whom: the id of an expert; left out: whoever the exchange finds")
	}
	if reasons := experts.ReasonsFor(kind); len(reasons) > 0 {
		var words []string
		for _, r := range reasons {
			words = append(words, strconv.Quote(string(r)))
		}
		c.Flags().StringVar(&reason, "reason", "", "why: "+strings.Join(words, ", "))
	}
	return c
}
