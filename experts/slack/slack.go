// Package slack brings cards as direct messages of a Slack app: Block Kit with
// a plain text beside it for notifications and screen readers, edited in place
// when something changes, and found again by the metadata of the message when
// the answer to a post was lost.
//
// Words from outside stand in rich text elements, which Slack never parses,
// and, escaped exactly once, in the plain text. What decides how an error is
// treated is whether the message may exist: a request that never left is tried
// again, one whose answer is missing is Ambiguous and looked up.
//
// What people do comes back through Socket Mode or by signed requests, reduced to
// one interaction that is acknowledged first, then done once. Slack vouches for
// the member and for nothing else: whether a button still holds is asked of the
// exchange at the press.
package slack

import (
	"context"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/internal/secret"
)

func init() { experts.Register("slack", New) }

// Settings is the part `channels.slack` of the configuration.
type Settings struct {
	// Token is the bot token of the app, xoxb-….
	Token secret.Value `yaml:"token" jsonschema:"required"`
	// AppToken (xapp-…) lets the app hear what people do through Socket Mode.
	// Without it and signing_secret, cards have no buttons and name commands.
	AppToken secret.Value `yaml:"app_token"`
	// SigningSecret lets the app hear over HTTP, at http.public_url, where there
	// is no app_token.
	SigningSecret secret.Value `yaml:"signing_secret"`
	// APIURL is where the methods of the Web API stand.
	APIURL string `yaml:"api_url"`

	experts.Limits `yaml:",inline"`
}

// channel is the Slack channel.
type channel struct {
	client *api.Client
	doer   *doer
	base   string // of the Web API
	people people
	faces  faces
	limits experts.Limits
	log    zerolog.Logger
	now    func() time.Time
	hears  hears
	public string // where this program is reached

	mu      sync.Mutex
	trouble map[string]string // by method: how Slack refuses the app, "" while it does not
}

// New makes the channel from its settings.
func New(setup experts.Setup) (experts.Channel, error) {
	s := Settings{
		APIURL: api.APIURL,
		Limits: experts.Limits{Pace: experts.Rate{Count: 1, Per: time.Second}, Rate: experts.Rate{Count: 50, Per: time.Second}},
	}
	if err := setup.Decode(&s); err != nil {
		return nil, err
	}
	if err := checkTokens(s.Token.Reveal(), s.AppToken.Reveal()); err != nil {
		return nil, err
	}
	base, err := baseURL(s.APIURL)
	if err != nil {
		return nil, err
	}
	c := &channel{
		doer: newDoer(), base: base,
		people: people{known: map[string]dm{}},
		limits: s.Limits, log: setup.Log, now: setup.Now, trouble: map[string]string{}, public: setup.PublicURL,
	}
	c.client = api.New(s.Token.Reveal(), api.OptionAPIURL(base), api.OptionHTTPClient(c.doer), api.OptionAppLevelToken(s.AppToken.Reveal()))
	switch secret := s.SigningSecret.Reveal(); {
	case s.AppToken.Reveal() != "":
		c.hears = bySocket
		return &socketed{c}, nil
	case secret != "":
		c.hears = byHTTP
		return &signed{c, []byte(secret)}, nil
	}
	return c, nil
}

// hears is how a channel hears what people do.
type hears uint8

const (
	deaf hears = iota // not at all: the cards have no buttons
	bySocket
	byHTTP
)

// checkTokens refuses tokens that cannot work, without repeating them.
func checkTokens(token, appToken string) error {
	field, msg := "token", ""
	switch {
	case token == "":
		msg = "is required: the bot token of the Slack app (xoxb-…)"
	case strings.HasPrefix(token, "xapp-"):
		msg = "is an app-level token (xapp-…); the bot token (xoxb-…) belongs here"
	case strings.HasPrefix(token, "xoxp-"):
		msg = "is a user's token (xoxp-…); the bot token (xoxb-…) belongs here"
	case strings.HasPrefix(appToken, "xox"):
		field, msg = "app_token", "is no app-level token; the one that begins with xapp- belongs here"
	default:
		return nil
	}
	return &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: msg}
}

// baseURL checks api_url and lets it end in a slash. The token travels there,
// so it is https, except to this host and its private network.
func baseURL(raw string) (string, error) {
	invalid := func(msg string) (string, error) {
		return "", &directdial.Error{Kind: directdial.Invalid, Field: "api_url", Msg: msg}
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return invalid("must be an absolute http or https URL, such as " + api.APIURL)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return invalid("must have neither user, query nor fragment")
	}
	if addr, err := netip.ParseAddr(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" &&
		(err != nil || !addr.IsLoopback() && !addr.IsPrivate()) {
		return invalid("must be https, because the token is sent there; http is for this host and private addresses")
	}
	if !strings.HasSuffix(u.Path, "/") {
		u.Path += "/"
	}
	return u.String(), nil
}

// Limits returns how fast the channel may be used.
func (c *channel) Limits() experts.Limits { return c.limits }

// Send posts the card. The reference is channel and timestamp.
func (c *channel) Send(ctx context.Context, to directdial.Expert, card experts.Card) (string, error) {
	at, remembered, err := c.dm(ctx, to)
	if err != nil {
		return "", err
	}
	ref, err := c.deliver(ctx, at, card)
	if directdial.KindOf(err) != directdial.Gone || !remembered {
		return ref, err
	}
	// What was remembered may be outdated; looking it up again tells, and says
	// why if the person is gone.
	c.people.forget(to.Addresses[name])
	again, _, lookup := c.dm(ctx, to)
	switch {
	case lookup != nil:
		return "", lookup
	case again == at:
		return "", err
	}
	return c.deliver(ctx, again, card)
}

// deliver posts the card, as plain text if Slack refuses its layout: a plain
// card is better than none.
func (c *channel) deliver(ctx context.Context, at string, card experts.Card) (string, error) {
	ref, err := c.post(ctx, at, card, true)
	if refusedBlocks(err) {
		c.log.Warn().Str("offer", card.Offer).Err(err).Msg("Slack refuses the layout of a card; it is sent as plain text")
		return c.post(ctx, at, card, false)
	}
	return ref, err
}

// Edit changes the card in place, and says so where that must be noticed.
func (c *channel) Edit(ctx context.Context, _ directdial.Expert, ref string, card experts.Card) error {
	at, ts, ok := strings.Cut(ref, ":")
	if !ok || at == "" || ts == "" {
		return directdial.Errorf(directdial.Invalid, "%q is no reference to a Slack message", ref)
	}
	err := c.update(ctx, at, ts, card, true)
	if refusedBlocks(err) {
		c.log.Warn().Str("offer", card.Offer).Err(err).Msg("Slack refuses the layout of a card; it is changed to plain text")
		err = c.update(ctx, at, ts, card, false)
	}
	if err != nil {
		return err
	}
	return c.remind(ctx, at, ts, card)
}

func (c *channel) post(ctx context.Context, at string, card experts.Card, layout bool) (string, error) {
	options := append(c.message(card, layout), api.MsgOptionDisableLinkUnfurl(), api.MsgOptionDisableMediaUnfurl())
	var posted, ts string
	err := c.call(ctx, "chat.postMessage", changes, func(ctx context.Context) (err error) {
		posted, ts, err = c.client.PostMessageContext(ctx, at, options...)
		return err
	})
	switch {
	case err != nil:
		return "", err
	case posted == "" || ts == "":
		return "", directdial.Errorf(directdial.Ambiguous, "Slack's answer to chat.postMessage does not name the message")
	}
	return posted + ":" + ts, nil
}

// update always names the blocks: whether Slack keeps those that are left out
// depends on what else is sent.
func (c *channel) update(ctx context.Context, at, ts string, card experts.Card, layout bool) error {
	options := c.message(card, layout)
	if !layout {
		options = append(options, api.MsgOptionBlocks())
	}
	return c.call(ctx, "chat.update", repeatable, func(ctx context.Context) error {
		_, _, _, err := c.client.UpdateMessageContext(ctx, at, ts, options...)
		return err
	})
}

// message is what a post and an edit have in common. Slack is told to parse
// nothing by itself: neither addresses nor names become links.
func (c *channel) message(card experts.Card, layout bool) []api.MsgOption {
	card = card.Clean()
	var typed []string
	if c.hears == deaf {
		typed = experts.Typed(&card)
		card.Choices, card.Samples, card.Notice.Dials = nil, nil, nil // a button that nobody hears is worse than none
	}
	options := []api.MsgOption{
		api.MsgOptionText(plainText(card), false),
		api.MsgOptionMetadata(api.SlackMetadata{EventType: eventType, EventPayload: map[string]any{
			"offer": card.Offer, "dial": card.Dial, "revision": card.Revision,
		}}),
		api.MsgOptionParse(false),
		api.MsgOptionLinkNames(false),
	}
	if layout {
		options = append(options, api.MsgOptionBlocks(append(blocks(card), byCommand(typed)...)...))
	}
	return options
}

// name is the key of the channel in the configuration and in the addresses of
// an expert.
const name = "slack"
