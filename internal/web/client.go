package web

import (
	"cmp"
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
	dialTimeout   = 10 * time.Second
	MaxResponse   = 10 << 20 // bytes of a body, after decompression
	maxRedirects  = 5
)

// Client says how requests to platforms are made.
type Client struct {
	Guard     Guard
	UserAgent string // of requests that name none
	// MaxBody bounds a body, in bytes after decompression. Zero: MaxResponse.
	MaxBody int64
	// Named reports whether the operator wrote this address, host:port, into
	// the configuration. It is dialled whatever the guard says: a server in the
	// own network is theirs to name. That holds for who asks there by
	// themselves, not for who is sent there by a redirect. Nil: none.
	Named func(address string) bool
	// Dial replaces the dialling of public addresses, for tests that have no
	// network. The guard still sees every address that is written as one.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// HTTP makes the client. It bounds time, redirects and size, dials only what
// the guard allows, and takes no proxy from the environment, which would dial
// on our behalf whatever it is asked to.
func (c Client) HTTP() *http.Client {
	return &http.Client{
		Transport: &bounded{
			asked: transport(c.dialNamed), sent: transport(c.dial), userAgent: c.UserAgent, maxBody: cmp.Or(c.MaxBody, MaxResponse),
		},
		CheckRedirect: checkRedirect,
		Timeout:       ClientTimeout,
	}
}

func transport(dial func(ctx context.Context, network, address string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		DialContext:            dial,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    4,
		MaxConnsPerHost:        16,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  20 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

// dial dials what the guard allows.
func (c Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if ap, err := netip.ParseAddrPort(address); err == nil {
		if err := c.Guard.Check(ap.Addr()); err != nil {
			return nil, err
		}
	}
	if c.Dial != nil {
		return c.Dial(ctx, network, address)
	}
	d := net.Dialer{Timeout: dialTimeout, Control: c.Guard.Control}
	return d.DialContext(ctx, network, address)
}

// dialNamed also dials what the configuration names.
func (c Client) dialNamed(ctx context.Context, network, address string) (net.Conn, error) {
	if c.Named == nil || !c.Named(address) {
		return c.dial(ctx, network, address)
	}
	d := net.Dialer{Timeout: dialTimeout}
	return d.DialContext(ctx, network, address)
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
//
// It has two transports, which share no connections: a request that a redirect
// sends to another host must not find one open to an address that only the
// operator may name.
type bounded struct {
	asked, sent *http.Transport
	userAgent   string
	maxBody     int64
}

// next is the transport of a request.
func (b *bounded) next(req *http.Request) *http.Transport {
	first := req
	for first.Response != nil && first.Response.Request != nil { // of the redirect that led here
		first = first.Response.Request
	}
	if first.URL.Host == req.URL.Host {
		return b.asked
	}
	return b.sent
}

func (b *bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	if b.userAgent != "" && req.Header.Get("User-Agent") == "" {
		req = req.Clone(req.Context())
		req.Header.Set("User-Agent", b.userAgent)
	}
	resp, err := b.next(req).RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return resp, nil // a websocket; who reads it bounds each message
	}
	if resp.ContentLength > b.maxBody {
		_ = resp.Body.Close()
		return nil, tooLarge(b.maxBody)
	}
	resp.Body = &boundedBody{ReadCloser: resp.Body, limit: b.maxBody, left: b.maxBody}
	return resp, nil
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the
// transports.
func (b *bounded) CloseIdleConnections() {
	b.asked.CloseIdleConnections()
	b.sent.CloseIdleConnections()
}

func tooLarge(limit int64) error {
	return directdial.Errorf(directdial.Invalid, "the response is larger than %d bytes", limit)
}

type boundedBody struct {
	io.ReadCloser
	limit, left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, tooLarge(b.limit)
	}
	// One byte more than allowed is asked for, to tell the end from the excess.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, tooLarge(b.limit)
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
