package slack

import (
	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// buttons are what the receiver of a card can do about it now, the expected one
// first; nil if there is nothing. Each carries the offer, and the card says at
// the press whether it still holds.
func buttons(c experts.Card) []api.Block {
	if len(c.Choices) == 0 {
		return nil
	}
	var elements []api.BlockElement
	for n, choice := range c.Choices {
		b := api.NewButtonBlockElement(string(choice.Act), c.Offer, plain(fit(choice.Label, maxOption)))
		if n == 0 {
			b.Style = api.StylePrimary
		}
		elements = append(elements, b)
	}
	if c.Post.Hidden != "" {
		elements = append(elements, api.NewButtonBlockElement(string(showHidden), c.Offer, plain("Show the words")))
	}
	return []api.Block{api.NewActionBlock("", elements...)}
}

// away is the menu by which somebody says that they are away.
func away() *api.SelectBlockElement {
	var spans []*api.OptionBlockObject
	for _, s := range []struct{ words, label string }{
		{"back", "until I say that I am back"}, {"tomorrow", "until tomorrow"}, {"monday", "until Monday"}, {"7d", "for a week"},
	} {
		spans = append(spans, option(s.words, s.label, ""))
	}
	return api.NewOptionsSelectBlockElement(api.OptTypeStatic, plain("I am away …"), string(directdial.ActAway), spans...)
}
