package reddit

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/web"
)

// account is who asks: an application, and the account that it was made with if
// that one's password is known.
type account struct {
	id       string
	secret   secret.Value
	username string
	password secret.Value
}

// grant is the form that asks for a token.
func (a *account) grant() url.Values {
	if a.username == "" {
		return url.Values{"grant_type": {"client_credentials"}}
	}
	return url.Values{"grant_type": {"password"}, "username": {a.username}, "password": {a.password.Reveal()}}
}

// token is good for a day, and there is no limit on how many are made. So it is
// kept in memory only, and a new one is made before it ends.
type token struct {
	text string
	ends time.Time
}

// margin is how long before its end a token is not used any more.
const margin = 5 * time.Minute

// authorization returns what a request must carry. Two goroutines may both ask
// for a token; both are good.
func (c *client) authorization(ctx context.Context) (string, error) {
	c.mu.Lock()
	t := c.token
	c.mu.Unlock()
	if t.text != "" && c.now().Before(t.ends) {
		return "bearer " + t.text, nil
	}
	t, err := c.renew(ctx)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	c.token = t
	c.mu.Unlock()
	return "bearer " + t.text, nil
}

// refuse forgets a token that was not accepted.
func (c *client) refuse(authorization string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if authorization == "bearer "+c.token.text {
		c.token = token{}
	}
}

// renew asks for a token. A wrong password is told with status 200.
func (c *client) renew(ctx context.Context) (token, error) {
	u := c.login.JoinPath("api/v1/access_token").String()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u, strings.NewReader(c.account.grant().Encode()))
	if err != nil {
		return token{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", c.agent)
	req.SetBasicAuth(c.account.id, c.account.secret.Reveal())
	resp, err := c.http.Do(req)
	if err != nil {
		return token{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized:
		return token{}, directdial.Errorf(directdial.Denied, "Reddit does not accept client_id and client_secret")
	default:
		return token{}, c.refusal(resp)
	}
	return c.issued(resp.Body)
}

// issued reads the answer that has a token.
func (c *client) issued(body io.Reader) (token, error) {
	var answer struct {
		Token   string `json:"access_token"`
		Type    string `json:"token_type"`
		Expires number `json:"expires_in"`
		Error   any    `json:"error"`
	}
	if err := json.NewDecoder(io.LimitReader(body, maxTokenAnswer)).Decode(&answer); err != nil {
		return token{}, directdial.Errorf(directdial.Invalid, "read the answer that has the token: %w", err)
	}
	switch {
	case answer.Error != nil:
		why := htmltext.Cut(fmt.Sprint(answer.Error), 100)
		return token{}, directdial.Errorf(directdial.Denied, "Reddit gives no token (%+q); a password is of use with an application of the kind \"script\" only, and only for who made it", why)
	case answer.Token == "" || !strings.EqualFold(answer.Type, "bearer") || strings.ContainsAny(answer.Token, "\r\n"):
		return token{}, directdial.Errorf(directdial.Invalid, "the answer has no token")
	}
	life := time.Duration(min(answer.Expires.count(), maxTokenLife)) * time.Second
	return token{text: answer.Token, ends: c.now().Add(max(life-margin, life/2))}, nil
}

const (
	maxTokenAnswer = 64 << 10 // bytes
	maxTokenLife   = 30 * 24 * 60 * 60
)

// refusal makes an error of an answer that is no success.
func (c *client) refusal(resp *http.Response) error {
	e := web.ErrorOf(resp, c.now())
	if resp.StatusCode == http.StatusTooManyRequests {
		e.After = max(e.After, resetIn(resp.Header))
		c.limits.block(e.After)
	}
	var said struct {
		Message string `json:"message"`
		Reason  string `json:"reason"`
	}
	_ = json.NewDecoder(io.LimitReader(resp.Body, 16<<10)).Decode(&said) // mostly HTML
	switch said.Reason {
	case "":
	case "private", "quarantined", "gold_only":
		e.Kind, e.Msg = directdial.Denied, "the community is not open to everybody"
	default:
		e.Msg += fmt.Sprintf(" (it says %+q)", htmltext.Cut(said.Reason, 100))
	}
	return e
}
