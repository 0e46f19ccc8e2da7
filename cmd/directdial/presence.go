package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

func (a *app) awayCommand() *cobra.Command {
	var as, until string
	c := &cobra.Command{
		Use:   "away EXPERT",
		Short: "Say that a colleague is not there: what they hold goes on at once",
		Long: `Say that a colleague is not there. Nothing new is dialled to them, and what they
hold goes on to the next best at once.

--until is a day (the last on which they are away) or a minute, in their own time
zone; without it they are away until somebody says that they are back.`,
		Example: `  directdial experts away ana --until 2026-12-24
  directdial experts away ana --until "2026-12-24 13:00" --as ana`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			act := directdial.Action{Kind: directdial.ActAway, By: as, Expert: args[0]}
			return a.doAbout(c, act, func(act *directdial.Action, d *desk.Client) (err error) {
				if until == "" {
					return nil
				}
				list, err := d.Experts(c.Context(), time.Time{})
				if err != nil {
					return err
				}
				act.Until, err = awayUntil(until, zoneOf(list, args[0]))
				return err
			})
		},
	}
	c.Flags().StringVar(&as, "as", "ops", "who you are: the id of an expert")
	c.Flags().StringVar(&until, "until", "", `until when: "2026-12-24" or "2026-12-24 13:00"; left out: until they are back`)
	return c
}

func (a *app) backCommand() *cobra.Command {
	var as string
	c := &cobra.Command{
		Use:     "back EXPERT",
		Short:   "Say that a colleague is there again",
		Example: "  directdial experts back ana",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.doAbout(c, directdial.Action{Kind: directdial.ActBack, By: as, Expert: args[0]}, nil)
		},
	}
	c.Flags().StringVar(&as, "as", "ops", "who you are: the id of an expert")
	return c
}

func (a *app) transferCommand() *cobra.Command {
	var as, why string
	c := &cobra.Command{
		Use:   "transfer FROM TO",
		Short: "Give all that a colleague has to another: dials, authors, accounts, topics",
		Long: `Give all that a colleague has to another, when they leave: the authors who know
FROM go to TO, and so do the accounts of the brand that FROM writes with, the topics
that FROM owns, and open dials. The gate is asked for each dial; one that TO may not
take goes to the next best. FROM may be gone from the configuration.

Accounts and topics stay with TO until the configuration says something else of who
has them; "directdial experts export" writes it as files. Whose deputy FROM is, and
whether they coach or are the fallback, is left to the configuration: the answer says
what is to be changed there.`,
		Example: "  directdial experts transfer ana bo --reason \"leaves on Friday\"",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return a.doAbout(c, directdial.Action{
				Kind: directdial.ActTransfer, By: as, Expert: args[0], To: args[1], Detail: why,
			}, nil)
		},
	}
	c.Flags().StringVar(&as, "as", "ops", "who you are: the id of a coach")
	c.Flags().StringVar(&why, "reason", "", "why")
	return c
}

// doAbout does something that is about people; prepare, if there is one, fills
// in what must be asked first.
func (a *app) doAbout(c *cobra.Command, act directdial.Action, prepare func(*directdial.Action, *desk.Client) error) error {
	d, done, err := a.desk(c.Context(), writes)
	if err != nil {
		return err
	}
	defer done()
	act.Surface = "cli"
	if prepare != nil {
		if err := prepare(&act, d); err != nil {
			return err
		}
	}
	return a.stands(d.Do(c.Context(), act))
}

// zoneOf is the time zone of an expert, UTC for one that is not known: then the
// exchange says so.
func zoneOf(list []desk.ExpertView, id string) *time.Location {
	for i := range list {
		if list[i].ID == id {
			if zone, err := time.LoadLocation(list[i].Timezone); err == nil {
				return zone
			}
		}
	}
	return time.UTC
}

// awayUntil reads a day, to its end, or a minute.
func awayUntil(s string, zone *time.Location) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil {
		return day.AddDate(0, 0, 1), nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.RFC3339} {
		if at, err := time.ParseInLocation(layout, s, zone); err == nil {
			return at, nil
		}
	}
	return time.Time{}, usageError{fmt.Errorf(`--until %q: write a day, "2026-12-24", or a minute, "2026-12-24 13:00"`, s)}
}
