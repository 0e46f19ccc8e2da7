package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/internal/config"
)

func (a *app) runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Run the exchange: hear, decide, dial",
		Long: `Runs sources, router and channels until SIGTERM or SIGINT, then finishes what is
under way and exits 0. SIGHUP, or a change of its file, reloads the
configuration; a bad one is reported and the old one stays in force.

Without --config it reads directdial.yaml; where there is none it starts at once
on a built-in EXAMPLE: a webhook on loopback, an example brand, and colleagues
whose cards appear in this terminal. Everything is kept under ./data.`,
		Example: "  directdial run\n  directdial run --config /etc/directdial/directdial.yaml",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.run(c.Context())
		},
	}
}

func (a *app) run(ctx context.Context) error {
	log, err := a.logger(a.err)
	if err != nil {
		return err
	}
	c, err := a.load(true)
	if err != nil {
		return err
	}
	d, err := newDaemon(ctx, c, daemonOptions{log: log, out: a.out})
	if err != nil {
		return err
	}
	defer d.close()
	if c.Example {
		if err := a.greet(c); err != nil {
			return err
		}
	} else {
		watching, stop := context.WithCancel(ctx)
		defer stop()
		tell := config.Tell(d.registry, log)
		go config.Watch(watching, c.File, configOptions(true), c, d.reload, tell)
	}
	return d.run(ctx, func() {
		started := log.Info().Str("version", buildVersion()).Str("listen", c.HTTP.Listen).Str("admin", c.HTTP.Admin)
		if c.HTTP.Desk != "" {
			started.Str("desk", c.HTTP.Desk).Str("desk_token", "in "+deskTokenPlace(c))
		}
		started.Str("data_dir", c.DataDir).Int("sources", len(c.Sources)).Int("experts", len(c.Directory.Experts)).
			Msg("running")
	})
}

// greet says, in the example, what to type next.
func (a *app) greet(c *config.Config) error {
	token, err := loadToken(exampleTokenFile)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, `EXAMPLE: the built-in configuration runs. Its colleagues do not exist, their
cards appear here, and everything is kept in %s. Make your own with:
directdial init > directdial.yaml

Say something about Acme from another terminal:

  curl -sS http://%s/v1/mentions -H 'Authorization: Bearer %s' \
    --json '{"id":"1","text":"@acme you charged me twice, where is my refund?","author":{"handle":"sam"}}'

Then look:  directdial dials    directdial explain 1    directdial ledger

`, c.DataDir, c.HTTP.Listen, token)
	return err
}
