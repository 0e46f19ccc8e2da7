package slack

import (
	"context"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// showHidden is the button that shows words which the card hides. It changes
// nothing, so it is no action of the log.
const showHidden directdial.ActionKind = "show"

// reveal opens the words of a card to its receiver.
func (a *answers) reveal(ctx context.Context, i interaction, e directdial.Expert, offer string) {
	card, err := a.find(ctx, offer)
	if err != nil || card.To.ID != e.ID || card.Post.Hidden == "" {
		a.refuse(ctx, i, e, over)
		return
	}
	err = a.call(ctx, "views.open", repeatable, func(ctx context.Context) error {
		_, err := a.client.OpenViewContext(ctx, i.trigger, hiddenView(card))
		return err
	})
	if err != nil {
		a.log.Warn().Err(err).Str("offer", offer).Msg("hidden words could not be shown")
		a.refuse(ctx, i, e, notNow)
	}
}

// hiddenView shows the words of all posts of a card.
func hiddenView(card experts.Card) api.ModalViewRequest {
	var body []api.RichTextElement
	for _, p := range append([]experts.Post{card.Post}, card.More...) {
		l := &lines{}
		byline(l, card, p)
		words := p.Hidden
		if words == "" {
			words = p.Words()
		}
		body = append(body, l.section(), quote(words, maxPost))
	}
	return api.ModalViewRequest{
		Type: api.VTModal, Title: plain("The words"), Close: plain("Close"),
		Blocks: api.Blocks{BlockSet: []api.Block{rich(body...)}},
	}
}
