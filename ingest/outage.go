package ingest

import (
	"context"
	"net/http"
	"time"

	"github.com/directdial/directdial"
)

// From what length on a time in which a source heard nothing is recorded.
const (
	minOutage = 5 * time.Minute  // of failures
	minStop   = 15 * time.Minute // in which no process ran; longer than two writes of the account lie apart
)

// Causes that the runner knows by itself.
const (
	causeOutage    = "outage"
	causeRateLimit = "rate limit"
	causeStopped   = "stopped"
)

// outage is a time in which a source does not get through.
type outage struct {
	since time.Time // when it last had got through
	began time.Time // when it failed first, or when the process that ran it was last seen
	cause string
}

// asked counts a request.
func (h *health) asked() {
	h.metrics.requests.WithLabelValues(h.source).Inc()
	h.requests.Add(1)
}

// answered notes the status of an answer.
func (h *health) answered(status int) {
	h.limited.Store(status == http.StatusTooManyRequests)
}

// failed notes a failure; the lock is held. What a source that never got
// through does not hear has no beginning.
func (h *health) failed(at time.Time) {
	cause := causeOutage
	if h.limited.Load() {
		cause = causeRateLimit
	}
	switch {
	case h.outage != nil && h.outage.cause == causeStopped:
		h.outage.cause = cause
	case h.outage == nil && !h.account.Success.IsZero():
		h.outage = &outage{since: h.account.Success, began: at, cause: cause}
	}
}

// recovered returns the gap that ends now that the source has caught up, nil if
// there is none worth a record.
//
// A source that asks begins where it stood before, and what its platform does
// not give any more it reports itself: so nothing of this gap is missing. What
// was to be posted to a receiver depends on whether the sender repeats it, and
// that cannot be told.
func (h *health) recovered(receives bool) (gap *directdial.Gap, ended *outage) {
	h.mu.Lock()
	defer h.mu.Unlock()
	o := h.outage
	h.outage = nil
	if o == nil {
		return nil, nil
	}
	now := h.now()
	least := minOutage
	if o.cause == causeStopped {
		least = minStop
	}
	if now.Sub(o.began) < least {
		return nil, nil
	}
	gap = &directdial.Gap{From: o.since, To: now, Cause: o.cause}
	if receives {
		gap.Missing = -1
	}
	return gap, o
}

// through is called when the source got through with all that there is. A gap
// that ends with it is on disk when through returns nil.
func (s *supervised) through(ctx context.Context) error {
	_, receives := s.source.(Receiver)
	gap, ended := s.health.recovered(receives)
	if gap != nil {
		if _, err := s.runner.intake.emit(ctx, s.config.Name, []directdial.Item{gap}); err != nil {
			s.health.mu.Lock()
			s.health.outage = ended
			s.health.mu.Unlock()
			return err
		}
	}
	s.health.ok()
	return nil
}
