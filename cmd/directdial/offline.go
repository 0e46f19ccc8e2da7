package main

import (
	"context"
	"errors"

	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/web"
)

// runDesk serves the control socket for a command that found no daemon, with
// the router if the command writes: it finds everything decided that came
// before it, and leaves nothing undecided of what it wrote itself.
func (d *daemon) runDesk(ctx context.Context, does access, ready chan<- struct{}) error {
	l, err := listenSocket(ctx, d.socket())
	if err != nil {
		return err
	}
	serving, stopServing := context.WithCancel(ctx)
	defer stopServing()
	routing, stopRouting := context.WithCancel(context.WithoutCancel(ctx))
	defer stopRouting()
	routed := make(chan error, 1)
	if does == writes {
		go func() {
			routed <- d.router.Run(routing)
			stopRouting()
			stopServing()
		}()
		err = d.caughtUp(serving)
	} else {
		routed <- nil
	}
	if err != nil {
		l.Close()
	} else {
		close(ready)
		err = web.Serve(serving, web.NewServer(d.desk("", ""), d.log), l, grace)
	}
	if does == writes {
		last, cancel := context.WithTimeout(routing, grace)
		_ = d.caughtUp(last) // the next one decides what is left
		cancel()
	}
	stopRouting()
	return errors.Join(err, <-routed)
}

// caughtUp returns when the router has decided all mentions that are on the log
// at this moment.
func (d *daemon) caughtUp(ctx context.Context) error {
	state, err := d.bus.State(ctx, bus.Mentions)
	if err != nil {
		return err
	}
	for {
		changed := d.router.Changed()
		if mentions, _, _ := d.router.Position(); mentions >= state.Last {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}
