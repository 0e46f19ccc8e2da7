package github

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/htmltext"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/web"
)

// client asks the API.
type client struct {
	server *url.URL
	token  secret.Value
	http   *http.Client
	now    func() time.Time
	limits limits
}

func newClient(server *url.URL, token secret.Value, setup ingest.Setup) *client {
	return &client{
		server: server, token: token, http: setup.Client, now: setup.Now,
		limits: limits{report: setup.Report, now: setup.Now},
	}
}

// secondary is how long to wait for a limit that says nothing of its end, as
// GitHub's documents advise.
const secondary = time.Minute

// get asks for a path of the REST API and decodes the answer.
func (c *client) get(ctx context.Context, bucket, path string, query url.Values, into any) (http.Header, error) {
	u := c.server.JoinPath(path)
	u.RawQuery = query.Encode()
	return c.do(ctx, bucket, http.MethodGet, u.String(), nil, into)
}

func (c *client) do(ctx context.Context, bucket, method, address string, body []byte, into any) (http.Header, error) {
	if err := c.limits.spare(ctx, bucket); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/vnd.github.text-match+json")
	req.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if !c.token.IsZero() {
		req.Header.Set("Authorization", "Bearer "+c.token.Reveal())
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	c.limits.note(resp.Header, bucket)
	if resp.StatusCode != http.StatusOK {
		return nil, c.refusal(resp)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return nil, directdial.Errorf(directdial.Invalid, "read the answer of GitHub: %w", err)
	}
	return resp.Header, nil
}

// refusal makes an error of an answer that is no success. GitHub tells its
// limits with 403 as well as with 429, and three ways of how long they last.
func (c *client) refusal(resp *http.Response) error {
	e := web.ErrorOf(resp, c.now())
	said := words(resp.Body)
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusForbidden:
		if wait, limited := c.limited(resp, said); limited {
			c.limits.block(c.now().Add(wait))
			e.Kind, e.After, e.Err = directdial.Temporary, wait, ingest.ErrLimit
		} else if resp.StatusCode == http.StatusForbidden {
			e.Msg = "GitHub refuses; may the token read public repositories?"
		}
	case http.StatusUnauthorized:
		e.Msg = "GitHub does not accept the token; make a new one"
	case http.StatusUnprocessableEntity:
		e.Msg = "GitHub does not understand the query, or a repository in it does not exist"
	}
	if said != "" {
		e.Msg += fmt.Sprintf(" (it says %+q)", said)
	}
	return e
}

// limited reports whether an answer is about a rate limit, and how long that
// lasts.
func (c *client) limited(resp *http.Response, said string) (wait time.Duration, ok bool) {
	reset := resetTime(resp.Header)
	switch {
	case resp.Header.Get("Retry-After") != "":
		return web.RetryAfter(resp.Header, c.now()), true
	case resp.Header.Get("X-RateLimit-Remaining") == "0" && reset.After(c.now()):
		return min(reset.Sub(c.now()), maxWait), true
	case strings.Contains(strings.ToLower(said), "rate limit"), resp.StatusCode == http.StatusTooManyRequests:
		return secondary, true
	}
	return 0, false
}

// words is what GitHub says of a refusal, "" if that is not in the way of the
// API.
func words(body io.Reader) string {
	var said refused
	if json.NewDecoder(io.LimitReader(body, 16<<10)).Decode(&said) != nil {
		return ""
	}
	text := said.Message
	for _, e := range said.Errors {
		if e.Message != "" {
			text += ": " + e.Message
		}
	}
	return htmltext.Cut(strings.TrimSpace(text), 300)
}
