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
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Ask the daemon how it is, or send a colleague a marked test card",
		Example: `  directdial doctor
  directdial doctor --card ana`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.load(true)
			if err != nil {
				return err
			}
			if card != "" {
				return a.testCard(c.Context(), cfg, card)
			}
			return a.examine(c.Context(), cfg)
		},
	}
	c.Flags().StringVar(&card, "card", "", "send a marked test card to this expert, by every channel they have")
	return c
}

// testCard shows that a colleague can be reached. It goes past the log: it is
// no dial, and there is nothing to answer.
func (a *app) testCard(ctx context.Context, c *config.Config, id string) error {
	i := slices.IndexFunc(c.Directory.Experts, func(e directdial.Expert) bool { return e.ID == id })
	if i < 0 {
		return usageError{fmt.Errorf("there is no expert %q in the configuration", id)}
	}
	to := c.Directory.Experts[i]
	channels, err := makeChannels(c, zerolog.Nop(), a.out)
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
			Kind: experts.TestCard, Offer: "test-" + newID(), To: to, Revision: 1,
			Post: experts.Post{Said: directdial.Clock(time.Now())},
		})
		cancel()
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", name, err))
			continue
		}
		fmt.Fprintf(a.out, "%s: a test card is on its way to %s.\n", name, to.Name)
	}
	return errors.Join(failed...)
}

// examine asks the running daemon.
func (a *app) examine(ctx context.Context, c *config.Config) error {
	socket := filepath.Join(c.DataDir, socketName)
	fmt.Fprintf(a.out, "configuration  good: %s\n", c.File)
	if !reachable(socket) {
		return fmt.Errorf("no daemon answers on %s: start it with `directdial run`", socket)
	}
	client := desk.Dial(socket)
	status, err := client.Status(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "daemon         version %s, process %d, running since %s\n",
		status.Version, status.PID, status.Started.Local().Format(time.DateTime))
	l, err := client.Ledger(ctx)
	if err != nil {
		return err
	}
	if !l.Balanced() {
		return errors.New("the ledger does not balance: see `directdial ledger`")
	}
	_, err = fmt.Fprintf(a.out, "ledger         balances: %d mentions, %d waiting\nwebhook        http://%s/v1/mentions\nmetrics        http://%s/metrics\n",
		l.Mentions, l.Waiting, status.Listen, status.Admin)
	return err
}

// makeChannels makes the channels of a configuration by name.
func makeChannels(c *config.Config, log zerolog.Logger, out io.Writer) (map[string]experts.Channel, error) {
	channels := map[string]experts.Channel{}
	var errs []error
	for _, ch := range c.Channels {
		made, err := experts.Make(ch.Name, experts.Setup{
			Decode: ch.Decode, Log: log, Now: time.Now, Brand: ownBrand(c), Out: out,
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("channel %s: %w", ch.Name, err))
			continue
		}
		channels[ch.Name] = made
	}
	return channels, errors.Join(errs...)
}
