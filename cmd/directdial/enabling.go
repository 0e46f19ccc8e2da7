package main

import (
	"cmp"
	"context"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/config"
)

// enablingCard composes a card that is about being enabled and not about a dial.
func (x *exchange) enablingCard(ctx context.Context, f *experts.Facts) (_ experts.Card, err error) {
	if f.Posts, err = x.said(ctx, f.Offer.Sample); err != nil {
		return experts.Card{}, err
	}
	whose := cmp.Or(f.Offer.About, f.Offer.Expert)
	grants := x.router.Grants(whose, x.now())
	for _, g := range grants {
		about := g.ID == f.Offer.Grant
		// A policy is read for all grants; it says by when for the first that closes.
		reads := f.Offer.Card == directdial.PolicyCard && (f.Grant.ReadBy.IsZero() || g.ReadBy.Before(f.Grant.ReadBy)) && !g.ReadBy.IsZero()
		if about || reads {
			f.Grant = x.grantOf(whose, &g)
		}
	}
	f.Grant.Only = !slices.ContainsFunc(grants, func(g directdial.Holding) bool { return g.ID != f.Grant.ID && !g.Ended(x.now()) })
	var on directdial.Dial // what the policy says for any tag and topic
	if len(f.Grant.Topics) == 1 {
		on.Topic = f.Grant.Topics[0]
	}
	if len(f.Grant.Tags) == 1 {
		on.Tag = f.Grant.Tags[0]
	}
	f.Policy = policyFor(x.config.Load().Policy, &on)
	return experts.Compose(*f), nil
}

// grantOf is a grant as its holder is told of it.
func (x *exchange) grantOf(expert string, g *directdial.Holding) experts.Grant {
	return experts.Grant{
		ID: g.ID, Grant: g.Grant, State: g.State, ReadBy: g.ReadBy, Coach: x.coach(),
		PerWeek: x.router.PerWeek(expert, g.Grant),
	}
}

// Enable implements desk.Exchange. Days are those of the colleague's calendar.
func (x deskView) Enable(ctx context.Context, g desk.GrantAct) (directdial.Judgement, error) {
	a := g.Action
	switch a.Kind {
	case directdial.ActGrant, directdial.ActExtend, directdial.ActPause, directdial.ActResume, directdial.ActLower, directdial.ActEnd:
	default:
		return directdial.Judgement{}, directdial.Errorf(directdial.Invalid, "nothing is called %q that can be done to a grant", a.Kind)
	}
	zone := x.expert(a.Expert).Timezone
	if a.Grant == nil && (a.Kind == directdial.ActGrant || a.Kind == directdial.ActLower) {
		return directdial.Judgement{}, directdial.Errorf(directdial.Invalid, "there are no terms")
	}
	if g.FirstDay != "" && a.Grant != nil {
		begins, _, err := config.Day(g.FirstDay, zone)
		if err != nil {
			return directdial.Judgement{}, err
		}
		a.Grant.From = begins
	}
	switch {
	case g.LastDay == "never" && a.Kind == directdial.ActGrant:
		a.Grant.Never = true
	case g.LastDay == "never" && a.Kind == directdial.ActExtend:
		a.Grant = &directdial.Grant{Never: true}
	case g.LastDay != "":
		_, ends, err := config.Day(g.LastDay, zone)
		if err != nil {
			return directdial.Judgement{}, err
		}
		if a.Grant != nil {
			a.Grant.Until = ends
		} else {
			a.Until = ends
		}
	}
	return x.act(ctx, a)
}
