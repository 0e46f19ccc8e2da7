package ingest

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/directdial/directdial"
)

// ErrLimit is in the chain of an error that says that a platform allows no more
// requests for a while.
var ErrLimit = errors.New("rate limit")

// Budget keeps what a platform said last of the requests that it still allows.
type Budget struct {
	mu               sync.Mutex
	limit, remaining int
	reset            time.Time // zero: nothing was said
}

// Note reads the headers <prefix>-Remaining and <prefix>-Limit of an answer,
// which says that the full number is allowed again at reset, and reports them.
// An answer without them changes nothing.
func (b *Budget) Note(h http.Header, prefix string, reset time.Time, report Report) {
	remaining, err := strconv.Atoi(h.Get(prefix + "-Remaining"))
	if err != nil {
		return
	}
	limit, err := strconv.Atoi(h.Get(prefix + "-Limit"))
	if err != nil {
		limit = 0
	}
	b.mu.Lock()
	b.limit, b.remaining, b.reset = limit, remaining, reset
	b.mu.Unlock()
	report.Budget(remaining, reset)
}

// Spare stops before the limit is reached: a tenth is left to others who use the
// account or the address. The error asks to wait until the reset, most at the
// longest.
func (b *Budget) Spare(now time.Time, most time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reset.IsZero() || b.remaining > b.limit/10 || !b.reset.After(now) {
		return nil
	}
	return &directdial.Error{
		Kind: directdial.Temporary, After: min(b.reset.Sub(now), most), Err: ErrLimit,
		Msg: fmt.Sprintf("%d of %d requests are left until %s; the rest is for others", b.remaining, b.limit, b.reset.UTC().Format(time.RFC3339)),
	}
}
