// Command directdial puts what the public says about a brand straight through
// to the colleague who knows the answer.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // duty hours need zones, also where the system has none

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // usage or configuration
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := execute(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// execute runs one command line.
func execute(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	a := &app{in: in, out: out, err: errOut}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if says, so := stoppedBy(ctx, err); so {
		fmt.Fprintf(errOut, "directdial: %s\n", says)
		return exitFailed
	}
	var usage usageError
	if errors.As(err, &usage) {
		if usage.error != nil {
			fmt.Fprintf(errOut, "directdial: %v\n", err)
		}
		return exitUsage
	}
	fmt.Fprintf(errOut, "directdial: %v\n", err)
	return exitFailed
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "directdial",
		Short: "Direct dial instead of a switchboard: what the public says goes straight to the colleague who knows",
		Long: `directdial hears what the public says about a brand, tags each mention as a
complaint, a question or an ambassador, and puts it straight through to the one
colleague who knows the answer and is trained and allowed to give it.`,
		Example: `  directdial demo                  the whole way in a minute, nothing to set up
  directdial run                   start at once on a built-in example
  directdial init > directdial.yaml && directdial check
  directdial explain "charged twice, where is my refund?"`,
		Version:           buildVersion(),
		SilenceUsage:      true,
		SilenceErrors:     true,
		DisableAutoGenTag: true,
		Args:              cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return c.Help()
		},
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w\nSee `%s --help`", err, c.CommandPath())}
	})
	root.PersistentFlags().StringVar(&a.configPath, "config", "", "configuration file (default directdial.yaml; without one, the built-in example)")
	root.PersistentFlags().StringVar(&a.logLevel, "log-level", "info", "debug, info, warn or error")
	a.placeFlags(root)
	root.AddCommand(
		a.runCommand(), a.demoCommand(), a.initCommand(), a.checkCommand(), a.doctorCommand(),
		a.explainCommand(), a.backtestCommand(), a.coverageCommand(), a.hearCommand(), a.importCommand(), a.evalCommand(), a.learnCommand(), a.keywordsCommand(), a.missedCommand(), a.expertsCommand(),
		a.mentionsCommand(), a.dialsCommand(), a.sourcesCommand(), a.ledgerCommand(), a.replayCommand(), a.readyCommand(), a.manualCommand(),
		a.muteCommand(), a.unmuteCommand(), a.forgetCommand(), a.backupCommand(), a.restoreCommand(),
	)
	strictHelp(root)
	strict(root)
	return root
}
