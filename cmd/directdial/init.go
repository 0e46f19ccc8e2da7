package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/experts/slack"
	"github.com/directdial/directdial/internal/config"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Print a commented configuration to start from",
		Long: `Prints a configuration to standard output, and to standard error what to do
next. It overwrites nothing.`,
		Example: "  directdial init > directdial.yaml\n  directdial check && directdial run",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if _, err := a.out.Write(config.Starter(time.Now())); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.err, `
Next: put your brand, your topics and your colleagues in, then

  export WEBHOOK_TOKEN=$(openssl rand -hex 16)   what your webhook asks for
  directdial check                                  finds every mistake at once
  directdial run                                    starts it

To dial in Slack, when you come to it:

%s`, slack.Steps)
			return err
		},
	}
}
