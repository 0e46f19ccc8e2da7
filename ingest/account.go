package ingest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

const (
	// watchEvery is how often it is looked whether a source is too quiet.
	watchEvery = time.Minute
	// accountEvery is how often the account of a source is written by itself; it
	// goes with each state as well.
	accountEvery = 5 * time.Minute
)

// heard counts what a batch brought.
func (h *health) heard(e emitted) {
	h.Newest(e.newest)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pace.add(h.now(), e.fresh)
	if e.fresh > 0 {
		h.account.Lag = e.lag.Seconds()
	}
}

// recall takes over what was remembered of the source; alive is when that was
// written.
func (h *health) recall(a *directdial.SourceAccount, alive time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if a == nil || h.recalled {
		return
	}
	h.recalled = true
	said, since := h.account, h.pace // what a receiver took before
	h.account, h.pace = *a, newPace(a)
	h.account.Hours = nil
	if said.Newest.After(a.Newest) {
		h.account.Newest, h.account.Lag = said.Newest, said.Lag
	}
	for i, n := range since.hours {
		h.pace.add(time.Unix((since.first+int64(i))*3600, 0), n)
	}
	if newest := h.account.Newest; !newest.IsZero() {
		h.metrics.newest.WithLabelValues(h.source).Set(seconds(newest))
		h.metrics.lag.WithLabelValues(h.source).Set(h.account.Lag)
	}
	if !a.Success.IsZero() {
		h.metrics.lastSuccess.WithLabelValues(h.source).Set(seconds(a.Success))
		h.outage = &outage{since: a.Success, began: alive, cause: causeStopped}
	}
}

// remember returns what is to be remembered of the source.
func (h *health) remember() *directdial.SourceAccount {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pace.reach(h.now())
	return &directdial.SourceAccount{
		Success: directdial.Clock(h.account.Success), Newest: directdial.Clock(h.account.Newest), Lag: h.account.Lag,
		First: h.pace.first, Hours: slices.Clone(h.pace.hours),
	}
}

// watch looks whether the source is too quiet, with one line in the log for
// each change. One that fails is not: it is known why nothing comes.
func (h *health) watch() {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	quiet := h.state == "ok" && h.pace.tooQuiet(now)
	came, expected := h.pace.perHour(now)
	h.metrics.pace(h.source, quiet, came, expected)
	if quiet == h.quiet {
		return
	}
	if h.quiet = quiet; quiet {
		h.log.Warn().Float64("per_hour", came).Msg("source is too quiet: it brings far less than its past lets expect")
	} else {
		h.log.Info().Float64("per_hour", came).Msg("source is not too quiet any more")
	}
}

// standing says how the source does.
func (h *health) standing(s *directdial.SourceStanding) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s.Why, s.Lag, s.Success, s.Newest = h.why, h.account.Lag, directdial.Clock(h.account.Success), directdial.Clock(h.account.Newest)
	s.Requests, s.Budget, s.Reset = h.requests.Load(), h.budget, directdial.Clock(h.reset)
	s.PerHour, s.Expected = h.pace.perHour(h.now())
	switch {
	case h.quiet:
		s.Condition, s.Why = directdial.SourceTooQuiet, "it brings far less than its past lets expect"
	case h.state == "":
		s.Condition = directdial.SourceStarting
	case h.state == "ok":
		s.Condition = directdial.SourceWorks
	case h.state == "ended":
		s.Condition = directdial.SourceEnded
	default:
		s.Condition = directdial.SourceFails
	}
}

// tend watches the sources and writes their accounts, until ctx ends.
func (r *Runner) tend(ctx context.Context) {
	written := r.options.Now()
	for sleep(ctx, watchEvery) == nil {
		write := r.options.Now().Sub(written) >= accountEvery
		if write {
			written = r.options.Now()
		}
		sources := r.all()
		for _, s := range sources {
			s.health.watch()
		}
		if write {
			writeAccounts(ctx, sources)
		}
	}
}

// writeAccounts writes what is to be remembered of sources, until ctx ends.
func writeAccounts(ctx context.Context, sources []*supervised) {
	for _, s := range sources {
		if err := s.state.writeAccount(ctx); err != nil && ctx.Err() == nil {
			s.health.log.Warn().Err(err).Msg("the account of the source could not be written")
		}
	}
}

// all lists the sources, by name.
func (r *Runner) all() []*supervised {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]*supervised, 0, len(r.sources))
	for _, s := range r.sources {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *supervised) int { return strings.Compare(a.config.Name, b.config.Name) })
	return list
}

// Standings says how each source does, by name. Of a runner that does not run,
// it says what is remembered.
func (r *Runner) Standings(ctx context.Context) (standings []directdial.SourceStanding, err error) {
	r.mu.Lock()
	running := r.ctx != nil
	r.mu.Unlock()
	for _, s := range r.all() {
		st := directdial.SourceStanding{Name: s.config.Name, Type: s.config.Type}
		if !running {
			_, loadErr := s.state.Load(ctx)
			err = errors.Join(err, loadErr)
		}
		if s.health.standing(&st); !running {
			st.Condition = directdial.SourceStopped
		}
		standings = append(standings, st)
	}
	return standings, err
}
