package slack

import (
	"context"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// The fields of the form by which a dial is passed on.
const (
	fieldTo    = "to"    // one of those whom the card names
	fieldOther = "other" // anybody else, found by name
	anybody    = "-"     // whoever is next
)

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
	why := api.NewOptionsSelectBlockElement(api.OptTypeStatic, plain("Choose a reason"), fieldWhy, reasons(directdial.ActPass)...)
	form := formOf(passForm, card, channel,
		api.NewInputBlock(fieldTo, plain("To"), nil, to),
		api.NewInputBlock(fieldOther, plain("Or to somebody else"), nil, other).WithOptional(true),
		api.NewInputBlock(fieldWhy, plain("Because"), nil, why).WithOptional(true),
	)
	form.Title, form.Submit, form.Close = plain("Pass it on"), plain("Pass on"), plain("Keep it")
	return form
}

// suggestions are what a field shows while its reader types.
type suggestions struct {
	Options []*api.OptionBlockObject `json:"options"`
}

// search lists colleagues who may take the dial of a form, for whoever it is
// with; under a mention of a sample, to whom it may have belonged.
func (a *answers) search(ctx context.Context, i interaction) suggestions {
	found := suggestions{Options: []*api.OptionBlockObject{}}
	if i.aboutSample() {
		a.belongings(ctx, i, &found)
		return found
	}
	if i.view.callback != passForm || i.act != fieldOther {
		return found
	}
	offer, _ := i.view.origin()
	e, err := a.who(ctx, a.replies, i.user)
	if err != nil {
		return found
	}
	card, err := a.find(ctx, offer)
	if err != nil || card.To.ID != e.ID {
		return found
	}
	colleagues, err := a.replies.Colleagues(ctx, offerOf(card), i.value)
	if err != nil {
		a.log.Warn().Err(err).Str("offer", offer).Msg("colleagues cannot be listed")
	}
	for _, c := range colleagues {
		found.Options = append(found.Options, option(c.ID, c.Name, c.Why))
	}
	return found
}
