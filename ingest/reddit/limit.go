package reddit

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// maxWait bounds how long Reddit can make us wait.
const maxWait = 24 * time.Hour

// limits are what Reddit said last of the requests that it still allows.
type limits struct {
	report ingest.Report
	now    func() time.Time

	mu              sync.Mutex
	used, remaining float64
	reset           time.Time // zero: nothing was said
	blocked         time.Time // no request before
}

// note reads the headers of an answer: what is left, with a fraction, and in how
// many seconds all is allowed again.
func (l *limits) note(h http.Header) {
	remaining, err := strconv.ParseFloat(h.Get("X-Ratelimit-Remaining"), 64)
	if err != nil || !(remaining >= 0 && remaining < most) {
		return
	}
	used, err := strconv.ParseFloat(h.Get("X-Ratelimit-Used"), 64)
	if err != nil || !(used >= 0 && used < most) {
		used = 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.used, l.remaining, l.reset = used, remaining, l.now().Add(resetIn(h))
	l.report.Budget(int(remaining), l.reset)
}

// resetIn reads X-Ratelimit-Reset: seconds from now; 0 if there is none.
func resetIn(h http.Header) time.Duration {
	seconds, err := strconv.ParseFloat(h.Get("X-Ratelimit-Reset"), 64)
	if err != nil || !(seconds > 0) {
		return 0
	}
	return time.Duration(min(seconds, maxWait.Seconds()) * float64(time.Second))
}

// block stops all requests for a while.
func (l *limits) block(wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := l.now().Add(wait); until.After(l.blocked) {
		l.blocked = until
	}
}

// open returns an error while Reddit wants no request.
func (l *limits) open() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait := l.blocked.Sub(l.now())
	if wait <= 0 {
		return nil
	}
	return &directdial.Error{Kind: directdial.Temporary, After: wait, Msg: "Reddit wants not to be asked for a while"}
}

// spare stops the rounds before the limit is reached: a tenth is left for
// looking at posts that somebody is to answer.
func (l *limits) spare() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait := l.reset.Sub(l.now())
	if wait <= 0 || l.remaining > (l.used+l.remaining)/10 {
		return nil
	}
	return &directdial.Error{
		Kind: directdial.Temporary, After: wait,
		Msg: fmt.Sprintf("%.0f of %.0f requests are left; the rest is for posts that somebody is to answer", l.remaining, l.used+l.remaining),
	}
}
