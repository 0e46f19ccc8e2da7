package github

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// The buckets that GitHub counts requests in.
const (
	bucketCore    = "core"
	bucketSearch  = "search"
	bucketGraphQL = "graphql"
)

const (
	// maxWait bounds how long a server can make us wait.
	maxWait = 24 * time.Hour
	// shortWait is waited for within a request: a search of the next minute is
	// no failure.
	shortWait = 61 * time.Second
)

// limits are what GitHub said of the requests that it still allows.
type limits struct {
	report ingest.Report
	now    func() time.Time

	mu      sync.Mutex
	buckets map[string]bucket
	blocked time.Time // no request before: a secondary limit
}

type bucket struct {
	limit, remaining int
	reset            time.Time
}

// share is what is left, in thousandths.
func (b bucket) share() int { return 1000 * b.remaining / max(b.limit, 1) }

// spare stops before a limit is reached. Of the buckets that are counted by the
// hour a tenth is left to others who use the token or the address; the searches
// of a minute are back soon, and are waited for.
func (l *limits) spare(ctx context.Context, name string) error {
	l.mu.Lock()
	b, blocked := l.buckets[name], l.blocked
	l.mu.Unlock()
	until, why := time.Time{}, fmt.Sprintf("%d of %d requests (%s) are left and the rest is for others,", b.remaining, b.limit, name)
	if b.reset.After(l.now()) && (b.remaining <= 0 || name != bucketSearch && b.remaining <= b.limit/10) {
		until = b.reset
	}
	if blocked.After(until) {
		until, why = blocked, "GitHub asked to wait"
	}
	wait := until.Sub(l.now())
	switch {
	case wait <= 0:
		return nil
	case wait <= shortWait && name == bucketSearch:
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-t.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return &directdial.Error{
		Kind: directdial.Temporary, After: min(wait, maxWait), Err: ingest.ErrLimit,
		Msg: why + " until " + until.UTC().Format(time.RFC3339),
	}
}

// note reads the rate headers of an answer, and reports the bucket that is
// closest to its end.
func (l *limits) note(h http.Header, asked string) {
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if err != nil {
		return
	}
	limit, _ := strconv.Atoi(h.Get("X-RateLimit-Limit")) // 0 where it is not told
	if name := h.Get("X-RateLimit-Resource"); name == bucketCore || name == bucketSearch || name == bucketGraphQL {
		asked = name
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets == nil {
		l.buckets = map[string]bucket{}
	}
	closest := bucket{limit: limit, remaining: remaining, reset: resetTime(h)}
	if last := l.now().Add(maxWait); closest.reset.After(last) {
		closest.reset = last
	}
	l.buckets[asked] = closest
	for _, b := range l.buckets {
		if b.reset.After(l.now()) && b.share() < closest.share() {
			closest = b
		}
	}
	l.report.Budget(closest.remaining, closest.reset)
}

// block stops all requests until a time.
func (l *limits) block(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.blocked) {
		l.blocked = until
	}
}

// resetTime reads X-RateLimit-Reset, seconds since 1970; zero if there is none.
func resetTime(h http.Header) time.Time {
	seconds, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 40)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
