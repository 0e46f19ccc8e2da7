package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	api "github.com/slack-go/slack"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/internal/web"
)

const (
	callTimeout = 15 * time.Second // of one request; Slack answers within one or two
	maxAnswer   = 8 << 20          // bytes; a page of history has up to 100 cards
)

// effect says what it means that the answer to a call is missing.
type effect bool

const (
	repeatable effect = false // the call may be made again
	changes    effect = true  // the call may have made a message
)

// call makes one call of the Web API and turns its error into one that says
// what the caller can do.
func (c *channel) call(ctx context.Context, method string, e effect, do func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return directdial.Errorf(directdial.Temporary, "%s was not called: %w", method, err)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var sent atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }}
	err := do(httptrace.WithClientTrace(ctx, trace))
	var (
		refused api.SlackErrorResponse
		limited *api.RateLimitedError
		status  api.StatusCodeError
	)
	switch {
	case err == nil:
		c.settle(method, "")
		return nil
	case errors.As(err, &refused):
		return c.refusal(method, e, refused)
	case errors.As(err, &limited):
		return &directdial.Error{Kind: directdial.Temporary, After: limited.RetryAfter, Msg: method + ": too many requests"}
	case errors.As(err, &status):
		return statusError(method, e, status.Code)
	case e == changes && sent.Load():
		return directdial.Errorf(directdial.Ambiguous, "%s was sent, its answer is missing: %w", method, err)
	case sent.Load():
		return directdial.Errorf(directdial.Temporary, "%s: %w: %w", method, experts.ErrChannel, err)
	}
	return directdial.Errorf(directdial.Temporary, "%s could not be sent: %w: %w", method, experts.ErrChannel, err)
}

// statusError is the error of an answer that is not Slack's own: mostly that
// of a gateway before it, which does not know what became of the request.
func statusError(method string, e effect, code int) error {
	err := &directdial.Error{
		Kind: directdial.Temporary, After: pause, Err: experts.ErrChannel,
		Msg: fmt.Sprintf("%s is answered with status %d", method, code),
	}
	switch {
	case code == http.StatusTooManyRequests:
		err.Err = nil
	case code == http.StatusNotFound:
		err.Err = errors.Join(experts.ErrChannel, errMethod)
	case code >= 500 && code != http.StatusServiceUnavailable && e == changes:
		err.Kind, err.After, err.Err = directdial.Ambiguous, 0, nil
	}
	return err
}

// doer is the HTTP client under the library. It follows no redirect, so that
// the token goes nowhere else, and reads no answer without end.
type doer struct{ client *http.Client }

func newDoer() *doer {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 8
	return &doer{&http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Do sends one request.
func (d *doer) Do(req *http.Request) (*http.Response, error) {
	resp, err := d.client.Do(req)
	if err != nil {
		return nil, err
	}
	// The library fails on a Retry-After that is no whole number.
	if resp.StatusCode == http.StatusTooManyRequests {
		after := max(web.RetryAfter(resp.Header, time.Now()), time.Second)
		resp.Header.Set("Retry-After", fmt.Sprint(int64((after+time.Second-1)/time.Second)))
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	return resp, nil
}
