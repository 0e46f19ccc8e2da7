package slack

import (
	"context"
	"fmt"
	"time"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
)

// eventType marks the messages of directdial among all of the app.
const eventType = "directdial_offer"

// Bounds of a look-up. Claims are not kept longer than the window.
const (
	findWindow = 8 * 24 * time.Hour
	findPage   = 100 // messages
	findPages  = 10
)

// Find looks for the card of an offer among the messages to its receiver, the
// newest first. If there are more messages than it reads, it says so: that a
// card was not found there does not mean that it is not there.
func (c *channel) Find(ctx context.Context, to directdial.Expert, offer string) (string, bool, error) {
	at, _, err := c.dm(ctx, to)
	if err != nil {
		return "", false, err
	}
	params := &api.GetConversationHistoryParameters{
		ChannelID: at, Limit: findPage, IncludeAllMetadata: true,
		Oldest: fmt.Sprintf("%d.000000", c.now().Add(-findWindow).Unix()),
	}
	for range findPages {
		var page *api.GetConversationHistoryResponse
		err := c.call(ctx, "conversations.history", repeatable, func(ctx context.Context) (err error) {
			page, err = c.client.GetConversationHistoryContext(ctx, params)
			return err
		})
		if err != nil {
			return "", false, err
		}
		for _, m := range page.Messages {
			if m.Metadata.EventType == eventType && m.Metadata.EventPayload["offer"] == offer {
				return at + ":" + m.Timestamp, true, nil
			}
			params.Latest = m.Timestamp // the next page begins below
		}
		if !page.HasMore {
			return "", false, nil
		}
	}
	return "", false, directdial.Errorf(directdial.Ambiguous, "the card is not among the last %d messages to %s, and there are more", findPage*findPages, to.ID)
}
