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

// byCommand names the commands that stand in for buttons.
func byCommand(commands []string) []api.Block {
	if len(commands) == 0 {
		return nil
	}
	var all []api.RichTextElement
	for _, command := range commands {
		all = append(all, api.NewRichTextSection(api.NewRichTextSectionTextElement(fit(command, maxTitle), &api.RichTextSectionTextStyle{Code: true})))
	}
	l := &lines{}
	l.text("To answer, type in a terminal one of:")
	return []api.Block{rich(l.section(), api.NewRichTextList(api.RTEListBullet, 0, all...))}
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
