package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// Bounds of a request to a platform.
const (
	ClientTimeout = 30 * time.Second // of one request, its body included
	MaxResponse   = 10 << 20         // bytes of a body, after decompression
	maxRedirects  = 5
)

// Client says how requests to platforms are made.
type Client struct {
	Guard     Guard
	UserAgent string // of requests that name none
	// Named reports whether the operator wrote this address, host:port, into
	// the configuration. It is dialled whatever the guard says: a server in the
	// own network is theirs to name. Nil: none.
	Named func(address string) bool
	// Dial replaces the dialling of public addresses, for tests that have no
	// network. The guard still sees every address that is written as one.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// HTTP makes the client. It bounds time, redirects and size, dials only what
// the guard allows, and takes no proxy from the environment, which would dial
// on our behalf whatever it is asked to.
func (c Client) HTTP() *http.Client {
	dial := c.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Control: c.Guard.Control}).DialContext
	}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if c.Named != nil && c.Named(address) {
				return (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, network, address)
			}
			if ap, err := netip.ParseAddrPort(address); err == nil {
				if err := c.Guard.Check(ap.Addr()); err != nil {
					return nil, err
				}
			}
			return dial(ctx, network, address)
		},
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    4,
		MaxConnsPerHost:        16,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  20 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
	return &http.Client{
		Transport:     &bounded{next: transport, userAgent: c.UserAgent},
		CheckRedirect: checkRedirect,
		Timeout:       ClientTimeout,
	}
}

// checkRedirect follows at most five redirects, never from https to http, and
// takes the credentials off when another host is asked.
func checkRedirect(req *http.Request, via []*http.Request) error {
	last := via[len(via)-1]
	switch {
	case len(via) > maxRedirects:
		return directdial.Errorf(directdial.Invalid, "more than %d redirects", maxRedirects)
	case req.URL.Scheme != "https" && req.URL.Scheme != "http":
		return directdial.Errorf(directdial.Denied, "redirect to the scheme %q", req.URL.Scheme)
	case last.URL.Scheme == "https" && req.URL.Scheme != "https":
		return directdial.Errorf(directdial.Denied, "redirect from https to http")
	}
	// net/http keeps them for a subdomain; a subdomain may be somebody else's.
	if req.URL.Host != via[0].URL.Host {
		req.Header.Del("Authorization")
		req.Header.Del("Cookie")
	}
	return nil
}

// bounded names the client and bounds the size of what comes back. It sits
// above the transport, which undoes gzip, so that it counts what is unpacked.
type bounded struct {
	next      *http.Transport
	userAgent string
}

func (b *bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	if b.userAgent != "" && req.Header.Get("User-Agent") == "" {
		req = req.Clone(req.Context())
		req.Header.Set("User-Agent", b.userAgent)
	}
	resp, err := b.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp.ContentLength > MaxResponse {
		_ = resp.Body.Close()
		return nil, errTooLarge
	}
	resp.Body = &boundedBody{ReadCloser: resp.Body, left: MaxResponse}
	return resp, nil
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the
// transport.
func (b *bounded) CloseIdleConnections() { b.next.CloseIdleConnections() }

var errTooLarge = directdial.Errorf(directdial.Invalid, "the response is larger than %d bytes", MaxResponse)

type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	// One byte more than allowed is asked for, to tell the end from the excess.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, errTooLarge
	}
	return n, err
}

// ErrorText is the text of an error without the query of the URL that it may
// hold: a query can be a credential, and the text goes into the log.
func ErrorText(err error) string {
	var u *url.Error
	if !errors.As(err, &u) {
		return err.Error()
	}
	bare, _, found := strings.Cut(u.URL, "?")
	if !found {
		return err.Error()
	}
	return strings.ReplaceAll(err.Error(), u.URL, bare+"?…")
}
