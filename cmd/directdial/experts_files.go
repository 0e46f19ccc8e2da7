package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/config"
)

func (a *app) exportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export DIR",
		Short: "Write a file for each colleague, with their grants as they hold",
		Long: `Writes DIR/<id>.yaml for each colleague as ` + "`people: [DIR/*.yaml]`" + ` in the
configuration reads it, with all grants as they hold now, and with the accounts of the
brand and the topics that are in their hands: those of the configuration, and what was
said since by cards and commands. The budget is that of the configuration; to how many
cards they bounded themselves stands with the grant (fewer). Grants that have ended are
left out, and so are a yes to which the practice card is still to be answered, and
calendars of leave, whose address may be a secret. Files of that name are written anew.`,
		Example: "  directdial experts export people",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			d, done, err := a.explainDesk(c.Context())
			if err != nil {
				return err
			}
			defer done()
			list, err := d.Experts(c.Context(), time.Time{})
			if err != nil {
				return err
			}
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			for i := range list {
				if err := export(args[0], &list[i]); err != nil {
					return err
				}
			}
			fmt.Fprintf(a.out, "%s written to %s.\n", count(len(list), "file"), args[0])
			return nil
		},
	}
}

func export(dir string, v *desk.ExpertView) error {
	e := v.Expert
	e.Grants = nil
	for _, h := range v.Held {
		e.Grants = append(e.Grants, h.Grant)
	}
	data, err := config.WriteExpert(&e, v.Charges, v.At)
	if err != nil {
		return fmt.Errorf("%s: %w", e.ID, err)
	}
	return os.WriteFile(filepath.Join(dir, e.ID+".yaml"), data, 0o644)
}

func (a *app) importExpertsCommand() *cobra.Command {
	var (
		as  string
		try bool
	)
	c := &cobra.Command{
		Use:   "import FILE.csv",
		Short: "Enable many colleagues from a table",
		Long: `Gives the grants of a table, one a line, as ` + "`directdial experts enable`" + ` does. The table
is CSV as spreadsheets write it, with commas, semicolons or tabs; its first line
names the columns:

  expert      id of the colleague; required
  topics      with blanks or ; between them, * is every topic that is not restricted; required
  until       last day, or never; required
  why         required
  tags, platforms, languages      with blanks or ; between them; left out: any
  risk        how many people a post may reach at most
  level       1 to 3: how well they know it
  review      coach
  from        first day
  training, policy

If anything is wrong, all of it is said with its line, and nothing is given. The same
file again changes nothing.`,
		Example: "  directdial experts import grants.csv --dry-run\n  directdial experts import grants.csv --as kim",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			acts, err := a.readGrants(args[0])
			if err != nil {
				return err
			}
			if try {
				fmt.Fprintf(a.out, "Nothing is wrong: it gives %s.\n", count(len(acts), "grant"))
				return nil
			}
			return a.giveAll(c, acts, as)
		},
	}
	c.Flags().StringVar(&as, "as", "ops", "who you are: the id of a coach")
	c.Flags().BoolVar(&try, "dry-run", false, "say what is wrong, and change nothing")
	return c
}

// readGrants reads a table of grants and checks it against the configuration.
func (a *app) readGrants(path string) ([]desk.GrantAct, error) {
	cfg, err := a.load(false)
	if err != nil {
		return nil, err
	}
	if cfg.Example && a.isElsewhere() {
		return nil, usageError{errors.New("a table is checked against the configuration, and there is no directdial.yaml here: name that of the daemon with --config")}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, usageError{err}
	}
	defer f.Close()
	acts, problems := desk.ReadGrants(f, cfg.Directory)
	for _, p := range problems {
		fmt.Fprintf(a.err, "%s:%s\n", path, p)
	}
	if len(problems) > 0 {
		return nil, usageError{errors.New("nothing was given")}
	}
	return acts, nil
}

func (a *app) giveAll(c *cobra.Command, acts []desk.GrantAct, as string) error {
	d, done, err := a.desk(c.Context(), writes)
	if err != nil {
		return err
	}
	defer done()
	given, had, refused := 0, 0, 0
	for _, g := range acts {
		g.By, g.Surface = as, "cli"
		j, err := d.Enable(c.Context(), g)
		switch {
		case err != nil:
			return err
		case j.Refused() && j.Reason == directdial.Duplicate:
			had++
		case j.Refused():
			refused++
			fmt.Fprintf(a.err, "%s: %s\n", g.Expert, j.Words)
		default:
			given++
		}
	}
	fmt.Fprintf(a.out, "%d given, %d had before, %d refused.\n", given, had, refused)
	if refused > 0 {
		return errors.New(count(refused, "grant") + " refused")
	}
	return nil
}
