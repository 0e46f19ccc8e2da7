// Package email brings cards as mail: plain text and HTML in one message, sent
// by SMTP to one colleague.
//
// A mail cannot be changed once it is sent. So a change is a follow-up in the
// same thread, and only one that concerns whose turn it is: the card was handed
// on, the post is gone, or it is the reader's turn again. A post that joins
// sends nothing.
//
// Whether a mail arrived is known except when the connection breaks between the
// end of the text and the server's answer. Such a send is Ambiguous, and there
// is nowhere to look it up; the setting ambiguous says what follows. A card
// that is sent again has the same Message-ID.
package email

import (
	"context"
	"errors"
	"net/mail"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/net/idna"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/internal/secret"
)

func init() { experts.Register("email", New) }

// Settings is the part `channels.email` of the configuration.
type Settings struct {
	// SMTP is the server that takes the mail:
	// smtp://user:password@mail.example:587 (STARTTLS) or smtps:// (TLS from
	// the start, port 465). Without user and password, a server on this machine
	// or in the private network may do without encryption.
	SMTP secret.Value `yaml:"smtp" jsonschema:"required"`
	// From is the sender, "Direct Dial <dial@acme.example>". Bounces go there.
	From string `yaml:"from" jsonschema:"required"`
	// Bounces is the mailbox in which mail to the sender arrives:
	// imaps://user:password@mail.example/INBOX. A colleague whose mailbox does
	// not exist counts as not reachable by mail, and the coach is told. Left
	// out: nobody looks.
	Bounces secret.Value `yaml:"bounces"`

	experts.Limits `yaml:",inline"`
}

// New makes the channel from its settings.
func New(setup experts.Setup) (experts.Channel, error) {
	s := Settings{Limits: experts.Limits{
		Pace: experts.Rate{Count: 1, Per: time.Minute}, Rate: experts.Rate{Count: 10, Per: time.Second},
	}}
	if err := setup.Decode(&s); err != nil {
		return nil, err
	}
	server, err := parseServer(s.SMTP.Reveal())
	if err != nil {
		return nil, err
	}
	from, domain, err := parseFrom(s.From, setup.Brand)
	if err != nil {
		return nil, err
	}
	bounces, err := parseMailbox(s.Bounces.Reveal())
	if err != nil {
		return nil, err
	}
	return &channel{
		server: server, bounces: bounces, from: from, domain: domain, brand: experts.Line(setup.Brand),
		limits: s.Limits, log: setup.Log, now: setup.Now,
		links: links{base: setup.PublicURL + "/v1/channels/email/", key: setup.Key},
		lost:  make(chan directdial.Action, maxLost),
	}, nil
}

type channel struct {
	server server
	from   mail.Address
	domain string // of the Message-IDs
	brand  string
	limits experts.Limits
	log    zerolog.Logger
	now    func() time.Time
	links  links

	bounces folder
	lost    chan directdial.Action // colleagues who have no mailbox, for Listen to tell
}

// maxLost bounds how many of them wait to be told. One more is told of when the
// next card for them is refused.
const maxLost = 100

// parseFrom reads the sender. A sender without a name is called like the brand.
func parseFrom(from, brand string) (mail.Address, string, error) {
	invalid := func(msg string) (mail.Address, string, error) {
		return mail.Address{}, "", &directdial.Error{Kind: directdial.Invalid, Field: "from", Msg: msg}
	}
	if from == "" {
		return invalid(`is required: who the mails come from, such as "Direct Dial <dial@acme.example>"`)
	}
	a, err := mail.ParseAddress(from)
	if err != nil {
		return invalid(`is no address such as "Direct Dial <dial@acme.example>"`)
	}
	_, domain, _ := strings.Cut(a.Address, "@")
	if domain, err = idna.Lookup.ToASCII(domain); err != nil {
		return invalid("has a domain that is no name of the DNS")
	}
	if a.Name = experts.Line(a.Name); a.Name == "" {
		a.Name = experts.Line(brand)
	}
	return *a, domain, nil
}

// Limits returns how fast the channel may be used, and what follows when nobody
// knows whether a card arrived.
func (c *channel) Limits() experts.Limits { return c.limits }

// Send mails the card. The reference is its Message-ID.
func (c *channel) Send(ctx context.Context, to directdial.Expert, card experts.Card) (string, error) {
	l := letter{card: card.Clean(), id: c.messageID(card.Offer)}
	return l.id, c.mail(ctx, to, l)
}

// Edit mails a follow-up if a change between what the reader was shown and what
// is now concerns whose turn it is. The same follow-up has the same Message-ID.
func (c *channel) Edit(ctx context.Context, to directdial.Expert, ref string, card experts.Card) error {
	if card.Turned <= card.Shown || card.Turned > card.Revision {
		return nil
	}
	return c.mail(ctx, to, letter{
		card: card.Clean(), id: c.messageID(card.Offer + "." + itoa(card.Turned)), first: ref,
	})
}

func (c *channel) mail(ctx context.Context, to directdial.Expert, l letter) error {
	l.answer = c.links.to(pass{offer: l.card.Offer, expert: to.ID, until: c.now().Add(linkLife)})
	msg, err := c.compose(to, l)
	if err != nil {
		return err
	}
	err = c.server.send(ctx, msg, c.log)
	if none := (noMailbox{}); errors.As(err, &none) {
		select {
		case c.lost <- directdial.Action{
			Kind: directdial.ActUnreachable, Expert: to.ID, Channel: "email", Detail: "the mail server says " + none.code, Surface: "email",
		}:
		default:
		}
	}
	return err
}
