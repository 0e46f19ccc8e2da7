package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
)

// outcomeCommand corrects what became of an answer.
func (a *app) outcomeCommand() *cobra.Command {
	var as string
	c := &cobra.Command{
		Use:   "outcome DIAL helped|not-yet",
		Short: "Say what became of an answer, where it was heard wrong",
		Long: `Say what became of an answer. What the author writes after it says so by itself, as
far as words tell: thanks that it helped, a complaint or a question that it did not
yet, nothing for seven days that they are silent. Who held the dial knows better.

DIAL is the beginning of a dial's id, as ` + "`directdial dials --all`" + ` shows it.`,
		Example:   "  directdial dials outcome d3f2 helped --as ana\n  directdial dials outcome d3f2 not-yet --as ana",
		Args:      cobra.ExactArgs(2),
		ValidArgs: []string{"helped", "not-yet"},
		RunE: func(c *cobra.Command, args []string) error {
			kind, ok := map[string]directdial.ActionKind{"helped": directdial.ActHelped, "not-yet": directdial.ActNotYet}[args[1]]
			if !ok {
				return usageError{fmt.Errorf("there is no outcome %q: it helped, or not-yet", args[1])}
			}
			return a.act(c.Context(), args[0], directdial.Action{Kind: kind, By: as})
		},
	}
	c.Flags().StringVar(&as, "as", "ops", "who you are: the id of an expert")
	return c
}
