package slack

import (
	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// declineView is the form by which a dial is closed as not for us: why, with the
// usual reason chosen, so that it takes two taps. What is said here is kept, and
// speaks for or against the keywords that led to the dial.
func declineView(card experts.Card, channel string) api.ModalViewRequest {
	options := reasons(directdial.ActDecline)
	why := api.NewRadioButtonsBlockElement(fieldWhy, options...)
	why.InitialOption = options[0]
	form := formOf(declineForm, card, channel, api.NewInputBlock(fieldWhy, plain("Nobody has to answer it, because"), nil, why))
	form.Title, form.Submit, form.Close = plain("Not for us"), plain("Close it"), plain("Keep it")
	return form
}
