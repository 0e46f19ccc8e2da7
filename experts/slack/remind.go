package slack

import (
	"context"
	"errors"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// reminderType marks what is said beside an edit among all messages of the app.
const reminderType = "directdial_reminder"

// remind says in a short message what a change of a card would tell nobody,
// because Slack notifies nobody of an edit: that its time is short, or that its
// dial was opened again. It stands in the thread of the card, so that it leads
// there, and among the direct messages. What was said of a revision is looked up
// first: an edit is made again when nobody knows whether it arrived.
func (c *channel) remind(ctx context.Context, at, ts string, card experts.Card) error {
	again := card.State == directdial.Accepted
	if card.Turned <= card.Shown || card.Turned > card.Revision || card.Over() || !card.Reminds && !again {
		return nil
	}
	said, err := c.reminded(ctx, at, ts, card)
	if said || err != nil {
		return err
	}
	card = card.Clean()
	words := card.Title() + ": " + card.Status()
	if !card.Reminds {
		words = card.Title() + ": the author wrote again; " + card.Status()
	}
	return c.call(ctx, "chat.postMessage", changes, func(ctx context.Context) error {
		_, _, err := c.client.PostMessageContext(ctx, at,
			api.MsgOptionText(inert(words, maxSaid)+".", false), api.MsgOptionTS(ts), api.MsgOptionBroadcast(),
			api.MsgOptionMetadata(api.SlackMetadata{EventType: reminderType, EventPayload: map[string]any{
				"offer": card.Offer, "revision": card.Turned,
			}}),
			api.MsgOptionParse(false), api.MsgOptionLinkNames(false),
		)
		return err
	})
}

// reminded reports whether this revision was spoken of, as far as the newest
// messages behind the card tell. An app that may not look says it again.
func (c *channel) reminded(ctx context.Context, at, ts string, card experts.Card) (bool, error) {
	var page *api.GetConversationHistoryResponse
	err := c.call(ctx, "conversations.history", repeatable, func(ctx context.Context) (err error) {
		page, err = c.client.GetConversationHistoryContext(ctx, &api.GetConversationHistoryParameters{
			ChannelID: at, Oldest: ts, Limit: findPage, IncludeAllMetadata: true,
		})
		return err
	})
	if err != nil {
		if errors.Is(err, errMethod) {
			err = nil
		}
		return false, err
	}
	for _, m := range page.Messages {
		payload := m.Metadata.EventPayload
		revision, _ := payload["revision"].(float64)
		if m.Metadata.EventType == reminderType && payload["offer"] == card.Offer && int(revision) == card.Turned {
			return true, nil
		}
	}
	return false, nil
}
