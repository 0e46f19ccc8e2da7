package route

import (
	"context"
	"time"

	"github.com/directdial/directdial/internal/bus"
)

// What ACTIONS keeps. Claims have a subject each, and each subject costs
// memory; nobody asks for the attempts of an offer that is a week old.
const (
	keepActions = 7 * 24 * time.Hour
	tidyEvery   = time.Hour
)

// Tidy removes what nothing will read again, once an hour, until ctx is done.
func (r *Router) Tidy(ctx context.Context) error {
	every := time.NewTicker(tidyEvery)
	defer every.Stop()
	for {
		if err := r.purgeActions(ctx); err != nil && ctx.Err() == nil {
			r.log.Warn().Err(err).Msg("old actions could not be purged; tried again in an hour")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
	}
}

// purgeActions removes the actions that are older than keepActions and that
// the log says were read.
func (r *Router) purgeActions(ctx context.Context) error {
	_, read, _ := r.Position()
	state, err := r.bus.State(ctx, bus.Actions)
	if err != nil || state.Msgs == 0 {
		return err
	}
	from, err := firstSince(ctx, r.bus, bus.Actions, state.First, min(read, state.Last)+1, r.now().Add(-keepActions))
	if err != nil {
		return err
	}
	if from <= state.First {
		return nil
	}
	return r.bus.Purge(ctx, bus.Actions, from)
}
