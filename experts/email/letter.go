package email

import (
	"net/mail"
	"regexp"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// letter is one mail about a card.
type letter struct {
	card  experts.Card // clean
	id    string       // its Message-ID, with its brackets
	first string       // of a follow-up: the Message-ID of the card
	// answer is the address of the page on which the card is answered; "" if
	// there is none.
	answer string
}

// messageID is the same for the same card, however often it is sent.
func (c *channel) messageID(name string) string { return "<" + name + "@" + c.domain + ">" }

// wellFormed is a Message-ID as we make them. Anything else never gets into a
// header.
var wellFormed = regexp.MustCompile(`^<[a-z0-9][a-z0-9.-]{0,127}@[A-Za-z0-9.-]{1,253}>$`)

// compose writes the mail. Everything that stands in its header is ours, or is
// a name or address that was parsed; what others wrote stands in its parts.
func (c *channel) compose(to directdial.Expert, l letter) (*gomail.Msg, error) {
	rcpt, err := mail.ParseAddress(to.Addresses["email"])
	if err != nil {
		return nil, directdial.Errorf(directdial.Invalid, "%s has no e-mail address that can be read", to.ID)
	}
	rcpt.Name = experts.Line(to.Name)
	if !wellFormed.MatchString(l.id) || (l.first != "" && !wellFormed.MatchString(l.first)) {
		return nil, directdial.Errorf(directdial.Invalid, "offer or reference cannot stand in a header")
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP))
	msg.FromMailAddress(&c.from)
	msg.ToMailAddress(rcpt)
	msg.SetDateWithValue(c.now())
	msg.SetGenHeader(gomail.HeaderMessageID, l.id)
	if l.first != "" {
		msg.SetGenHeader(gomail.HeaderInReplyTo, l.first)
		msg.SetGenHeader(gomail.HeaderReferences, l.first)
	}
	msg.Subject(c.subject(l))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	page, err := l.html()
	if err != nil {
		return nil, directdial.Errorf(directdial.Internal, "the mail cannot be written: %w", err)
	}
	msg.SetBodyString(gomail.TypeTextPlain, l.text())
	msg.AddAlternativeString(gomail.TypeTextHTML, page)
	return msg, nil
}

// subject is the title of the card with the brand and, because programs put
// mails of one subject together, the beginning of the dial's name.
func (c *channel) subject(l letter) string {
	s := l.card.Title()
	if c.brand != "" {
		s = c.brand + ": " + s
	}
	if dial := strings.TrimPrefix(l.card.Dial, "d"); len(dial) >= 6 {
		s += " [" + dial[:6] + "]"
	}
	if l.first != "" {
		s = "Re: " + s
	}
	return experts.Line(s)
}

// news says what a follow-up is about, in a line.
func (l letter) news() string {
	if l.first == "" || l.card.Over() {
		return ""
	}
	return "It is your turn again."
}

// action is a link to the page, open at one choice.
type action struct {
	Label, URL string
	First      bool
}

// actions are what the mail offers to do.
func (l letter) actions() (list []action) {
	if l.answer == "" {
		return nil
	}
	for i, c := range l.card.Choices {
		list = append(list, action{Label: c.Label, URL: l.answer + "?do=" + string(c.Act), First: i == 0})
	}
	return list
}

func itoa(n int) string { return strconv.Itoa(n) }
