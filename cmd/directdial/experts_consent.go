package main

import (
	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
)

// consentCommands are what a colleague says about their own grants, as a button
// of a card does: for those whose cards have no buttons.
func (a *app) consentCommands() []*cobra.Command {
	return []*cobra.Command{
		a.consentCommand(directdial.ActAgree, &cobra.Command{
			Use: "agree ID", Short: "Say yes to your grant; with --fewer, to half as many cards",
			Long: `Says yes to a grant, as the button of an invitation does: only the colleague can. A
practice card comes, and after it the real ones. A grant without an end ends a year
after the yes.

--fewer bounds the cards of all grants together as long as they have this one; "halve"
and "whole" change that at any time. To say yes to it again, without --fewer, takes the
bound back; a yes to another grant does not.`,
			Example: "  directdial experts agree bo\n  directdial experts agree bo --grant billing --fewer",
		}),
		a.consentCommand(directdial.ActHalve, &cobra.Command{
			Use: "halve ID", Short: "Get fewer cards from now on: half as many",
			Long: `Bounds the cards of a colleague who has said yes to half their budget, from now on: of
all grants together, as long as they have this one. Only the colleague can, at any time
and without a reason; "whole" takes it back.`,
			Example: "  directdial experts halve bo\n  directdial experts halve bo --grant billing",
		}),
		a.consentCommand(directdial.ActWhole, &cobra.Command{
			Use: "whole ID", Short: "Get as many cards as before \"halve\", or before a yes with --fewer",
			Long: `Takes back that a colleague asked for fewer cards under a grant. What they asked for
under another grant stays.`,
			Example: "  directdial experts whole bo",
		}),
		a.consentCommand(directdial.ActNotNow, &cobra.Command{
			Use: "not-now ID", Short: "Put off your answer to an invitation",
			Long: `Puts off the answer to an invitation. The colleague is asked again after 90 days, or
when the grant changes.`,
			Example: "  directdial experts not-now bo",
		}),
		a.consentCommand(directdial.ActPractised, &cobra.Command{
			Use: "practise ID", Short: "Answer your practice card: from then on the real ones come",
			Long: `Answers the practice card that came after the yes to a grant. From then on the
grant counts.`,
			Example: "  directdial experts practise bo",
		}),
		a.consentCommand(directdial.ActRead, &cobra.Command{
			Use: "read ID", Short: "Say that you have read the policy in force",
			Long: `Says that a colleague has read the policy in force. Who has not, two weeks after it
changed, gets no cards until they have.`,
			Example: "  directdial experts read ana",
		}),
	}
}

// consentCommand makes a command of what is said of it. ID is who says it:
// nobody can for somebody else.
func (a *app) consentCommand(kind directdial.ActionKind, c *cobra.Command) *cobra.Command {
	var grant string
	fewer := false
	c.Args = cobra.ExactArgs(1)
	c.RunE = func(c *cobra.Command, args []string) error {
		act := directdial.Action{Kind: kind, By: args[0], GrantID: grant}
		if fewer {
			act.Kind = directdial.ActFewer
		}
		return a.doAbout(c, act, nil)
	}
	if kind != directdial.ActRead {
		c.Flags().StringVar(&grant, "grant", "", "which grant, as \"directdial experts ID\" names it; not needed where there is only one")
	}
	if kind == directdial.ActAgree {
		c.Flags().BoolVar(&fewer, "fewer", false, "yes, with half the budget")
	}
	return c
}
