package slack

import (
	"cmp"
	"context"
	"strings"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// The fields of the form by which a dial is passed on.
const (
	passForm   = "pass"
	fieldTo    = "to"    // one of those whom the card names
	fieldOther = "other" // anybody else, found by name
	fieldWhy   = "why"
	anybody    = "-" // whoever is next
)

// Limits of forms, in characters.
const (
	maxOption = 75 // of the text of an option, and of what stands beside it
	maxLabel  = 24 // of the title and of the buttons
)

// open shows the form by which a dial is passed on. Slack takes it within three
// seconds of the press.
func (a *answers) open(ctx context.Context, i interaction, card experts.Card) {
	err := a.call(ctx, "views.open", repeatable, func(ctx context.Context) error {
		_, err := a.client.OpenViewContext(ctx, i.trigger, passView(card, i.channel))
		return err
	})
	if err != nil {
		a.log.Warn().Err(err).Str("offer", card.Offer).Msg("a form could not be shown")
		a.tell(ctx, i, "The form could not be shown. Press the button again.")
	}
}

// passView is the form: second and third choice first, then anybody else who may
// take it, then why.
func passView(card experts.Card, channel string) api.ModalViewRequest {
	var first []*api.OptionBlockObject
	for _, o := range card.Others {
		first = append(first, option(o.ID, o.Name, o.Why))
	}
	next := option(anybody, "Whoever is next", "the exchange finds the colleague")
	to := api.NewRadioButtonsBlockElement(fieldTo, append(first, next)...)
	to.InitialOption = next
	if len(first) > 0 {
		to.InitialOption = first[0]
	}
	other := api.NewOptionsSelectBlockElement(api.OptTypeExternal, plain("Search for a colleague"), fieldOther)
	other.MinQueryLength = new(int)
	var reasons []*api.OptionBlockObject
	for _, r := range experts.ReasonsFor(directdial.ActPass) {
		reasons = append(reasons, option(string(r), sentence(string(r)), ""))
	}
	why := api.NewOptionsSelectBlockElement(api.OptTypeStatic, plain("Choose a reason"), fieldWhy, reasons...)
	about := &lines{}
	about.bold(fit(card.Title(), maxTitle))
	about.next()
	about.text(fit(card.Byline(card.Post), maxRule))
	return api.ModalViewRequest{
		Type: api.VTModal, CallbackID: passForm, PrivateMetadata: card.Offer + " " + channel,
		Title: plain("Pass it on"), Submit: plain("Pass on"), Close: plain("Keep it"),
		Blocks: api.Blocks{BlockSet: []api.Block{
			rich(about.section()),
			api.NewInputBlock(fieldTo, plain("To"), nil, to),
			api.NewInputBlock(fieldOther, plain("Or to somebody else"), nil, other).WithOptional(true),
			api.NewInputBlock(fieldWhy, plain("Because"), nil, why).WithOptional(true),
		}},
	}
}

// origin says what a form is about and in which channel its button was pressed;
// the channel is "" for the Home tab.
func (v view) origin() (offer, channel string) {
	offer, channel, _ = strings.Cut(v.private, " ")
	return offer, channel
}

// submit does what a form says.
func (a *answers) submit(ctx context.Context, i interaction, e directdial.Expert) {
	if i.view.callback != passForm {
		return
	}
	var offer string
	offer, i.channel = i.view.origin()
	card, ok := a.card(ctx, i, e, offer, directdial.ActPass)
	if !ok {
		return
	}
	do := about(card, directdial.ActPass)
	do.Reason = directdial.Reason(i.view.chosen[fieldWhy])
	if do.To = i.view.chosen[fieldTo]; do.To == anybody {
		do.To = ""
	}
	if other := i.view.chosen[fieldOther]; other != "" {
		do.To = other
	}
	a.act(ctx, i, e, do)
}

// suggestions are what a field shows while its reader types.
type suggestions struct {
	Options []*api.OptionBlockObject `json:"options"`
}

// search lists colleagues who may take the dial of a form, for whoever it is
// with.
func (a *answers) search(ctx context.Context, i interaction) suggestions {
	found := suggestions{Options: []*api.OptionBlockObject{}}
	if i.view.callback != passForm || i.act != fieldOther {
		return found
	}
	offer, _ := i.view.origin()
	e, err := a.who(ctx, a.replies, i.user)
	if err != nil {
		return found
	}
	card, err := a.replies.Card(ctx, offer)
	if err != nil || card.To.ID != e.ID {
		return found
	}
	colleagues, err := a.replies.Colleagues(ctx, offer, i.value)
	if err != nil {
		a.log.Warn().Err(err).Str("offer", offer).Msg("colleagues cannot be listed")
	}
	for _, c := range colleagues {
		found.Options = append(found.Options, option(c.ID, c.Name, c.Why))
	}
	return found
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
