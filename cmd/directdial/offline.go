package main

import (
	"context"
	"errors"
	"net"
	"sync"

	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/web"
)

// runDesk serves the desk to the one command that found no daemon, over l, with
// the router if the command writes: it finds everything decided that came
// before it, and leaves nothing undecided of what it wrote itself. Not on the
// control socket: another command would come to rely on one that is about to
// end, or that has no router.
func (d *daemon) runDesk(ctx context.Context, l net.Listener, does access, ready chan<- struct{}) error {
	serving, stopServing := context.WithCancel(ctx)
	defer stopServing()
	routing, stopRouting := context.WithCancel(context.WithoutCancel(ctx))
	defer stopRouting()
	routed := make(chan error, 1)
	var err error
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
	if err == nil {
		close(ready)
		err = web.Serve(serving, web.NewServer(d.desk(desk.Status{}), d.log), l, grace)
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

// pipes is a listener within the process.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	close  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

// dial makes a connection.
func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *pipes) Close() error {
	p.close.Do(func() { close(p.closed) })
	return nil
}

// Addr implements net.Listener.
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Net: "pipe"} }
