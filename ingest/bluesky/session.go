package bluesky

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/secret"
)

// account is whom the source asks as; without a name it asks as nobody.
type account struct {
	name     string // handle or DID
	password secret.Value
}

// session is what a server gives for a password. It stands in the state: a
// server makes 300 a day for an account and no more, and one lasts for weeks if
// it is renewed. To renew it changes both tokens; the old refresh token is good
// for two hours more at most, so that the new one is saved before it is used.
type session struct {
	DID     string `json:"did"`
	Access  string `json:"access"`  // for minutes; "": must be renewed
	Refresh string `json:"refresh"` // for weeks
	// Server is the one that the account is on, if it is another than the one
	// that made the session.
	Server string `json:"server,omitempty"`
}

// made is the answer of createSession and refreshSession.
type made struct {
	DID     string `json:"did"`
	Access  string `json:"accessJwt"`
	Refresh string `json:"refreshJwt"`
	Active  *bool  `json:"active"` // left out by older servers: it is
	Status  string `json:"status"` // why it is not active
	DIDDoc  struct {
		Services []struct {
			ID       string `json:"id"`
			Endpoint any    `json:"serviceEndpoint"`
		} `json:"service"`
	} `json:"didDoc"`
}

// ready sees to it that there is a session, if there is an account. It reports
// whether the session is a new one, which must be saved before it is used.
func (s *source) ready(ctx context.Context, st *state) (renewed bool, err error) {
	if s.account.name == "" || st.Session.Access != "" {
		return false, nil
	}
	if st.Session.Refresh != "" {
		err := s.renew(ctx, st)
		if !errors.Is(err, errExpired) {
			return err == nil, err
		}
		// Revoked, or not renewed for too long.
	}
	var m made
	err = s.client.post(ctx, s.client.server, "com.atproto.server.createSession", "",
		map[string]string{"identifier": s.account.name, "password": s.account.password.Reveal()}, &m)
	if err == nil {
		st.Session, err = m.session(s.client.server)
	}
	return err == nil, err
}

func (s *source) renew(ctx context.Context, st *state) error {
	base, err := st.Session.base(s.client.server)
	if err != nil {
		return err
	}
	var m made
	if err := s.client.post(ctx, base, "com.atproto.server.refreshSession", st.Session.Refresh, nil, &m); err != nil {
		return err
	}
	next, err := m.session(s.client.server)
	if err != nil {
		return err
	}
	if len(m.DIDDoc.Services) == 0 {
		next.Server = st.Session.Server // not told again
	}
	st.Session = next
	return nil
}

// base is the server that the session is for.
func (ss *session) base(server *url.URL) (*url.URL, error) {
	if ss.Server == "" {
		return server, nil
	}
	return url.Parse(ss.Server)
}

// session makes a session of an answer that server gave.
func (m *made) session(server *url.URL) (session, error) {
	switch {
	case m.DID == "" || m.Access == "" || m.Refresh == "":
		return session{}, directdial.Errorf(directdial.Invalid, "the answer of the server has no session")
	case m.Active != nil && !*m.Active:
		return session{}, directdial.Errorf(directdial.Denied, "the account is not active (%+q)", m.Status)
	}
	ss := session{DID: m.DID, Access: m.Access, Refresh: m.Refresh}
	for _, service := range m.DIDDoc.Services {
		endpoint, _ := service.Endpoint.(string)
		if service.ID != "#atproto_pds" && service.ID != m.DID+"#atproto_pds" {
			continue
		}
		// The tokens are sent there: not in the clear, unless it is the server
		// that the configuration names.
		if u, err := url.Parse(endpoint); err == nil && u.Host != "" && u.Host != server.Host && u.Scheme == "https" && u.User == nil {
			ss.Server = "https://" + u.Host
		}
	}
	return ss, nil
}

// use makes a session the one that requests are made in.
func (c *client) use(ss session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session = ss
}

// sign puts the session on a request, and reports whether there is one. The
// server of the request is that of the session.
func (c *client) sign(req *http.Request) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session.Access == "" {
		return false
	}
	req.Header.Set("Authorization", "Bearer "+c.session.Access)
	return true
}
