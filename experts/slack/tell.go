package slack

import (
	"context"
	"net/url"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
)

// tell says something to the person who did something, and to nobody else: at
// the address that Slack gave for it, which works five times within half an
// hour, else in the channel where it was done. It is a courtesy: that it fails
// is logged.
func (a *answers) tell(ctx context.Context, i interaction, words string, more ...api.Block) {
	words = inert(words, maxSaid)
	if a.mayPost(i.respond) && a.respond(ctx, i.respond, words, more) == nil || i.channel == "" {
		return
	}
	options := []api.MsgOption{api.MsgOptionText(words, false)}
	if len(more) > 0 {
		options = append(options, api.MsgOptionBlocks(more...))
	}
	err := a.call(ctx, "chat.postEphemeral", changes, func(ctx context.Context) error {
		_, err := a.client.PostEphemeralContext(ctx, i.channel, i.user, options...)
		return err
	})
	if err != nil {
		a.log.Warn().Err(err).Msg("a person was not told what became of what they did in Slack")
	}
}

// maxSaid bounds what is said to a person, in characters.
const maxSaid = 600

func (a *answers) respond(ctx context.Context, address, words string, more []api.Block) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	msg := &api.WebhookMessage{Text: words, ResponseType: api.ResponseTypeEphemeral}
	if len(more) > 0 {
		msg.Blocks = &api.Blocks{BlockSet: more}
	}
	err := api.PostWebhookCustomHTTPContext(ctx, address, a.doer.client, msg)
	if err != nil { // its text holds the address, which is a credential
		a.log.Debug().Msg("Slack's address for an answer does not take it")
	}
	return err
}

// mayPost reports whether an address for answers is one of Slack's kind: https,
// or where the Web API of this configuration stands.
func (a *answers) mayPost(address string) bool {
	to, err := url.Parse(address)
	if err != nil || to.Host == "" || to.User != nil {
		return false
	}
	base, err := url.Parse(a.base)
	return to.Scheme == "https" || err == nil && to.Scheme == base.Scheme && to.Host == base.Host
}

// publish replaces what a person sees in the Home tab.
func (a *answers) publish(ctx context.Context, user string, view api.HomeTabViewRequest) {
	err := a.call(ctx, "views.publish", repeatable, func(ctx context.Context) error {
		_, err := a.client.PublishViewContext(ctx, api.PublishViewContextRequest{UserID: user, View: view})
		return err
	})
	if err != nil && directdial.KindOf(err) != directdial.Gone {
		a.log.Warn().Err(err).Msg("the Home tab of a person is not up to date")
	}
}
