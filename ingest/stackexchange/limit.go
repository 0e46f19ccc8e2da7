package stackexchange

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

const (
	// maxPause is how long a request waits for its turn. A longer back-off ends
	// the round.
	maxPause = time.Minute
	// maxWait bounds how long the API can make us wait.
	maxWait = 24 * time.Hour
	// throttled is how long we wait where the API does not say it.
	throttled = 10 * time.Minute
	// probe is how often the API is asked whether there is a new quota. When a
	// day begins for it, it does not tell.
	probe = time.Hour
)

// quota is what the API said last of the requests that it still allows.
type quota struct {
	max, remaining int
	at             time.Time // zero: nothing was said
}

// note reads what every answer tells of the limits.
func (c *client) note(method string, w *wrapper) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.Backoff > 0 {
		c.hold(method, time.Duration(min(w.Backoff, int(maxWait/time.Second)))*time.Second)
	}
	if w.QuotaMax != nil && w.QuotaRemaining != nil {
		c.quota = quota{max: *w.QuotaMax, remaining: *w.QuotaRemaining, at: c.now()}
		if c.report != nil {
			c.report.Budget(c.quota.remaining, time.Time{})
		}
	}
}

// hold is called with the lock held.
func (c *client) hold(method string, wait time.Duration) {
	if c.until == nil {
		c.until = map[string]time.Time{}
	}
	c.until[method] = c.now().Add(wait)
}

// everything stands for all methods.
const everything = "*"

// exhausted stops all requests for as long as the API says that it wants none.
func (c *client) exhausted(wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hold(everything, wait)
}

// pause waits until a method may be asked, if that is soon.
func (c *client) pause(ctx context.Context, method string) error {
	for {
		c.mu.Lock()
		wait := max(c.until[method].Sub(c.now()), c.until[everything].Sub(c.now()))
		c.mu.Unlock()
		switch {
		case wait <= 0:
			return nil
		case wait > maxPause:
			return &directdial.Error{Kind: directdial.Temporary, After: wait, Msg: "the API wants not to be asked for " + method}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// spare stops before the quota is used up: a tenth is left for looking at posts
// that somebody is to answer. Every probe one request asks for the quota of a
// new day.
func (c *client) spare() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	q := c.quota
	wait := q.at.Add(probe).Sub(c.now())
	if q.at.IsZero() || q.remaining > q.max/10 || wait <= 0 {
		return nil
	}
	return &directdial.Error{
		Kind: directdial.Temporary, After: wait,
		Msg: fmt.Sprintf("%d of %d requests of the day are left; the rest is for posts that somebody is to answer", q.remaining, q.max),
	}
}

var seconds = regexp.MustCompile(`\b([0-9]{1,9}) seconds?\b`)

// waitOf reads how long to wait from the sentence of a throttle violation.
func waitOf(message string) time.Duration {
	m := seconds.FindStringSubmatch(message)
	if m == nil {
		return throttled
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return throttled
	}
	return min(time.Duration(n)*time.Second, maxWait)
}

// short is a word of the API as it may stand in an error.
func short(s string) string { return htmltext.Cut(s, 200) }
