package youtube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/web"
)

// The most that the API gives at a time.
const (
	pageSize   = 100 // comments
	searchSize = 50  // videos that a search finds
	maxIDs     = 50  // that can be asked for by id
)

// client asks the API. Several goroutines may use it.
type client struct {
	base  *url.URL
	key   secret.Value
	http  *http.Client
	spend *spend
	now   func() time.Time
}

// What is in the chain of an error.
var (
	errUnchanged = errors.New("nothing has changed")
	errDisabled  = errors.New("comments are turned off")
	errToken     = errors.New("the page token is not valid any more")
)

// get asks a method and decodes the answer. With an etag it returns
// errUnchanged if the answer would be the same; that costs as much.
func get[T any](ctx context.Context, c *client, method string, query url.Values, etag string) (*list[T], error) {
	if err := c.spend.open(); err != nil {
		return nil, err
	}
	u := c.base.JoinPath(method)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("X-Goog-Api-Key", c.key.Reveal()) // not in the address, which stands in errors
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	c.spend.add(method)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	switch {
	case resp.StatusCode == http.StatusNotModified && etag != "":
		return nil, errUnchanged
	case resp.StatusCode != http.StatusOK:
		return nil, c.refusal(resp, method)
	}
	var l list[T]
	if err := json.NewDecoder(resp.Body).Decode(&l); err != nil {
		return nil, directdial.Errorf(directdial.Invalid, "read the answer of %s: %w", method, err)
	}
	if l.Items == nil {
		return nil, directdial.Errorf(directdial.Invalid, "the answer of %s has no items", method)
	}
	return &l, nil
}

// refusal makes an error of an answer that is no success. Most have status 403
// or 400, and a reason.
func (c *client) refusal(resp *http.Response, method string) error {
	e := web.ErrorOf(resp, c.now())
	var said refusal
	_ = json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&said)
	switch reason := said.reason(); reason {
	case "":
	case "quotaExceeded", "dailyLimitExceeded":
		e.Kind, e.After = directdial.Temporary, c.spend.exhausted(method)
		e.Msg = "the quota of the day for " + method + " is used up; it is given anew at midnight, Pacific time"
	case "rateLimitExceeded", "userRateLimitExceeded":
		e.Kind, e.After, e.Msg = directdial.Temporary, max(e.After, time.Minute), "YouTube wants fewer requests a minute"
	case "commentsDisabled":
		e.Kind, e.Err = directdial.NotFound, errDisabled
	case "invalidPageToken":
		e.Err = errToken
	case "processingFailure", "backendError":
		e.Kind = directdial.Temporary
	case "keyInvalid", "keyExpired", "accessNotConfigured", "ipRefererBlocked":
		e.Kind, e.Msg = directdial.Denied, fmt.Sprintf("YouTube does not accept the key (%s)", reason)
	case "videoNotFound", "channelNotFound":
		e.Kind, e.Msg = directdial.NotFound, fmt.Sprintf("YouTube does not have it (%s)", reason)
	default:
		e.Msg += fmt.Sprintf(" (it says %+q)", htmltext.Cut(reason, 100))
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		c.spend.block(e.After)
	}
	return e
}
