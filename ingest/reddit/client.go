package reddit

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/directdial/directdial"
)

// client asks Reddit. Several goroutines may use it.
type client struct {
	api, login *url.URL
	account    account
	agent      string // the header User-Agent, in the form that Reddit asks for
	http       *http.Client
	limits     *limits
	now        func() time.Time

	mu    sync.Mutex
	token token
}

// get asks for something and decodes the answer. A token that is not accepted
// is replaced once.
func (c *client) get(ctx context.Context, path string, query url.Values, into any) error {
	if err := c.limits.open(); err != nil {
		return err
	}
	query.Set("raw_json", "1") // or text would be escaped for HTML, once more than it was written
	authorization, err := c.authorization(ctx)
	if err != nil {
		return err
	}
	resp, err := c.ask(ctx, path, query, authorization)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		_ = resp.Body.Close()
		c.refuse(authorization)
		if authorization, err = c.authorization(ctx); err != nil {
			return err
		}
		resp, err = c.ask(ctx, path, query, authorization)
	}
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	c.limits.note(resp.Header)
	switch {
	case resp.StatusCode == http.StatusUnauthorized:
		c.refuse(authorization)
		return directdial.Errorf(directdial.Denied, "Reddit does not accept the token that it has just given")
	case resp.StatusCode != http.StatusOK:
		return c.refusal(resp)
	case resp.Request.Response != nil:
		// A redirect led here: a community that does not exist is searched for,
		// and the answer is a list, too.
		return directdial.Errorf(directdial.NotFound, "Reddit has no %s and sends elsewhere", path)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return directdial.Errorf(directdial.Invalid, "read the answer of %s: %w", path, err)
	}
	return nil
}

func (c *client) ask(ctx context.Context, path string, query url.Values, authorization string) (*http.Response, error) {
	u := c.api.JoinPath(path)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", authorization)
	req.Header.Set("User-Agent", c.agent)
	return c.http.Do(req)
}

// pageSize is the most that Reddit gives at a time, and the most that it can be
// asked for by name.
const pageSize = 100

// list asks for the page of a list that follows the thing of a name, "" for the
// first page: the newest post first.
func (c *client) list(ctx context.Context, path string, query url.Values, after string) ([]*post, string, error) {
	params := url.Values{"limit": {strconv.Itoa(pageSize)}}
	if after != "" {
		params.Set("after", after)
	}
	for name, values := range query {
		params[name] = values
	}
	var answer thing
	if err := c.get(ctx, path, params, &answer); err != nil {
		return nil, "", err
	}
	l, err := answer.list()
	if err != nil {
		return nil, "", err
	}
	posts, err := l.posts()
	return posts, l.After, err
}

// info asks for posts by their names, at most pageSize. What is not among the
// answers cannot be seen by anybody, or only by members.
func (c *client) info(ctx context.Context, names []string) (map[string]*post, error) {
	posts, _, err := c.list(ctx, "api/info", url.Values{"id": {strings.Join(names, ",")}}, "")
	if err != nil {
		return nil, err
	}
	found := map[string]*post{}
	for _, p := range posts {
		found[p.Name] = p
	}
	return found, nil
}
