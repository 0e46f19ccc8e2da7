package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

// asked opens the desk, asks it one thing and lets go of it.
func asked[T any](ctx context.Context, a *app, does access, ask func(*desk.Client, context.Context) (T, error)) (answer T, err error) {
	d, done, err := a.desk(ctx, does)
	if err != nil {
		return answer, err
	}
	defer done()
	return ask(d, ctx)
}

// shown prints what was asked for, as JSON or as show does.
func shown[T any](a *app, asJSON bool, answer T, show func(io.Writer, T) error) error {
	if asJSON {
		return a.printJSON(answer)
	}
	return show(a.out, answer)
}

// judged tells what the exchange says of an action. That it refuses is an error.
func (a *app) judged(j directdial.Judgement, err error) error {
	switch {
	case err != nil:
		return err
	case j.Refused():
		return errors.New(j.Words)
	}
	_, err = fmt.Fprintln(a.out, j.Words)
	return err
}

// stands is judged for what holds until something else is said: a script that says
// once more what is so already has not failed.
func (a *app) stands(j directdial.Judgement, err error) error {
	if err == nil && j.Refused() && j.Event.Reason == directdial.Duplicate {
		_, err = fmt.Fprintln(a.out, j.Words)
		return err
	}
	return a.judged(j, err)
}

// listing makes c ask the desk for something and print it, with --json as JSON.
func listing[T any](a *app, c *cobra.Command, ask func(*desk.Client, context.Context) (T, error), show func(io.Writer, T) error) *cobra.Command {
	var asJSON bool
	c.Args = cobra.NoArgs
	c.RunE = func(c *cobra.Command, _ []string) error {
		answer, err := asked(c.Context(), a, reads, ask)
		if err != nil {
			return err
		}
		return shown(a, asJSON, answer, show)
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
