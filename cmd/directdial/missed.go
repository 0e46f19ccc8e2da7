package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

func (a *app) missedCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "missed",
		Short: "Look at a random sample of what was not dialled, to know how much is missed",
		Long: `Shows 20 mentions of the last whole week, drawn at random among those that were left
because no tag was found in them or because they seemed to be about another of that
name. A coach says of each whether it was rightly left or belonged to somebody; how
much of all is missed follows from that, with its interval. Looking does not dial. The
first coach gets the same sample as a card each week, in Slack or by mail, with a button
or a link for each answer.`,
		Example: "  directdial missed\n  directdial missed left 1a2b3c --as kim\n  directdial missed belonged 4d5e6f --to ana --tag complaint --as kim",
	}
	c.AddCommand(
		a.reviewCommand(directdial.RightlyLeft, "left MENTION", "Say that a mention was rightly left", "  directdial missed left 1a2b3c --as kim"),
		a.reviewCommand(directdial.Belonged, "belonged MENTION", "Say that a mention belonged to a colleague",
			"  directdial missed belonged 4d5e6f --to ana --as kim\n  directdial missed belonged 4d5e6f --to ana --topic billing --tag complaint --as kim"),
	)
	return listing(a, c, (*desk.Client).Missed, desk.PrintMissed)
}

func (a *app) reviewCommand(what directdial.Reason, use, short, example string) *cobra.Command {
	act := directdial.Action{Kind: directdial.ActReview, Surface: "cli", Reason: what}
	c := &cobra.Command{
		Use:     use,
		Short:   short,
		Long:    short + ".\n\nMENTION is the beginning of a key, as `directdial missed` shows it.",
		Example: example,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.judged(asked(c.Context(), a, writes, func(d *desk.Client, ctx context.Context) (directdial.Judgement, error) {
				return d.Review(ctx, args[0], act)
			}))
		},
	}
	c.Flags().StringVar(&act.By, "as", "ops", "who you are: the id of a coach")
	if what == directdial.Belonged {
		c.Flags().StringVar(&act.To, "to", "", "to whom: the id of an expert")
		c.Flags().StringVar(&act.Topic, "topic", "", "what it was about: a topic")
		c.Flags().StringVar((*string)(&act.Tag), "tag", "", "what it was: complaint, question or ambassador")
	}
	return c
}

// Missed implements desk.Reviews.
func (x deskView) Missed(ctx context.Context) (*desk.MissedView, error) {
	m, err := x.router.Missed(x.now())
	if err != nil {
		return nil, err
	}
	v := &desk.MissedView{Missed: m}
	v.Mentions, err = x.mentionViews(ctx, m.Sample)
	v.Sample = nil // Mentions has them
	return v, err
}

// Review implements desk.Reviews.
func (x deskView) Review(ctx context.Context, mention string, a directdial.Action) (directdial.Judgement, error) {
	rec, ok := x.find(ctx, mention)
	if !ok {
		return directdial.Judgement{}, directdial.Errorf(directdial.NotFound, "there is no mention %q: give the beginning of its key", mention)
	}
	a.Kind, a.Mention = directdial.ActReview, rec.Key
	return x.act(ctx, a)
}
