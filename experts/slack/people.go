package slack

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
)

// knownFor is how long the channel of a person is remembered. It ends so that
// somebody who was deactivated or became a guest is noticed within a day's
// work.
const knownFor = 6 * time.Hour

// people remembers which direct message channel leads to which address.
type people struct {
	mu    sync.Mutex
	known map[string]dm // by the address as configured
}

type dm struct {
	channel string
	until   time.Time
}

func (p *people) get(address string, now time.Time) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d, ok := p.known[address]
	return d.channel, ok && now.Before(d.until)
}

func (p *people) put(address, channel string, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known[address] = dm{channel, until}
}

func (p *people) forget(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, address)
}

var memberID = regexp.MustCompile(`^[UW][A-Z0-9]{1,20}$`)

// dm returns the channel of direct messages with an expert, whose address is a
// member id or an e-mail address. It opens the channel, which is idempotent:
// an edit and a look-up need its id, and where a post to the id of a member
// goes depends on the kind of token. It says whether the answer was remembered.
func (c *channel) dm(ctx context.Context, to directdial.Expert) (at string, remembered bool, err error) {
	address := to.Addresses[name]
	if at, ok := c.people.get(address, c.now()); ok {
		return at, true, nil
	}
	member, err := c.member(ctx, address)
	if err != nil {
		return "", false, err
	}
	if why := unreachable(member); why != "" {
		return "", false, directdial.Errorf(directdial.Gone, "the Slack account of %s %s", to.ID, why)
	}
	var opened *api.Channel
	err = c.call(ctx, "conversations.open", repeatable, func(ctx context.Context) (err error) {
		opened, _, _, err = c.client.OpenConversationContext(ctx, &api.OpenConversationParameters{Users: []string{member.ID}})
		return err
	})
	switch {
	case errors.Is(err, errMethod):
		// An app that may only post: Slack finds the direct messages itself, and
		// its answer names them for later edits.
		return member.ID, false, nil
	case err != nil:
		return "", false, err
	case opened == nil || opened.ID == "":
		return "", false, &directdial.Error{Kind: directdial.Temporary, After: pause, Msg: "Slack's answer to conversations.open does not name the channel"}
	}
	c.people.put(address, opened.ID, c.now().Add(knownFor))
	return opened.ID, false, nil
}

// member looks an address up.
func (c *channel) member(ctx context.Context, address string) (m *api.User, err error) {
	switch {
	case memberID.MatchString(address):
		// Somebody looked it up already. Whether the account is still in use,
		// opening the channel tells.
		return &api.User{ID: address}, nil
	case strings.Contains(address, "@"):
		err = c.call(ctx, "users.lookupByEmail", repeatable, func(ctx context.Context) (err error) {
			m, err = c.client.GetUserByEmailContext(ctx, address)
			return err
		})
	default:
		return nil, directdial.Errorf(directdial.Invalid, "an address in Slack is a member id (U…) or an e-mail address")
	}
	if err == nil && m.ID == "" {
		return nil, &directdial.Error{Kind: directdial.Temporary, After: pause, Msg: "Slack's answer does not name the member"}
	}
	return m, err
}

// unreachable says why a member is not to be dialled, "" if they are. A guest
// is no colleague: an outsider who was let into single channels.
func unreachable(m *api.User) string {
	switch {
	case m.Deleted:
		return "is deactivated"
	case m.IsBot || m.IsWorkflowBot || m.IsConnectorBot:
		return "is that of an app"
	case m.IsRestricted || m.IsUltraRestricted || m.IsStranger:
		return "is that of a guest"
	case m.IsInvitedUser:
		return "is not set up yet: the invitation waits"
	}
	return ""
}
