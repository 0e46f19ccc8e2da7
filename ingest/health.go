package ingest

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

// health is how one source does: its metrics, and one line in the log for each
// change. It is the Report of the source.
type health struct {
	source  string
	metrics *metrics
	log     zerolog.Logger
	now     func() time.Time

	requests atomic.Int64 // since the source was made
	limited  atomic.Bool  // the last answer was 429

	mu        sync.Mutex
	state     string // "", "ok", or "failing: <kind>"
	why       string // it fails or ended
	successes int
	budget    *int
	reset     time.Time
	quiet     bool
	outage    *outage // under way; nil if it gets through

	account directdial.SourceAccount // without the hours, which are in pace
	pace    pace
	// recalled says that both begin with what was remembered.
	recalled bool
}

// ok is called when the source got through.
func (h *health) ok() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.successes++
	h.account.Success = h.now()
	h.metrics.lastSuccess.WithLabelValues(h.source).Set(seconds(h.account.Success))
	h.why = ""
	if h.change("ok") {
		h.metrics.up.WithLabelValues(h.source).Set(1)
		h.log.Info().Msg("source works")
	}
}

// partly is called when the source got through with a part of what it reads: it
// is tried again soon, and does not work.
func (h *health) partly() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.successes++
}

// failing is called when the source failed and is tried again.
func (h *health) failing(err error, retryIn time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failed(h.now())
	h.metrics.up.WithLabelValues(h.source).Set(0)
	h.metrics.retries.WithLabelValues(h.source).Inc()
	h.why = web.ErrorText(err)
	level := zerolog.DebugLevel
	if h.change("failing: " + directdial.KindOf(err).String()) {
		level = zerolog.WarnLevel
	}
	h.log.WithLevel(level).Str("error", h.why).Dur("retry_in_ms", retryIn.Round(time.Millisecond)).Msg("source fails")
}

// ended is called when the source will never work again.
func (h *health) ended(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.why = web.ErrorText(err)
	h.change("ended")
	h.metrics.up.WithLabelValues(h.source).Set(0)
	h.log.Error().Str("error", h.why).Msg("source ended for good; take it out of the configuration or correct it")
}

func (h *health) change(to string) bool {
	changed := h.state != to
	h.state = to
	return changed
}

// count returns how often the source got through so far.
func (h *health) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.successes
}

// Budget implements Report.
func (h *health) Budget(remaining int, reset time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.budget, h.reset = &remaining, reset
	h.metrics.rate.WithLabelValues(h.source).Set(float64(remaining))
	if !reset.IsZero() {
		h.metrics.rateReset.WithLabelValues(h.source).Set(seconds(reset))
	}
}

// Rejected implements Report.
func (h *health) Rejected(n int) {
	h.metrics.items.WithLabelValues(h.source, "mention", outcomeRejected).Add(float64(n))
}

// Newest implements Report.
func (h *health) Newest(said time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if said.After(h.account.Newest) {
		h.account.Newest = said
		h.metrics.newest.WithLabelValues(h.source).Set(seconds(said))
	}
}
