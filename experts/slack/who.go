package slack

import (
	"context"
	"strings"
	"sync"
	"time"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// faces remembers which address of the configuration a member was found to have.
type faces struct {
	mu    sync.Mutex
	known map[string]face // by member id
}

type face struct {
	address string
	until   time.Time
}

// who is the expert behind a member id, which Slack vouches for. Where the
// configuration has an e-mail address, what the member's profile says is not
// enough, because people write their profiles: Slack's directory must lead from
// the address to this very member, as it does when a card is sent.
func (c *channel) who(ctx context.Context, r experts.Replies, id string) (directdial.Expert, error) {
	e, err := r.Who(ctx, name, id)
	if err == nil || directdial.KindOf(err) != directdial.NotFound {
		return e, err
	}
	c.faces.mu.Lock()
	f, ok := c.faces.known[id]
	c.faces.mu.Unlock()
	if ok && c.now().Before(f.until) {
		return r.Who(ctx, name, f.address)
	}
	var m *api.User
	err = c.call(ctx, "users.info", repeatable, func(ctx context.Context) (err error) {
		m, err = c.client.GetUserInfoContext(ctx, id)
		return err
	})
	if err != nil {
		return e, err
	}
	address := m.Profile.Email
	if e, err = r.Who(ctx, name, address); err != nil {
		return e, err
	}
	found, err := c.member(ctx, address)
	switch {
	case err != nil:
		return e, err
	case found.ID != id || unreachable(found) != "":
		return directdial.Expert{}, directdial.Errorf(directdial.NotFound, "the address belongs to another member")
	}
	c.faces.mu.Lock()
	defer c.faces.mu.Unlock()
	if c.faces.known == nil {
		c.faces.known = map[string]face{}
	}
	c.faces.known[id] = face{strings.ToLower(address), c.now().Add(knownFor)}
	return e, nil
}
