package main

import (
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/cmd/directdial/demo"
)

func (a *app) demoCommand() *cobra.Command {
	var (
		keep  string
		live  bool
		every time.Duration
	)
	c := &cobra.Command{
		Use:   "demo",
		Short: "The whole way of a mention in a minute: nothing to set up, no account, no network",
		Long: `Twelve posts, five colleagues, one screen each: what was heard, who is dialled
and why, who was passed over and why. It runs the real thing in a temporary
folder, and kills it half-way. On a terminal Enter goes on and you answer the
cards; elsewhere it runs through in a few seconds.

With --live it plays the same posts on an exchange that runs, without end, and
answers for the colleagues, so that a dashboard has something to show. It takes
the built-in example, or a configuration with a webhook named demo; no other.`,
		Example: "  directdial demo\n  directdial demo | less\n  directdial demo --keep /tmp/dd\n  directdial demo --live",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if live {
				return a.live(c.Context(), every)
			}
			self, err := os.Executable()
			if err != nil {
				return err
			}
			return demo.Run(c.Context(), demo.Options{
				In: a.in, Out: a.out,
				Interactive: isTerminal(a.in) && isTerminal(a.out),
				Color:       isTerminal(a.out) && os.Getenv("NO_COLOR") == "",
				Worker: func(config string) *exec.Cmd {
					return exec.Command(self, "run", "--config", config, "--log-level", "warn")
				},
				Keep: keep,
			})
		},
	}
	c.Flags().StringVar(&keep, "keep", "", "keep configuration and data in this folder")
	c.Flags().BoolVar(&live, "live", false, "play the posts on the running exchange until interrupted")
	c.Flags().DurationVar(&every, "every", 2*time.Second, "with --live: the time between two posts")
	return c
}
