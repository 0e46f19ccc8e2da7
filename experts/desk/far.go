package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/web"
)

// connectWithin bounds how long it may take until a desk elsewhere is reached.
const connectWithin = 10 * time.Second

// far is a desk on another machine.
type far struct {
	address string // as it was given
	token   secret.Value
	next    http.RoundTripper
}

// At makes a client of the desk at an address, "host:port" or an http or https
// URL. It connects to nobody. Without TLS the token would cross the network for
// all to read, so http reaches this machine and private networks only.
func At(address string, token secret.Value) (*Client, error) {
	base, err := baseOf(address)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: connectWithin}
	transport := &http.Transport{TLSHandshakeTimeout: connectWithin, ForceAttemptHTTP2: true}
	if base.Scheme == "https" {
		transport.Proxy = http.ProxyFromEnvironment
	} else {
		// A proxy would take it further, so none is asked.
		dialer.Control = onlyNear
	}
	transport.DialContext = dialer.DialContext
	f := &far{address: address, token: token, next: transport}
	return &Client{base: strings.TrimRight(base.String(), "/"), far: f, http: &http.Client{
		Transport: f,
		// Whoever sends us on is no desk, and gets no token for elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// baseOf reads an address. What is wrong with it is told without it where a
// secret may stand in it.
func baseOf(address string) (*url.URL, error) {
	text := address
	if !strings.Contains(text, "://") {
		if _, port, err := net.SplitHostPort(text); err != nil || port == "" || strings.Contains(text, "@") {
			return nil, errors.New("must be host:port, http://… or https://…, without user and password")
		}
		text = "http://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return nil, errors.New("must be host:port, http://… or https://…")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("must be a URL without user, query and fragment; the token has its own place")
	}
	return u, nil
}

// onlyNear is a net.Dialer.Control that refuses addresses of the internet. It
// runs after the name was resolved and for every address that is tried.
func onlyNear(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dial %s: %w", address, err)
	}
	if ip := at.Addr().Unmap(); !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsLinkLocalUnicast() {
		return directdial.Errorf(directdial.Denied,
			"%s is neither this machine nor a private network, and without TLS the token would cross the internet readable: put a proxy with TLS in front of the desk and use https://…", ip)
	}
	return nil
}

// RoundTrip adds the token, and makes an error of what is no answer of a desk.
func (f *far) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+f.token.Reveal())
	resp, err := f.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if err := f.refused(resp); err != nil {
		resp.Body.Close()
		return nil, err
	}
	return resp, nil
}

// refused says why an answer is not what a desk of this version gives to who has
// the token.
func (f *far) refused(resp *http.Response) error {
	switch version := resp.Header.Get(versionHeader); {
	case resp.StatusCode == http.StatusBadGateway, resp.StatusCode == http.StatusGatewayTimeout, version == "" && resp.StatusCode == http.StatusServiceUnavailable:
		return directdial.Errorf(directdial.Temporary, "what answers at %s does not reach the desk behind it (status %d): see that the daemon runs, and that http.desk is where the proxy expects it", f.address, resp.StatusCode)
	case version == "":
		return directdial.Errorf(directdial.Invalid, "what answers at %s is no desk of directdial (status %d): give the address that http.desk says in the configuration of the daemon", f.address, resp.StatusCode)
	case version != wireVersion:
		return directdial.Errorf(directdial.Invalid, "the desk at %s speaks version %.20q, this program %q: use the program of the same version as the daemon", f.address, version, wireVersion)
	case resp.StatusCode == http.StatusUnauthorized:
		return directdial.Errorf(directdial.Denied, "the desk at %s does not take this token: it is http.desk_token of the daemon or, where there is none, in desk.token in its data_dir", f.address)
	}
	return nil
}

// unasked says why a desk was asked in vain. What our own transport says stands
// for itself; the rest is what the network says.
func (f *far) unasked(err error) error {
	var asked *url.Error
	if f == nil || !errors.As(err, &asked) || errors.Is(err, context.Canceled) {
		return err
	}
	var ours *directdial.Error
	if errors.As(asked.Err, &ours) {
		return ours
	}
	says, remedy := web.Failure(err)
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		says, remedy = "it answers without TLS", "use http://…, or give the address of the proxy with TLS in front of it"
	case errors.Is(err, syscall.ECONNREFUSED):
		remedy = "see that the daemon runs, that http.desk is at this address and not only on its own machine, and that no firewall is in the way"
	}
	if remedy != "" {
		says += ": " + remedy
	}
	return directdial.Errorf(directdial.Temporary, "no desk answers at %s: %s", f.address, says)
}

// send asks, and says in plain words why there is no answer.
func (c *Client) send(r *http.Request) (*http.Response, error) {
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, c.far.unasked(err)
	}
	return resp, nil
}

// read reads an answer.
func (c *Client) read(resp *http.Response, v any) error {
	err := json.NewDecoder(resp.Body).Decode(v)
	if err != nil && c.far != nil {
		return fmt.Errorf("the answer of the desk at %s cannot be read: %w", c.far.address, err)
	}
	return err
}
