package x

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// The buckets that X counts requests in, one for each endpoint.
const (
	bucketSearch   = "search"
	bucketMentions = "mentions"
	bucketPosts    = "posts"
	bucketCounts   = "counts"
)

// maxWait bounds how long a server can make us wait.
const maxWait = 24 * time.Hour

// limits are what X said of the requests that it still allows.
type limits struct {
	report ingest.Report
	now    func() time.Time

	mu      sync.Mutex
	buckets map[string]bucket
}

type bucket struct {
	limit, remaining int
	reset            time.Time
}

// share is what is left, in thousandths.
func (b bucket) share() int { return 1000 * b.remaining / max(b.limit, 1) }

// spare stops before a request that X has said it will refuse.
func (l *limits) spare(name string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, told := l.buckets[name]
	wait := b.reset.Sub(l.now())
	if !told || b.remaining > 0 || wait <= 0 {
		return nil
	}
	return &directdial.Error{
		Kind: directdial.Temporary, After: min(wait, maxWait),
		Msg: fmt.Sprintf("no requests (%s) are left until %s", name, b.reset.UTC().Format(time.RFC3339)),
	}
}

// note reads the rate headers of an answer, and reports the bucket that is
// closest to its end.
func (l *limits) note(h http.Header, name string) {
	remaining, err := strconv.Atoi(h.Get("X-Rate-Limit-Remaining"))
	if err != nil {
		return
	}
	limit, _ := strconv.Atoi(h.Get("X-Rate-Limit-Limit")) // 0 where it is not told
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets == nil {
		l.buckets = map[string]bucket{}
	}
	closest := bucket{limit: limit, remaining: remaining, reset: resetTime(h)}
	l.buckets[name] = closest
	for _, b := range l.buckets {
		if b.reset.After(l.now()) && b.share() < closest.share() {
			closest = b
		}
	}
	l.report.Budget(closest.remaining, closest.reset)
}

// resetTime reads X-Rate-Limit-Reset, seconds since 1970; zero if there is
// none.
func resetTime(h http.Header) time.Time {
	seconds, err := strconv.ParseInt(h.Get("X-Rate-Limit-Reset"), 10, 40)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
