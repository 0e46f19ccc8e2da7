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
that is not set is a warning here and an error in run. Exit code 2 if run would
refuse it.`,
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
			if asJSON {
				if err := a.printJSON(problems); err != nil {
					return err
				}
			} else if err := a.printCheck(path, cfg, problems); err != nil {
				return err
			}
			if cfg == nil {
				return usageError{}
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
	d := c.Directory
	_, err := fmt.Fprintf(a.out, "%s is good: %s, %s, %s, %s, %s; %s.\n",
		path, count(len(d.Brands), "brand"), count(len(d.Topics), "topic"), count(len(d.Experts), "expert"),
		count(len(c.Sources), "source"), count(len(c.Channels), "channel"), count(len(problems), "warning"))
	return err
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
