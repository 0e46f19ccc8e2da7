package slack

import (
	"cmp"
	"context"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// The forms, each of what it does, and the field that both have.
const (
	passForm    = string(directdial.ActPass)
	declineForm = string(directdial.ActDecline)
	fieldWhy    = "why"
)

// Limits of forms, in characters.
const (
	maxOption = 75 // of the text of an option, and of what stands beside it
	maxLabel  = 24 // of the title and of the buttons
)

// open shows the form of an act. Slack takes it within three seconds of the press.
func (a *answers) open(ctx context.Context, i interaction, card experts.Card, act directdial.ActionKind) {
	form := passView(card, i.channel)
	if act == directdial.ActDecline {
		form = declineView(card, i.channel)
	}
	err := a.call(ctx, "views.open", repeatable, func(ctx context.Context) error {
		_, err := a.client.OpenViewContext(ctx, i.trigger, form)
		return err
	})
	if err != nil {
		a.log.Warn().Err(err).Str("offer", card.Offer).Msg("a form could not be shown")
		a.tell(ctx, i, "The form could not be shown. Press the button again.")
	}
}

// formOf is a form about a card, its fields below what the card is about.
func formOf(id string, card experts.Card, channel string, fields ...api.Block) api.ModalViewRequest {
	about := &lines{}
	about.bold(fit(card.Title(), maxTitle))
	about.next()
	about.text(fit(card.Byline(card.Post), maxRule))
	return api.ModalViewRequest{
		Type: api.VTModal, CallbackID: id, PrivateMetadata: card.Offer + " " + channel,
		Blocks: api.Blocks{BlockSet: append([]api.Block{rich(about.section())}, fields...)},
	}
}

// reasons are what a person can say about why.
func reasons(act directdial.ActionKind) (options []*api.OptionBlockObject) {
	for _, r := range experts.ReasonsFor(act) {
		options = append(options, option(string(r), sentence(string(r)), ""))
	}
	return options
}

// origin says what a form is about and in which channel its button was pressed;
// the channel is "" for the Home tab.
func (v view) origin() (offer, channel string) {
	offer, channel, _ = strings.Cut(v.private, " ")
	return offer, channel
}

// submit does what a form says.
func (a *answers) submit(ctx context.Context, i interaction, e directdial.Expert) {
	act := directdial.ActionKind(i.view.callback)
	if act != directdial.ActPass && act != directdial.ActDecline {
		return
	}
	var offer string
	offer, i.channel = i.view.origin()
	card, ok := a.card(ctx, i, e, offer, act)
	if !ok {
		return
	}
	i.late = offerOf(card) != card.Offer
	do := about(card, act)
	do.Reason = directdial.Reason(i.view.chosen[fieldWhy])
	if do.To = i.view.chosen[fieldTo]; do.To == anybody {
		do.To = ""
	}
	if other := i.view.chosen[fieldOther]; other != "" {
		do.To = other
	}
	a.act(ctx, i, e, do)
}

// option is one thing to choose.
func option(value, text, beside string) *api.OptionBlockObject {
	var description *api.TextBlockObject
	if beside = experts.Line(beside); beside != "" {
		description = plain(fit(beside, maxOption))
	}
	return api.NewOptionBlockObject(value, plain(fit(cmp.Or(experts.Line(text), value), maxOption)), description)
}

// plain is a text that Slack does not parse. It decodes entities in it all the
// same.
func plain(s string) *api.TextBlockObject {
	return api.NewTextBlockObject(api.PlainTextType, escape(s), false, false)
}
