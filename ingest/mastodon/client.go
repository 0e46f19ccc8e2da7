package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/htmltext"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/web"
)

// client asks one server.
type client struct {
	server *url.URL
	token  secret.Value
	http   *http.Client
	report ingest.Report
	now    func() time.Time
	budget ingest.Budget // several limits overlap; the server tells the one that is closest

	mu     sync.Mutex
	domain string // of the server's accounts, "" until it was asked
	stream string // address of the streaming API; "" is the server's own
}

// errNoRecord is in the chain of an error: the API answered, and knows no such
// post or hashtag.
var errNoRecord = errors.New("no such record")

// maxWait bounds how long a server can make us wait.
const maxWait = 24 * time.Hour

// get asks the server and decodes its answer. The scope is what a token needs
// for the request; it stands in the error if the server refuses.
func (c *client) get(ctx context.Context, path string, query url.Values, scope string, into any) (http.Header, error) {
	if err := c.budget.Spare(c.now(), maxWait); err != nil {
		return nil, err
	}
	u := c.server.JoinPath(path)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if !c.token.IsZero() {
		req.Header.Set("Authorization", "Bearer "+c.token.Reveal())
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	c.budget.Note(resp.Header, "X-RateLimit", resetTime(resp.Header), c.report)
	if resp.StatusCode != http.StatusOK {
		return nil, c.refusal(resp, scope)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return nil, directdial.Errorf(directdial.Invalid, "read the answer of %s: %w", path, err)
	}
	return resp.Header, nil
}

// resetTime reads X-RateLimit-Reset: ISO 8601, or seconds since 1970 as older
// versions of GoToSocial have it.
func resetTime(h http.Header) time.Time {
	value := h.Get("X-RateLimit-Reset")
	if seconds, err := strconv.ParseInt(value, 10, 40); err == nil {
		return time.Unix(seconds, 0)
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return time.Time{}
	}
	return t
}

// refusal makes an error of an answer that is no success. It says what to do
// where that can be told.
func (c *client) refusal(resp *http.Response, scope string) error {
	e := web.ErrorOf(resp, c.now())
	said := words(resp.Body)
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		e.Err = ingest.ErrLimit
		if reset := resetTime(resp.Header); reset.After(c.now()) {
			e.After = max(e.After, min(reset.Sub(c.now()), maxWait))
		}
	case http.StatusUnauthorized:
		if c.token.IsZero() {
			e.Msg = "the server shows this only with a token; make one with the scope " + scope
		} else {
			e.Msg = "the server does not accept the token; make a new one with the scope " + scope
		}
	case http.StatusForbidden:
		e.Msg = "the server refuses; does the token have the scope " + scope + "?"
	case http.StatusUnprocessableEntity:
		e.Kind = directdial.Denied
		e.Msg = "the server refuses; is it the token of an account, not of an application alone?"
	case http.StatusNotFound:
		if said != "" {
			e.Err = errNoRecord
		} else {
			e.Msg = "there is no Mastodon API at " + c.server.Host
		}
	}
	if said != "" {
		e.Msg += fmt.Sprintf(" (it says %+q)", said)
	}
	return e
}

// words is what a server says of a refusal, "" if that is not in the way of the
// API.
func words(body io.Reader) string {
	var said apiError
	if json.NewDecoder(io.LimitReader(body, 16<<10)).Decode(&said) != nil {
		return ""
	}
	return htmltext.Cut(strings.TrimSpace(said.Error), 200)
}

// learn asks the server for the domain of its accounts, and where it streams,
// once. The domain may be another than the one that is asked: accounts
// @user@acme.example on a server at social.acme.example.
func (c *client) learn(ctx context.Context) error {
	if c.accounts() != "" {
		return nil
	}
	var i instance
	_, err := c.get(ctx, "/api/v2/instance", nil, "read", &i)
	if k := directdial.KindOf(err); err != nil && k != directdial.Denied && k != directdial.NotFound {
		return err
	} // a server that is closed, or older than the API, does not say
	domain := c.server.Host
	for _, d := range []string{i.Domain, i.AccountDomain} {
		if d != "" {
			domain = strings.ToLower(d)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.domain, c.stream = domain, i.Configuration.URLs.Streaming
	return nil
}

// accounts is the domain of the server's accounts, "" until it was asked.
func (c *client) accounts() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.domain
}

// status asks for one post.
func (c *client) status(ctx context.Context, id string) (*status, error) {
	st := &status{}
	_, err := c.get(ctx, "/api/v1/statuses/"+url.PathEscape(id), nil, "read:statuses", st)
	return st, err
}

// thread asks for what stands above and below a post.
func (c *client) thread(ctx context.Context, id string) (*thread, error) {
	t := &thread{}
	_, err := c.get(ctx, "/api/v1/statuses/"+url.PathEscape(id)+"/context", nil, "read:statuses", t)
	return t, err
}

// link is one target of a Link header.
var link = regexp.MustCompile(`<([^<>]*)>`)

// newerThan returns the id at which the header Link says that newer items begin,
// "" if it does not. Mastodon's own documentation forgets to name the relation,
// so what counts is which target has a min_id.
func newerThan(h http.Header) string {
	for _, line := range h.Values("Link") {
		for _, target := range link.FindAllStringSubmatch(line, -1) {
			if u, err := url.Parse(target[1]); err == nil && u.Query().Get("min_id") != "" {
				return u.Query().Get("min_id")
			}
		}
	}
	return ""
}
