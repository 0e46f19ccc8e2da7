package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/internal/config"
)

func (a *app) checkCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Check a configuration: every error at once, with line and column",
		Long: `Reads the configuration as run does, starts nothing and asks nobody. A variable
that is not set is a warning here and an error in run. Then decides the texts
under tests: as an exchange would that has heard nothing yet, with the grants of the
files alone. Exit code 2 if run would refuse the file, 1 if a text goes elsewhere than
it must.`,
		Example: "  directdial check\n  directdial check deploy/example/directdial.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			path := a.configPath
			if len(args) == 1 {
				path = args[0]
			}
			if path == "" {
				path = defaultConfig
			}
			if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
				return usageError{fmt.Errorf("%s does not exist: make one with `directdial init > %s`", path, path)}
			}
			cfg, problems := config.Load(path, configOptions(false))
			var failed []config.Problem
			if cfg != nil {
				var err error
				if failed, err = tryTests(cfg); err != nil {
					return err
				}
				problems = append(problems, failed...)
			}
			if asJSON {
				if err := a.printJSON(append([]config.Problem{}, problems...)); err != nil { // an array, also if it is empty
					return err
				}
			} else if err := a.printCheck(path, cfg, problems); err != nil {
				return err
			}
			switch {
			case cfg == nil:
				return usageError{}
			case len(failed) > 0:
				return fmt.Errorf("%d of %s failed", len(failed), count(len(cfg.Tests), "test"))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (a *app) printCheck(path string, c *config.Config, problems []config.Problem) error {
	for _, p := range problems {
		fmt.Fprintln(a.out, p)
	}
	if c == nil {
		_, err := fmt.Fprintf(a.out, "%s is refused.\n", path)
		return err
	}
	if config.Refused(problems) {
		return nil // a test failed, and the error says so
	}
	d := c.Directory
	tested := ""
	if len(c.Tests) > 0 {
		tested = ", " + count(len(c.Tests), "test") + " passed"
	}
	_, err := fmt.Fprintf(a.out, "%s is good: %s, %s, %s, %s, %s%s; %s.\n",
		path, count(len(d.Brands), "brand"), count(len(d.Topics), "topic"), count(len(d.Experts), "expert"),
		count(len(c.Sources), "source"), count(len(c.Channels), "channel"), tested, count(len(problems), "warning"))
	return err
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
