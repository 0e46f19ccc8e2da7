package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

func (a *app) backtestCommand() *cobra.Command {
	var (
		since     duration
		maxParked percent
		asJSON    bool
	)
	c := &cobra.Command{
		Use:   "backtest",
		Short: "Hold another configuration against the own history: who gains, who loses",
		Long: `Decides anew, under the configuration that --config names, what was decided in
its data directory: each decision at its recorded time, on the state that really
was. Nothing is sent and nothing is written. What a person chose (a dial taken,
or passed to a colleague by name) is left as it was; what has lost its text
cannot be decided again, and is counted.

With --max-parked the exit code is 1 if a larger share would be parked.`,
		Example: `  directdial backtest --config new.yaml --since 30d
  directdial backtest --config new.yaml --max-parked 2%
  directdial backtest --config new.yaml --json | jq '.changes[] | select(.after.outcome == "park")'`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			b, names, err := a.backtest(c.Context(), time.Duration(since))
			if err != nil {
				return err
			}
			if asJSON {
				err = a.printJSON(b)
			} else {
				err = desk.PrintBacktest(a.out, b, names)
			}
			if limit := float64(maxParked); err == nil && c.Flags().Changed("max-parked") && b.Parked() > limit {
				err = fmt.Errorf("%.1f%% would be parked, more than %.1f%%", 100*b.Parked(), 100*limit)
			}
			return err
		},
	}
	c.Flags().Var(&since, "since", "how far back, such as 30d; left out: all there is")
	c.Flags().Var(&maxParked, "max-parked", "fail if more than this share would be parked, such as 2%")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// backtest asks the desk of the configuration's data directory. Names are those
// of the configuration.
func (a *app) backtest(ctx context.Context, since time.Duration) (*directdial.Backtest, func(string) string, error) {
	cfg, err := a.load(false)
	if err != nil {
		return nil, nil, err
	}
	if cfg.Example {
		return nil, nil, usageError{errors.New("there is no directdial.yaml here: name the configuration to try with --config")}
	}
	d, done, err := a.desk(ctx, reads)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	try := desk.Rehearsal{Directory: cfg.Directory}
	for i := range cfg.Channels {
		try.Channels = append(try.Channels, cfg.Channels[i].Name)
	}
	if since > 0 {
		try.Since = time.Now().Add(-since)
	}
	progress, end := a.progress("steps")
	b, err := d.Backtest(ctx, try, progress)
	end()
	return b, func(id string) string {
		for _, e := range cfg.Directory.Experts {
			if e.ID == id && e.Name != "" {
				return e.Name
			}
		}
		return id
	}, err
}
