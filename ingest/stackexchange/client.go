package stackexchange

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/web"
)

// pageSize is how many posts the API gives at a time, and how many it can be
// asked for by number.
const pageSize = 100

// client asks the API. Several goroutines may use it.
type client struct {
	base   *url.URL
	key    secret.Value
	http   *http.Client
	report ingest.Report
	now    func() time.Time

	mu    sync.Mutex
	quota quota
	until map[string]time.Time // by method: not to be asked before
}

// get asks one method of a site for one page. The method is the path with its
// numbers left out; the API counts its back-off by that.
//
// The API compresses every answer, asked or not. The transport undoes that as
// long as nobody names an encoding here.
func (c *client) get(ctx context.Context, method, site string, ids []int64, query url.Values) (*wrapper, error) {
	if err := c.pause(ctx, method); err != nil {
		return nil, err
	}
	u := c.base.JoinPath(strings.Replace(method, "{ids}", join(ids), 1))
	query.Set("site", site)
	query.Set("pagesize", strconv.Itoa(pageSize))
	if !c.key.IsZero() {
		query.Set("key", c.key.Reveal())
	}
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	var w wrapper
	err = json.NewDecoder(resp.Body).Decode(&w)
	c.note(method, &w)
	switch {
	case resp.StatusCode != http.StatusOK || w.ErrorID != 0:
		return nil, c.refusal(resp, &w)
	case err != nil:
		return nil, directdial.Errorf(directdial.Invalid, "read the answer of %s: %w", method, err)
	case w.Items == nil:
		return nil, directdial.Errorf(directdial.Invalid, "the answer of %s has no items", method)
	}
	for i := range w.Items {
		if p := &w.Items[i]; p.id() <= 0 && p.Comment <= 0 || p.Created <= 0 {
			return nil, directdial.Errorf(directdial.Invalid, "the answer of %s has an item without number or time", method)
		}
	}
	return &w, nil
}

func join(ids []int64) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(words, ";")
}

// Errors of the API that are no fault of the request.
const (
	errorInternal    = 500
	errorThrottle    = 502
	errorUnavailable = 503
)

// refusal makes an error of an answer that is none. A limit that was reached is
// told with status 400 and the seconds in a sentence.
func (c *client) refusal(resp *http.Response, w *wrapper) error {
	if w.ErrorID == 0 {
		return web.ErrorOf(resp, c.now())
	}
	e := &directdial.Error{Kind: directdial.Invalid, Msg: fmt.Sprintf("the API refuses: %+q (%+q)", short(w.Message), short(w.Name))}
	switch {
	case w.ErrorID == errorThrottle:
		e.Kind, e.After = directdial.Temporary, waitOf(w.Message)
		c.exhausted(e.After)
	case w.ErrorID == errorInternal, w.ErrorID == errorUnavailable:
		e.Kind, e.After = directdial.Temporary, web.RetryAfter(resp.Header, c.now())
	case w.ErrorID > 400 && w.ErrorID < 404 || w.ErrorID == 405 || w.ErrorID == 406:
		e.Kind = directdial.Denied
	}
	return e
}
