package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// maxRetryAfter bounds what a server may ask for: a broken clock or a hostile
// answer must not silence a source for good.
const maxRetryAfter = 24 * time.Hour

// RetryAfter reads the header Retry-After, in seconds or as an HTTP date; 0 if
// there is none that can be read. At most a day.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}

// ErrorOf makes an error of an answer that is no success: 408, 425, 429 and 5xx
// are Temporary with Retry-After, 410 is Gone, 401 and 403 are Denied, 404 is
// NotFound, the rest is Invalid. It does not read the body. A platform that
// tells its limits in headers of its own sets After itself.
func ErrorOf(resp *http.Response, now time.Time) *directdial.Error {
	e := &directdial.Error{Kind: directdial.Invalid, Msg: "the server answers " + strconv.Itoa(resp.StatusCode)}
	if text := http.StatusText(resp.StatusCode); text != "" {
		e.Msg += " " + text
	}
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code == http.StatusTooEarly, code >= 500:
		e.Kind, e.After = directdial.Temporary, RetryAfter(resp.Header, now)
	case code == http.StatusGone:
		e.Kind = directdial.Gone
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		e.Kind = directdial.Denied
	case code == http.StatusNotFound:
		e.Kind = directdial.NotFound
	}
	return e
}
