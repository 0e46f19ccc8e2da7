package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/experts/desk"
)

// listing makes c ask the desk for something and print it, with --json as JSON.
func listing[T any](a *app, c *cobra.Command, ask func(*desk.Client, context.Context) (T, error), show func(io.Writer, T) error) *cobra.Command {
	var asJSON bool
	c.Args = cobra.NoArgs
	c.RunE = func(c *cobra.Command, _ []string) error {
		d, done, err := a.desk(c.Context(), reads)
		if err != nil {
			return err
		}
		defer done()
		v, err := ask(d, c.Context())
		if err != nil {
			return err
		}
		if asJSON {
			return a.printJSON(v)
		}
		return show(a.out, v)
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
