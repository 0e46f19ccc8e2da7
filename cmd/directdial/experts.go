package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/suggest"
)

func (a *app) expertsCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "experts [ID]",
		Short: "List colleagues: enabled for what, until when, and why not; enable them",
		Long: `Lists who is enabled for what, until when, and why not; with an ID all about that
colleague. Coaches enable colleagues with the commands below; nobody needs to change
the configuration for that, and nobody is dialled before they have said yes
themselves and tried a practice card. To say again what is so already changes
nothing and is no failure.`,
		Example: `  directdial experts
  directdial experts ana
  directdial experts enable bo --topics billing --until 2027-06-30 --why "has had the training" --as kim
  directdial experts agree bo
  directdial experts away ana --until 2026-12-24`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			d, done, err := a.explainDesk(c.Context())
			if err != nil {
				return err
			}
			defer done()
			if len(args) == 1 {
				e, err := d.Expert(c.Context(), args[0])
				if hint := suggest.DidYouMean(args[0], commandsOf(c)); directdial.KindOf(err) == directdial.NotFound && hint != "" {
					return fmt.Errorf("%w; of the commands, %s", err, hint)
				}
				if err != nil {
					return err
				}
				if asJSON {
					return a.printJSON(e)
				}
				return desk.PrintExpert(a.out, e)
			}
			list, err := d.Experts(c.Context(), time.Time{})
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(list)
			}
			return desk.PrintExperts(a.out, list)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.AddCommand(
		a.enableCommand(),
		a.grantCommand(directdial.ActExtend, "extend ID --until DAY", "Let a grant end later"),
		a.grantCommand(directdial.ActPause, "pause ID", "Let a grant not count for a while"),
		a.grantCommand(directdial.ActResume, "resume ID", "Let a paused grant count again"),
		a.lowerCommand(),
		a.grantCommand(directdial.ActEnd, "end ID", "End a grant"),
		a.exportCommand(), a.importExpertsCommand(),
		a.awayCommand(), a.backCommand(), a.transferCommand(),
	)
	c.AddCommand(a.consentCommands()...)
	return c
}
