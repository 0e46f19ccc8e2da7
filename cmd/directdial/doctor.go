package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/config"
)

func (a *app) doctorCommand() *cobra.Command {
	var card string
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Find out what does not work, and what to do about it; or send a colleague a marked test card",
		Long: `Looks at the configuration, the data directory and its disk, NATS, the running
daemon, each channel with its credentials, each colleague's address, each source
with its platform, each calendar of leave and holidays, and the clock. It sends
nothing to anybody and changes nothing. Each line says ok, warn or fail, and what
to do. Exit code 1 if something fails. That no daemon runs is no failure, unless the
last one did not stop by itself.

Where variables or secret files of the configuration are not here, it names them,
looks at what does not need them, and ends with exit code 2, as run would.

With --card it sends a marked test card instead. Where a channel takes it that did
not lead to the colleague, because mail came back, it leads to them again.`,
		Example: `  directdial doctor
  directdial doctor --json
  directdial doctor --card ana`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, refused := a.examined()
			if refused != nil && (cfg == nil || card != "") {
				return refused
			}
			if card != "" {
				return a.testCard(c.Context(), cfg, card)
			}
			err := a.tell(examine(c.Context(), cfg), asJSON)
			if refused != nil {
				return usageError{err}
			}
			return err
		},
	}
	c.Flags().StringVar(&card, "card", "", "send a marked test card to this expert, by every channel they have")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// tell prints what was found. It fails if something does.
func (a *app) tell(found []directdial.Finding, asJSON bool) error {
	var failing []string
	t := desk.NewTable(a.out)
	for _, f := range found {
		if f.Health == directdial.Failing {
			failing = append(failing, f.What+": "+f.Says)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", f.Health, f.What, experts.Line(f.Says))
		if f.Remedy != "" {
			fmt.Fprintf(t, "\t\t-> %s\n", f.Remedy)
		}
	}
	var err error
	if asJSON {
		err = a.printJSON(found)
	} else {
		err = t.Flush()
	}
	if err == nil && len(failing) > 0 {
		err = fmt.Errorf("%s (%d of %d fail)", failing[0], len(failing), len(found))
	}
	return err
}

// testCard shows that a colleague can be reached. It goes past the log: it is
// no dial, and there is nothing to answer.
func (a *app) testCard(ctx context.Context, c *config.Config, id string) error {
	i := slices.IndexFunc(c.Directory.Experts, func(e directdial.Expert) bool { return e.ID == id })
	if i < 0 {
		return usageError{fmt.Errorf("there is no expert %q in the configuration", id)}
	}
	to := c.Directory.Experts[i]
	channels, err := makeChannels(c, nil, zerolog.Nop(), a.out)
	if err != nil {
		return err
	}
	var failed []error
	for _, name := range slices.Sorted(maps.Keys(to.Addresses)) {
		channel, ok := channels[name]
		if !ok {
			failed = append(failed, fmt.Errorf("%s: %s has an address, but the channel is not configured", name, id))
			continue
		}
		send, cancel := context.WithTimeout(ctx, 30*time.Second)
		_, err := channel.Send(send, to, experts.Card{
			Kind: directdial.TestCard, Offer: "test-" + newID(), To: to, Revision: 1,
			Post: experts.Post{Text: "This is a test: you can be reached here. There is nothing to answer.", Author: "directdial", Platform: "test", Said: directdial.Clock(time.Now())},
		})
		cancel()
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", name, err))
			continue
		}
		fmt.Fprintf(a.out, "%s: a test card is on its way to %s.\n", name, to.Name)
		if err := a.leads(ctx, c, name, to); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(failed...)
}

// leads tells a daemon that runs that a channel leads to a colleague, if it thinks
// otherwise. Mail that came back says that it does not, and no look at a mail
// server finds out when it does again.
func (a *app) leads(ctx context.Context, c *config.Config, channel string, to directdial.Expert) error {
	socket := filepath.Join(c.DataDir, socketName)
	if !reachable(socket) {
		return nil
	}
	d := desk.Dial(socket)
	people, err := d.Experts(ctx, time.Now())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(people, func(e desk.ExpertView) bool {
		return e.ID == to.ID && slices.Contains(e.Unreachable, channel)
	}) {
		return nil
	}
	j, err := d.Do(ctx, directdial.Action{
		Kind: directdial.ActReachable, By: "ops", Expert: to.ID, Channel: channel, Surface: "cli",
	})
	if err != nil || j.Refused() {
		return a.stands(j, err)
	}
	fmt.Fprintf(a.out, "%s: it leads to %s again.\n", channel, to.Name)
	return nil
}

// makeChannels makes the channels of a configuration by name. Without keys they
// can send, and hand out nothing that is signed.
func makeChannels(c *config.Config, keys *directdial.Keyer, log zerolog.Logger, out io.Writer) (map[string]experts.Channel, error) {
	channels := map[string]experts.Channel{}
	var errs []error
	for _, ch := range c.Channels {
		setup := experts.Setup{
			Decode: ch.Decode, Log: log, Now: time.Now, Brand: ownBrand(c), Out: out, PublicURL: c.HTTP.PublicURL,
		}
		if keys != nil {
			setup.Key = keys.Secret("channel " + ch.Name)
		}
		made, err := experts.Make(ch.Name, setup)
		if err != nil {
			errs = append(errs, fmt.Errorf("channel %s: %w", ch.Name, err))
			continue
		}
		channels[ch.Name] = made
	}
	return channels, errors.Join(errs...)
}
