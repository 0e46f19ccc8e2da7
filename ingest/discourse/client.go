package discourse

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

// client asks the forum.
type client struct {
	server *url.URL
	key    secret.Value
	user   string
	http   *http.Client
	now    func() time.Time
}

// maxWait bounds how long a server can make us wait.
const maxWait = 24 * time.Hour

func (c *client) get(ctx context.Context, path string, query url.Values, into any) error {
	u := c.server.JoinPath(path)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	if !c.key.IsZero() {
		req.Header.Set("Api-Key", c.key.Reveal())
		req.Header.Set("Api-Username", c.user)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return c.refusal(resp)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return directdial.Errorf(directdial.Invalid, "read the answer of %s: %w", path, err)
	}
	return nil
}

// refusal makes an error of an answer that is no success. A forum tells how
// long a limit lasts in the header, or in the body alone, or not at all.
func (c *client) refusal(resp *http.Response) error {
	e := web.ErrorOf(resp, c.now())
	said, ok := readRefusal(resp.Body)
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		if wait := said.Extras.Wait; e.After == 0 && wait > 0 {
			e.After = time.Duration(min(wait, maxWait.Seconds()) * float64(time.Second))
		}
		if e.After == 0 {
			e.After = time.Minute // what the limits of searches are counted by
		}
	case http.StatusUnauthorized, http.StatusForbidden:
		if c.key.IsZero() {
			e.Msg = "the forum shows this only with a key; have one made with the scope that README.md names"
		} else {
			e.Msg = "the forum does not accept the key for this; is it of the user, and has it the scope that README.md names?"
		}
	case http.StatusNotFound, http.StatusGone:
		if !ok {
			e.Kind, e.Msg = directdial.Invalid, "there is no Discourse at "+c.server.Host
		}
	}
	if ok {
		e.Msg += fmt.Sprintf(" (it says %+q)", htmltext.Cut(strings.TrimSpace(said.Errors[0]), 200))
	}
	return e
}

// readRefusal reads what the forum says of a refusal; ok is false if that is
// not in the way of the API.
func readRefusal(body io.Reader) (said refused, ok bool) {
	err := json.NewDecoder(io.LimitReader(body, 16<<10)).Decode(&said)
	return said, err == nil && len(said.Errors) > 0
}
