package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/internal/suggest"
)

// usageError ends with exitUsage. Its error is nil if everything was said.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

// strict makes arguments that a command does not take, and flags that it lacks, an
// error of usage that names them.
func strict(c *cobra.Command) {
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if err := cmp.Or(c.ValidateRequiredFlags(), c.ValidateFlagGroups()); err != nil {
			return usageError{fmt.Errorf("%w\nSee `%s --help`", err, c.CommandPath())}
		}
		return nil
	}
	if args := c.Args; args != nil {
		c.Args = func(c *cobra.Command, given []string) error {
			if err := args(c, given); err != nil {
				return usageError{fmt.Errorf("%w\nSee `%s --help`", wrongArgs(c, given), c.CommandPath())}
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		strict(sub)
	}
}

// wrongArgs says which argument a command lacks, or which it does not take.
func wrongArgs(c *cobra.Command, given []string) error {
	wanted := argumentsOf(c)
	name := strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ")
	switch {
	case len(given) < len(wanted):
		words := fmt.Sprintf("%s needs %s", name, strings.Join(wanted[len(given):], " and "))
		if example, _, _ := strings.Cut(c.Example, "\n"); example != "" {
			words += ", as in\n\n" + example + "\n"
		}
		return errors.New(words)
	case c.HasSubCommands():
		return errors.New(suggest.None("command", given[0], commandsOf(c)))
	case len(wanted) == 0:
		return fmt.Errorf("%s takes no argument, and %q is one", name, given[0])
	}
	return fmt.Errorf("%s takes %s alone, and %q is one more: what has spaces stands in quotes", name, strings.Join(wanted, " and "), given[len(wanted)])
}

// argumentsOf returns the arguments that the usage of a command names, such as
// DIAL. What is in square brackets need not be there and still is one.
func argumentsOf(c *cobra.Command) (names []string) {
	for _, word := range strings.Fields(strings.NewReplacer("[", "", "]", "", " or ", "|").Replace(c.Use))[1:] {
		if strings.HasPrefix(word, "-") {
			break
		}
		names = append(names, word)
	}
	return names
}

func commandsOf(c *cobra.Command) (names []string) {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}
