package x

import (
	"context"
	"encoding/json"
	"errors"
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

// client asks the API.
type client struct {
	server *url.URL
	token  secret.Value
	http   *http.Client
	now    func() time.Time
	spend  *spend
	limits limits
}

// errSinceID is in the chain of an error about since_id, which a search takes
// for seven days; errToken of one about the token of a page.
var (
	errSinceID = errors.New("a search does not go back so far")
	errToken   = errors.New("the next page is not known any more")
)

// capped is how long to wait before an account whose money or monthly cap is
// used up is asked again: somebody may change that at any time.
const capped = time.Hour

// get asks for a path of the API and decodes the answer.
func (c *client) get(ctx context.Context, bucket, path string, query url.Values, into any) error {
	if err := c.limits.spare(bucket); err != nil {
		return err
	}
	u := c.server.JoinPath(path)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "Bearer "+c.token.Reveal())
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	c.limits.note(resp.Header, bucket)
	if resp.StatusCode != http.StatusOK {
		return c.refusal(resp)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return directdial.Errorf(directdial.Invalid, "read the answer of X: %w", err)
	}
	return nil
}

// refusal makes an error of an answer that is no success. With 429 X refuses
// who asks too often as well as who has read all that was paid for.
func (c *client) refusal(resp *http.Response) error {
	e := web.ErrorOf(resp, c.now())
	var said problem
	_ = json.NewDecoder(io.LimitReader(resp.Body, 16<<10)).Decode(&said) // as far as it can be read
	switch code := resp.StatusCode; {
	case code == http.StatusPaymentRequired, said.is("usage-capped"), said.Title == "CreditsDepleted":
		e.Kind, e.After = directdial.Temporary, max(e.After, capped)
		e.Msg = "the account at X may read no more posts: its credits or its own limit are used up"
	case code == http.StatusTooManyRequests:
		if wait := resetTime(resp.Header).Sub(c.now()); wait > e.After {
			e.After = min(wait, maxWait)
		}
	case code == http.StatusUnauthorized:
		e.Msg = "X does not accept the token; make a new bearer token"
	case code == http.StatusForbidden:
		e.Msg = "X refuses; does the app belong to a project, and may it read posts?"
	case code == http.StatusBadRequest:
		if said.about("since_id") {
			e.Err = errSinceID
		} else if said.about("next_token") || said.about("pagination_token") {
			e.Err = errToken
		}
	}
	if words := said.words(); words != "" {
		e.Msg += fmt.Sprintf(" (it says %+q)", words)
	}
	return e
}

// is reports whether a problem is of a kind. Its type is an address that ends
// in it.
func (p *problem) is(kind string) bool { return strings.HasSuffix(p.Type, "/problems/"+kind) }

// about reports whether a problem is about a parameter.
func (p *problem) about(parameter string) bool {
	for _, e := range p.Errors {
		if _, yes := e.Parameters[parameter]; yes {
			return true
		}
	}
	return false
}

// words is what X says of a refusal.
func (p *problem) words() string {
	text := p.Detail
	for _, e := range p.Errors {
		if e.Message != "" {
			text += ": " + e.Message
		}
	}
	return htmltext.Cut(strings.TrimSpace(text), 300)
}

// page is posts with what belongs to them, the newest first.
type page struct {
	posts []*post
	users map[id]*user
	shown map[id]*post // posts that others refer to, by the ids of all their versions
	gone  map[id]bool  // what was asked for and is not to be seen any more
	next  string       // token of the next page, "": there is none
}

// posts asks for posts and counts them.
func (c *client) posts(ctx context.Context, bucket, path string, query url.Values) (*page, error) {
	var a answer
	if err := c.get(ctx, bucket, path, query, &a); err != nil {
		return nil, err
	}
	listed := bucket != bucketPosts
	switch {
	case listed && a.Meta == nil, a.Data == nil && a.Meta == nil && len(a.Errors) == 0: // null and {} are JSON, but no answer
		return nil, directdial.Errorf(directdial.Invalid, "the answer of %s is none", path)
	case listed && a.Meta.Count > 0 && a.Data == nil:
		return nil, directdial.Errorf(directdial.Invalid, "the answer of %s counts %d posts and has none", path, a.Meta.Count)
	}
	p := a.Includes.page()
	for _, raw := range a.Data {
		one := decodePost(raw)
		if one.ID == 0 {
			return nil, directdial.Errorf(directdial.Invalid, "the answer of %s has a post without an id", path)
		}
		p.posts = append(p.posts, one)
		c.spend.add(one.ID)
	}
	for _, shown := range p.shown {
		c.spend.add(shown.ID)
	}
	for _, e := range a.Errors {
		if strings.HasSuffix(e.Type, "/resource-not-found") || strings.HasSuffix(e.Type, "/not-authorized-for-resource") {
			p.gone[max(e.ID, e.Value)] = true
		}
	}
	if a.Meta != nil {
		p.next = a.Meta.Next
	}
	return p, nil
}

// page makes a page without posts of what belongs to them.
func (in *includes) page() *page {
	p := &page{users: map[id]*user{}, shown: map[id]*post{}, gone: map[id]bool{}}
	for _, raw := range in.Users {
		u := &user{}
		_ = json.Unmarshal(raw, u) // as far as it can be read
		p.users[u.ID] = u
	}
	for _, raw := range in.Posts {
		if one := decodePost(raw); one.ID != 0 {
			p.shown[one.ID] = one
		}
	}
	return p
}

// decodePost reads a post as far as it can be read: a field of another type
// than it should be must not cost the post.
func decodePost(raw json.RawMessage) *post {
	p := &post{}
	_ = json.Unmarshal(raw, p)
	return p
}

// count asks how many posts a search has above one id and below another. It
// shows none of them, so that nothing is read.
func (c *client) count(ctx context.Context, query string, above, below id) (int, error) {
	params := url.Values{"query": {query}, "granularity": {"day"}}
	if above != 0 {
		params.Set("since_id", above.String())
	}
	if below != 0 {
		params.Set("until_id", below.String())
	}
	var n counted
	if err := c.get(ctx, bucketCounts, "/2/tweets/counts/recent", params, &n); err != nil {
		return 0, err
	}
	if n.Meta == nil || n.Meta.Total == nil || *n.Meta.Total < 0 {
		return 0, directdial.Errorf(directdial.Invalid, "the answer has no count")
	}
	return *n.Meta.Total, nil
}
