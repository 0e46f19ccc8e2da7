package slack

import (
	"context"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// lateBlocks draw the late dials that a notice names, each with its buttons: who
// gets the notice has no other card of them.
func lateBlocks(c experts.Card) (all []api.Block) {
	for i := range c.Notice.Dials {
		late := lateCard(c, &c.Notice.Dials[i])
		l := &lines{}
		l.bold(fit(late.Title(), maxTitle))
		l.text(" · " + fit(c.Notice.Dials[i].Line, maxRule))
		byline(l, late, late.Post)
		if !late.Post.Deleted {
			l.same(" · ")
			l.link(late.Post.URL, "Open the post", maxLinkMore)
		}
		all = append(all, rich(l.section(), quote(beginning(late.Post.Words()), maxFirst)))
		all = append(all, buttons(late)...)
	}
	return all
}

// lateMark stands between a notice and one of its dials in what buttons carry.
const lateMark = "/"

// lateCard is a late dial of a notice as a card of its own, which is found by
// what stands as its offer.
func lateCard(notice experts.Card, d *experts.LateDial) experts.Card {
	return experts.Card{
		Kind: directdial.DialCard, State: directdial.Offered, Count: 1,
		Offer: notice.Offer + lateMark + d.Dial, Dial: d.Dial, Revision: d.Revision, To: notice.To,
		Tag: d.Tag, Topic: d.Topic, Post: d.Post, Choices: d.Choices,
	}
}

// offerOf is the offer with which an action about a card stands, and by which
// colleagues are found: of a late dial its first.
func offerOf(c experts.Card) string {
	if strings.Contains(c.Offer, lateMark) {
		return directdial.OfferID(c.Dial, 1)
	}
	return c.Offer
}

// find returns the card that a button or a form is about. The error has kind
// NotFound if there is none, or the dial is late no more.
func (a *answers) find(ctx context.Context, about string) (experts.Card, error) {
	offer, dial, late := strings.Cut(about, lateMark)
	card, err := a.replies.Card(ctx, offer)
	if err != nil || !late {
		return card, err
	}
	if d, ok := card.LateDial(dial); ok && dial != "" {
		return lateCard(card, d), nil
	}
	return experts.Card{}, directdial.Errorf(directdial.NotFound, "dial %q waits with nobody", dial)
}
