package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/bus"
)

func (a *app) muteCommand() *cobra.Command {
	var act desk.MuteAct
	var until string
	var asJSON bool
	c := &cobra.Command{
		Use:   "mute [AUTHOR]",
		Short: "Have nothing of an author dialled until a day; without one, list who is muted",
		Long: `Have nothing of an author dialled until a day: what they say is heard, counted and
suppressed ("muted"), also threats and what else is harmful. Dials that are open
stay. Without AUTHOR, list who is muted, until when, by whom and why.

AUTHOR is PLATFORM:HANDLE or PLATFORM:ID, as the platform has it. An author of whom
nothing has been heard cannot be muted: only what they write tells who is behind a
handle.`,
		Example: `  directdial mute mastodon:@user1@social.example --until 2026-12-24 --why "sends the same every hour"
  directdial mute                  # who is muted
  directdial unmute mastodon:@user1@social.example`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) (err error) {
			if len(args) == 0 {
				return a.listMutes(c, asJSON)
			}
			if until == "" || strings.TrimSpace(act.Why) == "" {
				return usageError{errors.New("say until when, and why: --until 2026-12-24 --why …")}
			}
			if act.Until, err = awayUntil(until, time.Local); err != nil {
				return err
			}
			act.Author = args[0]
			return a.mute(c, act, asJSON)
		},
	}
	c.Flags().StringVar(&act.By, "as", "ops", "who you are: the id of a coach")
	c.Flags().StringVar(&until, "until", "", `the last day, "2026-12-24", or a minute, "2026-12-24 13:00"; at most a year`)
	c.Flags().StringVar(&act.Why, "why", "", "why")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (a *app) unmuteCommand() *cobra.Command {
	act := desk.MuteAct{Off: true}
	var asJSON bool
	c := &cobra.Command{
		Use:     "unmute AUTHOR",
		Short:   "Have what an author says dialled again",
		Example: "  directdial unmute mastodon:@user1@social.example",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			act.Author = args[0]
			return a.mute(c, act, asJSON)
		},
	}
	c.Flags().StringVar(&act.By, "as", "ops", "who you are: the id of a coach")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (a *app) mute(c *cobra.Command, act desk.MuteAct, asJSON bool) error {
	if _, _, err := authorOf(act.Author); err != nil {
		return usageError{err}
	}
	j, err := asked(c.Context(), a, writes, func(d *desk.Client, ctx context.Context) (directdial.Judgement, error) {
		return d.Mute(ctx, act)
	})
	if err == nil && !j.Refused() && asJSON {
		return a.printJSON(j)
	}
	return a.judged(j, err)
}

func (a *app) listMutes(c *cobra.Command, asJSON bool) error {
	mutes, err := asked(c.Context(), a, reads, (*desk.Client).Mutes)
	if err != nil {
		return err
	}
	return shown(a, asJSON, mutes, desk.PrintMutes)
}

// Mute implements desk.Exchange. What it puts on the log are keyed hashes.
func (x deskView) Mute(ctx context.Context, m desk.MuteAct) (directdial.Judgement, error) {
	platform, who, err := authorOf(m.Author)
	if err != nil {
		return directdial.Judgement{}, err
	}
	end, err := x.bus.State(ctx, bus.Mentions)
	if err != nil {
		return directdial.Judgement{}, err
	}
	t, err := x.theirs(ctx, platform, who, end.Last)
	if err != nil {
		return directdial.Judgement{}, err
	}
	act := directdial.Action{
		Kind: directdial.ActMute, By: cmp.Or(m.By, "ops"), Surface: "cli", Authors: t.authors, Until: m.Until, Detail: m.Why,
	}
	if m.Off {
		act.Kind, act.Until, act.Detail = directdial.ActUnmute, time.Time{}, ""
		return x.act(ctx, act)
	}
	// A handle tells the key of its author only once something of theirs has come
	// in: until then, to mute it would mute nobody.
	act.Authors = slices.DeleteFunc(t.authors, func(k directdial.Key) bool {
		return x.router.Authored(ctx, []directdial.Key{k}) == 0
	})
	if len(act.Authors) == 0 {
		return directdial.Judgement{}, directdial.Errorf(directdial.NotFound,
			"nothing by %s has been heard: look at the spelling (directdial mentions --json shows authors), or mute them once something comes in", experts.Line(m.Author))
	}
	return x.act(ctx, act)
}

// Mutes implements desk.Exchange.
func (x deskView) Mutes(ctx context.Context) ([]desk.MuteView, error) {
	mutes, err := x.router.Mutes(x.now())
	views := make([]desk.MuteView, 0, len(mutes))
	for _, m := range mutes {
		v := desk.MuteView{Mute: m}
		if rec, ok := x.router.LastBy(m.Author); ok {
			if said, err := x.router.ReadMention(ctx, rec); err == nil {
				v.Platform = said.Platform
				v.Handle = experts.Clean(cmp.Or(said.Author.Handle, said.Author.ID))
			}
		}
		// Somebody who is known by an id and by a handle is one author to people.
		if !slices.ContainsFunc(views, func(o desk.MuteView) bool {
			return v.Handle != "" && o.Platform == v.Platform && o.Handle == v.Handle && o.Since.Equal(v.Since)
		}) {
			views = append(views, v)
		}
	}
	return views, err
}
