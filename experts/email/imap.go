package email

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// folder is where bounces arrive, asked by IMAP.
type folder struct {
	address        string // host:port; "" for none
	host           string
	user, password string
	name           string
	implicitTLS    bool        // imaps
	roots          *tls.Config // base of the TLS settings; nil: the machine's
	every          time.Duration
}

const (
	// lookEvery is how often bounces are looked for. They come minutes after a
	// mail, or days.
	lookEvery = 5 * time.Minute
	// lookTimeout bounds one look.
	lookTimeout = time.Minute
	// maxBounce bounds what is read of one mail. A bounce that repeats a large
	// mail says what matters first.
	maxBounce = 256 << 10
	// maxLook bounds how many mails one look reads.
	maxLook = 200
)

// parseMailbox reads the URL; "" is no mailbox. Errors never repeat it: it holds
// a password.
func parseMailbox(raw string) (folder, error) {
	const forms = "imaps://user:password@mail.example/INBOX, or imap://… with STARTTLS"
	m := folder{every: lookEvery, name: "INBOX"}
	if raw == "" {
		return m, nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User.Username() == "" {
		return m, &directdial.Error{Kind: directdial.Invalid, Field: "bounces", Msg: "must be a URL such as " + forms + " (in user and password, write @ as %40 and / as %2F)"}
	}
	port := "143"
	switch u.Scheme {
	case "imaps":
		port, m.implicitTLS = "993", true
	case "imap":
	default:
		return m, &directdial.Error{Kind: directdial.Invalid, Field: "bounces", Msg: "must begin with imaps:// or imap://: " + forms}
	}
	m.host, m.address = u.Hostname(), net.JoinHostPort(u.Hostname(), orElse(u.Port(), port))
	m.user = u.User.Username()
	m.password, _ = u.User.Password()
	if name := strings.Trim(u.Path, "/"); name != "" {
		m.name = name
	}
	return m, nil
}

// Listen looks for bounces of our mails until ctx ends, and says whom they
// cannot be brought to, as it says of whom the server did not take. What it has
// told of is marked as seen; every other mail in the folder is left as it is.
func (c *channel) Listen(ctx context.Context, r experts.Replies) error {
	wait := time.NewTimer(0)
	defer wait.Stop()
	if c.bounces.address == "" {
		wait.Stop() // there is no mailbox to look at
	}
	looked := imap.UID(0) // what is above was not looked at by this process
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case a := <-c.lost:
			if _, err := r.Act(ctx, a); err != nil {
				c.log.Warn().Err(err).Str("expert", a.Expert).Msg("that somebody has no mailbox cannot be told")
			}
			continue
		case <-wait.C:
		}
		last, err := c.look(ctx, r, looked)
		if err != nil {
			return directdial.Errorf(directdial.Temporary, "the mailbox of bounces: %w", err)
		}
		looked = max(looked, last)
		wait.Reset(c.bounces.every)
	}
}

// look reads the mails above a UID and returns the last that it read.
func (c *channel) look(ctx context.Context, r experts.Replies, above imap.UID) (imap.UID, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	client, err := c.bounces.open(ctx)
	if err != nil {
		return above, err
	}
	defer client.Close()
	defer context.AfterFunc(ctx, func() { _ = client.Close() })()
	if err := client.Login(c.bounces.user, c.bounces.password).Wait(); err != nil {
		return above, err
	}
	if _, err := client.Select(c.bounces.name, nil).Wait(); err != nil {
		return above, err
	}
	fresh := imap.UIDSet{{Start: above + 1, Stop: 0}}
	found, err := client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{fresh}, NotFlag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
	if err != nil {
		return above, err
	}
	for i, uid := range found.AllUIDs() {
		if uid <= above || i >= maxLook { // "n:*" always names the last one, too
			continue
		}
		if err := c.returned(ctx, client, r, uid); err != nil {
			return above, err
		}
		above = uid
	}
	return above, client.Logout().Wait()
}

func (m *folder) open(ctx context.Context) (*imapclient.Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", m.address)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{}
	if m.roots != nil {
		config = m.roots.Clone()
	}
	config.ServerName, config.MinVersion = m.host, tls.VersionTLS12
	if !m.implicitTLS {
		client, err := imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: config})
		if err != nil {
			conn.Close()
		}
		return client, err
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return imapclient.New(secure, nil), nil
}

// returned reads one mail and, if it is a bounce of ours, tells of it and marks
// it as seen.
func (c *channel) returned(ctx context.Context, client *imapclient.Client, r experts.Replies, uid imap.UID) error {
	body := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: maxBounce}}
	mails, err := client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{body}}).Collect()
	if err != nil || len(mails) == 0 {
		return err
	}
	b, err := readBounce(bytes.NewReader(mails[0].FindBodySection(body)))
	if err != nil {
		return nil // somebody's mail, which is none of our business
	}
	told, err := c.unreachable(ctx, r, b)
	if err != nil || !told {
		return err
	}
	seen := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}
	return client.Store(imap.UIDSetNum(uid), seen, nil).Close()
}

// unreachable says that a colleague has no mailbox, if the mail that came back
// is one of ours to them. Anybody can write a bounce: the name of the offer in
// it is what only its receiver could know.
func (c *channel) unreachable(ctx context.Context, r experts.Replies, b bounce) (told bool, err error) {
	name, domain, _ := strings.Cut(strings.Trim(b.original, "<>"), "@")
	if !strings.EqualFold(domain, c.domain) {
		return false, nil
	}
	offer, _, _ := strings.Cut(name, ".")
	card, err := r.Card(ctx, offer)
	if directdial.KindOf(err) == directdial.NotFound && err != nil {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if to := card.To.Addresses["email"]; !strings.EqualFold(to, b.to) && !strings.EqualFold(to, b.sentTo) {
		return false, nil // they have another mailbox by now
	}
	sum := sha256.Sum256([]byte(b.original + b.to))
	_, err = r.Act(ctx, directdial.Action{
		Kind: directdial.ActUnreachable, ID: "bounce-" + hex.EncodeToString(sum[:12]),
		Expert: card.To.ID, Channel: "email", Detail: "the mail server says " + b.status, Surface: "email",
	})
	return err == nil, err
}
