package main

import (
	"context"
	"fmt"
	"time"
)

// A full disk wedges the embedded log until the process is started again, also
// when there is space again; so the daemon ends, and whatever supervises it
// starts it again.
const (
	logCheckEvery = 10 * time.Second
	logFailures   = 6 // in a row
)

// watchLog returns an error when the embedded log has failed for a minute. An
// external one is waited for.
func (d *daemon) watchLog(ctx context.Context) error {
	every := time.NewTicker(logCheckEvery)
	defer every.Stop()
	for failures := 0; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
		err := d.bus.Health(ctx)
		switch {
		case err == nil:
			failures = 0
			continue
		case ctx.Err() != nil:
			return nil
		}
		failures++
		d.log.Error().Err(err).Int("failures", failures).Msg("the log is not well")
		if failures >= logFailures && d.config.Load().NATS.URL.IsZero() {
			return fmt.Errorf("it has failed for %v and recovers only by a restart; see that the disk has space: %w",
				logFailures*logCheckEvery, err)
		}
	}
}
