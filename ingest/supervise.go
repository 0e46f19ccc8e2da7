package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/directdial/directdial"
)

// Back-off of a source that fails: full jitter below a bound that doubles from
// two seconds to ten minutes.
const (
	firstBackOff = 2 * time.Second
	maxBackOff   = 10 * time.Minute
)

// supervised is one source with all that keeps it running.
type supervised struct {
	config Config
	source Source
	health *health
	state  *sourceState
	runner *Runner

	before *supervised // stops before this one starts
	cancel context.CancelFunc
	done   chan struct{} // closed when it has stopped
}

// stop ends the source without waiting.
func (s *supervised) stop() {
	if s.cancel == nil {
		close(s.done) // never started
		return
	}
	s.cancel()
}

// run keeps the source running until ctx ends or the source ends for good.
func (s *supervised) run(ctx context.Context) {
	defer close(s.done)
	defer s.runner.forget(s)
	if s.before != nil {
		<-s.before.done
		s.before = nil // or every reload would be remembered
	}
	if ctx.Err() != nil {
		return
	}
	s.runner.intake.metrics.begin(s.config.Name, s.config.Type)
	if err := s.begin(ctx); err != nil {
		s.health.failing(err, 0)
	}
	// RandomizationFactor 1 draws from nought to twice the interval.
	delays := backoff.ExponentialBackOff{
		InitialInterval: firstBackOff / 2, RandomizationFactor: 1, Multiplier: 2, MaxInterval: maxBackOff / 2,
	}
	for successes := s.health.count(); ; {
		err := s.attempt(ctx)
		if ctx.Err() != nil {
			return
		}
		if directdial.KindOf(err) == directdial.Gone {
			s.health.ended(err)
			return
		}
		if n := s.health.count(); n != successes {
			successes = n
			delays.Reset()
		}
		wait := delays.NextBackOff() + directdial.After(err)
		s.health.failing(err, wait)
		if sleep(ctx, wait) != nil {
			return
		}
	}
}

// begin recalls what is remembered of the source. A receiver works as soon as it
// can be reached.
func (s *supervised) begin(ctx context.Context) error {
	_, err := s.state.Load(ctx)
	s.health.watch()
	if err != nil {
		return err
	}
	if _, ok := s.source.(Receiver); ok {
		return s.through(ctx)
	}
	return nil
}

// attempt runs the source once. A panic is a failure like any other; its value
// may hold a post, so that only what the runtime says is told.
func (s *supervised) attempt(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			what := fmt.Sprintf("a %T", v)
			if re, ok := v.(runtime.Error); ok {
				what = re.Error()
			}
			s.health.log.Error().Str("panic", what).Bytes("stack", debug.Stack()).Msg("source panics")
			err = directdial.Errorf(directdial.Internal, "the source panicked: %s", what)
		}
	}()
	err = s.source.Run(ctx, s.state, s.emit)
	if err == nil {
		err = errors.New("the source ended although nobody told it to")
	}
	return err
}

// emit is the Emit of this source. A receiver has no run that could fail: it
// fails when it cannot hand on what it received.
func (s *supervised) emit(ctx context.Context, items ...directdial.Item) (directdial.Taken, error) {
	e, err := s.runner.intake.emit(ctx, s.config.Name, items)
	_, receives := s.source.(Receiver)
	switch {
	case err != nil && receives && !errors.Is(ctx.Err(), context.Canceled): // the sender did not hang up
		s.health.failing(err, 0)
	case err == nil && receives:
		err = s.through(ctx)
	}
	s.health.heard(e)
	return e.taken, err
}
