package bluesky

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/htmltext"
	"github.com/directdial/directdial/internal/web"
)

// client asks one server, and the one that the account is on. It is safe for
// several goroutines.
type client struct {
	server *url.URL
	http   *http.Client
	report ingest.Report
	now    func() time.Time
	budget ingest.Budget // where the server tells it

	mu      sync.Mutex
	session session
}

// What is in the chain of an error.
var (
	errExpired  = errors.New("the session has expired") // or is refused otherwise
	errNotFound = errors.New("no such post")            // the API answered, and knows none
)

// maxWait bounds how long a server can make us wait.
const maxWait = 24 * time.Hour

// get asks a query of the API, as "app.bsky.feed.searchPosts", and decodes the
// answer.
func (c *client) get(ctx context.Context, method string, params url.Values, into any) error {
	if err := c.budget.Spare(c.now(), maxWait); err != nil {
		return err
	}
	c.mu.Lock()
	base, err := c.session.base(c.server)
	c.mu.Unlock()
	if err != nil {
		return err
	}
	u := base.JoinPath("xrpc", method)
	u.RawQuery = params.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	signed := c.sign(req)
	return c.do(req, method, signed, into)
}

// post calls a procedure of the API that makes a session; it has a limit of its
// own and leaves the budget of the others alone.
func (c *client) post(ctx context.Context, base *url.URL, method, token string, body, into any) error {
	var payload io.Reader = http.NoBody
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		payload = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base.JoinPath("xrpc", method).String(), payload)
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return c.do(req, method, token != "", into)
}

func (c *client) do(req *http.Request, method string, signed bool, into any) error {
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if req.Method == http.MethodGet {
		c.budget.Note(resp.Header, "RateLimit", resetTime(resp.Header), c.report)
	}
	if resp.StatusCode != http.StatusOK {
		return c.refusal(resp, signed)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return directdial.Errorf(directdial.Invalid, "read the answer of %s: %w", method, err)
	}
	return nil
}

// resetTime reads RateLimit-Reset: seconds since 1970.
func resetTime(h http.Header) time.Time {
	seconds, err := strconv.ParseInt(h.Get("RateLimit-Reset"), 10, 40)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// refusal makes an error of an answer that is no success. It says what to do
// where that can be told; signed says that a token was sent. A session that has
// expired is a 400 here.
func (c *client) refusal(resp *http.Response, signed bool) error {
	e := web.ErrorOf(resp, c.now())
	said := words(resp.Body)
	expired := said.Error == "ExpiredToken" || said.Error == "InvalidToken"
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests:
		e.Err = ingest.ErrLimit
		if reset := resetTime(resp.Header); reset.After(c.now()) {
			e.After = max(e.After, min(reset.Sub(c.now()), maxWait))
		}
	case signed && (code == http.StatusUnauthorized || code == http.StatusBadRequest && expired):
		e.Kind, e.Err = directdial.Denied, errExpired
	case said.Error == "AuthFactorTokenRequired":
		e.Msg = "the server wants a second factor: use an app password, not the password of the account"
	case code == http.StatusUnauthorized && resp.Request.Method == http.MethodPost:
		e.Msg = "the server does not accept the account and its app password"
	case !signed && (code == http.StatusUnauthorized || code == http.StatusForbidden):
		e.Kind, e.Msg = directdial.Denied, "the server shows this only with an account"
	case code == http.StatusBadRequest && said.Error == "NotFound":
		e.Kind, e.Err = directdial.NotFound, errNotFound
	case code == http.StatusNotFound && said.Error == "":
		e.Msg = "there is no Bluesky API at " + resp.Request.URL.Host
	}
	if said != (apiError{}) {
		e.Msg += fmt.Sprintf(" (it says %+q)", htmltext.Cut(strings.TrimSpace(said.Error+": "+said.Message), 200))
	}
	return e
}

// words is what a server says of a refusal, nothing if that is not in the way
// of the API.
func words(body io.Reader) (said apiError) {
	if json.NewDecoder(io.LimitReader(body, 16<<10)).Decode(&said) != nil {
		return apiError{}
	}
	return said
}
