package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

// whose is who does something to a grant, to which one, and why.
type whose struct{ as, grant, why string }

func (w *whose) flags(c *cobra.Command) {
	c.Flags().StringVar(&w.as, "as", "ops", "who you are: the id of a coach, or of the colleague themselves")
	c.Flags().StringVar(&w.why, "why", "", "why; a coach must say it, a colleague need not about their own")
}

func (w *whose) grantFlag(c *cobra.Command) {
	c.Flags().StringVar(&w.grant, "grant", "", "which grant, as \"directdial experts ID\" names it; not needed where there is only one")
}

// terms are the flags of what a grant is for.
type terms struct {
	topics, tags, platforms, languages []string
	risk, level                        int
	review                             bool
	first, last                        dayFlag
}

// flags say what a grant is given for, or to what it is lowered: there, what is
// left out stays as it is.
func (t *terms) flags(c *cobra.Command, lowered bool) {
	usage := func(words, leftOut string) string {
		if lowered {
			leftOut = "; left out: as before"
		}
		return words + leftOut
	}
	c.Flags().StringSliceVar(&t.topics, "topics", nil, usage("topics, with commas between; * is every topic that is not restricted", ""))
	c.Flags().StringSliceVar(&t.tags, "tags", nil, usage("complaint, question, ambassador", "; left out: any"))
	c.Flags().StringSliceVar(&t.platforms, "platforms", nil, usage("platforms", "; left out: any"))
	c.Flags().StringSliceVar(&t.languages, "languages", nil, usage("languages", "; left out: any"))
	c.Flags().IntVar(&t.risk, "risk", 0, usage("how many people a post may reach at most", "; left out: any"))
	c.Flags().IntVar(&t.level, "level", 0, usage("how well they know it, 1 to 3", "; left out: 2"))
	c.Flags().BoolVar(&t.review, "review", false, usage("the coach reads each answer first", ""))
	t.last.never = !lowered
	c.Flags().Var(&t.last, "until", usage("last day, in the colleague's time zone", "; or never"))
}

func (t *terms) grant() *directdial.Grant {
	g := &directdial.Grant{Topics: t.topics, Platforms: t.platforms, Languages: t.languages, Risk: t.risk, Level: t.level, Review: t.review}
	for _, tag := range t.tags {
		g.Tags = append(g.Tags, directdial.Tag(tag))
	}
	return g
}

func (a *app) enableCommand() *cobra.Command {
	var (
		w                whose
		t                terms
		training, policy string
	)
	c := &cobra.Command{
		Use:   "enable ID --topics … --until DAY --why …",
		Short: "Give a colleague a grant: they are asked for their yes",
		Long: `Gives a colleague a grant. They get an invitation while they are on duty, and after
their yes one practice card; then the grant counts. A grant for the same topics,
tags, platforms and languages takes the place of the one before; a yes to that one
holds.`,
		Example: `  directdial experts enable bo --topics billing,shipping --until 2027-06-30 --why "has had the training" --as kim
  directdial experts enable bo --topics recall --tags question --risk 10000 --review --until never --why "new in the team" --as kim`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(t.topics) == 0 || t.last.text == "" {
				return usageError{errors.New("say for which --topics, and --until when (a day, or never)")}
			}
			g := t.grant()
			g.Training, g.Policy = training, policy
			return a.enable(c.Context(), desk.GrantAct{
				Action:   directdial.Action{Kind: directdial.ActGrant, Expert: args[0], By: w.as, Detail: w.why, Grant: g},
				FirstDay: t.first.text, LastDay: t.last.text,
			})
		},
	}
	w.flags(c)
	t.flags(c, false)
	c.Flags().Var(&t.first, "from", "first day; left out: from their yes on")
	c.Flags().StringVar(&training, "training", "", "training that they have had")
	c.Flags().StringVar(&policy, "policy", "", "version of the policy that they know")
	return c
}

func (a *app) lowerCommand() *cobra.Command {
	var (
		w whose
		t terms
	)
	c := &cobra.Command{
		Use:   "lower ID",
		Short: "Let a grant be for less; what is not said stays",
		Long: `Lets a grant be for less: fewer topics, tags, platforms, languages or people, a lower
level, an earlier end, or answers that the coach reads first. What is left out stays
as it is, and nothing can become more. A coach says why; colleagues need not about
their own, and get back what they lowered only with a new yes of theirs.`,
		Example: `  directdial experts lower ana --tags question --as ana
  directdial experts lower ana --grant billing,shipping --topics billing --why "shipping has moved" --as kim`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.enable(c.Context(), desk.GrantAct{
				Action: directdial.Action{
					Kind: directdial.ActLower, Expert: args[0], By: w.as, Detail: w.why, GrantID: w.grant, Grant: t.grant(),
				},
				LastDay: t.last.text,
			})
		},
	}
	w.flags(c)
	w.grantFlag(c)
	t.flags(c, true)
	return c
}

// grantCommand does one thing to one grant.
func (a *app) grantCommand(kind directdial.ActionKind, use, short string) *cobra.Command {
	var (
		w    whose
		last dayFlag
	)
	example := fmt.Sprintf("  directdial experts %s ana --why \"moves to the shop team\" --as kim", kind)
	c := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if kind == directdial.ActExtend && last.text == "" {
				return usageError{errors.New("say --until when")}
			}
			return a.enable(c.Context(), desk.GrantAct{
				Action:  directdial.Action{Kind: kind, Expert: args[0], By: w.as, Detail: w.why, GrantID: w.grant},
				LastDay: last.text,
			})
		},
	}
	w.flags(c)
	w.grantFlag(c)
	switch kind {
	case directdial.ActExtend:
		last.never = true
		c.Flags().Var(&last, "until", "last day, in the colleague's time zone; or never")
		example = "  directdial experts extend ana --until 2027-12-31 --why \"has had the training again\" --as kim\n  directdial experts extend ana --grant billing --until never --why \"has it by heart\" --as kim"
	case directdial.ActResume:
		example = "  directdial experts resume ana --as ana\n  directdial experts resume ana --why \"is back from the fair\" --as kim"
	case directdial.ActPause:
		c.Flags().Var(&last, "until", "last day of the pause; left out: until it is resumed")
		example = "  directdial experts pause ana --as ana\n  directdial experts pause ana --until 2027-01-06 --why \"the year's end\" --as kim"
	}
	c.Example = example
	return c
}

// enable does something to a grant and says what became of it.
func (a *app) enable(ctx context.Context, g desk.GrantAct) error {
	if g.By != g.Expert && strings.TrimSpace(g.Detail) == "" {
		return usageError{errors.New(`say why: --why "has had the training"`)}
	}
	g.Surface = "cli"
	return a.stands(asked(ctx, a, writes, func(d *desk.Client, ctx context.Context) (directdial.Judgement, error) {
		return d.Enable(ctx, g)
	}))
}
