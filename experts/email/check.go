package email

import (
	"context"
	"net/mail"
	"strings"

	"github.com/directdial/directdial"
)

// Check connects to the mail server as for a card, with STARTTLS and password,
// and hangs up before any mail. Whether a mailbox exists, only a mail tells.
func (c *channel) Check(ctx context.Context, people []directdial.Expert) []directdial.Finding {
	var found []directdial.Finding
	if err := c.server.greet(ctx); err != nil {
		found = append(found, directdial.Failed("email", err.Error(), remedy(err)))
	} else {
		found = append(found, directdial.Found("email", "the mail server "+c.server.host+" lets us in"))
	}
	for _, e := range people {
		what := "email " + e.ID
		if _, err := mail.ParseAddress(e.Addresses["email"]); err != nil {
			f := directdial.Failed(what, "the address is not well formed", "correct the address under experts")
			f.Expert, f.Reach = e.ID, directdial.ReachesNot
			found = append(found, f)
			continue
		}
		found = append(found, directdial.Found(what, "the address is well formed; directdial doctor --card "+e.ID+" sends a test card"))
	}
	return found
}

// remedy says what to do about a server that does not let us in.
func remedy(err error) string {
	says := err.Error()
	switch {
	case strings.Contains(says, "password"):
		return "correct user and password in channels.email.smtp"
	case strings.Contains(says, "certificate"):
		return "name the server in channels.email.smtp as its certificate does, or give it one that this machine trusts"
	case strings.Contains(says, "STARTTLS"):
		return "use smtps:// in channels.email.smtp, or a server that offers STARTTLS"
	}
	return "see that this machine reaches host and port of channels.email.smtp"
}

// greet connects and authenticates, and hangs up.
func (s *server) greet(ctx context.Context) error {
	conn, err := s.dial(ctx)
	if err != nil {
		return s.unconnected(err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	client, err := s.client(conn, false)
	if err != nil {
		return directdial.Errorf(directdial.Internal, "mail client: %w", err)
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return s.unconnected(err)
	}
	_ = client.CloseWithSMTPClient(session)
	return nil
}
