package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/internal/suggest"
)

// strictHelp makes the commands of the library, help and completion, refuse names
// that they do not know. By themselves they print help and succeed.
func strictHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "completion":
			c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
		case "help":
			c.Run, c.RunE = nil, helpAbout
		}
	}
}

// helpAbout prints the help of the command that args name.
func helpAbout(c *cobra.Command, args []string) error {
	about, rest, err := c.Root().Find(args)
	if err != nil {
		return usageError{err}
	}
	if len(rest) == 0 {
		return about.Help()
	}
	words, known := fmt.Sprintf("there is no command %q", rest[0]), commandsOf(about)
	if hint := suggest.DidYouMean(rest[0], known); hint != "" {
		words += ": " + hint
	} else if len(known) > 0 {
		words += ": known here: " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
	}
	return usageError{fmt.Errorf("%s\nSee `%s --help`", words, about.CommandPath())}
}
