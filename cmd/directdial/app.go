package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/term"

	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/config"
)

// app is what all subcommands share.
type app struct {
	in         io.Reader
	out, err   io.Writer
	configPath string
	logLevel   string
	elsewhere  elsewhere
}

// defaultConfig is read if --config is not given.
const defaultConfig = "directdial.yaml"

// load reads the configuration, or takes the built-in example where there is
// none and none was asked for. Problems go to standard error, all of them.
func (a *app) load(strict bool) (*config.Config, error) {
	path := a.configPath
	if path == "" {
		if _, err := os.Stat(defaultConfig); errors.Is(err, os.ErrNotExist) {
			return a.example(strict)
		}
		path = defaultConfig
	}
	c, problems := config.Load(path, configOptions(strict))
	return c, a.report(problems, c == nil, strict)
}

// report prints problems, warnings only where somebody asked for them; if they
// refuse the configuration, the error says so.
func (a *app) report(problems []config.Problem, refused, warnings bool) error {
	for _, p := range problems {
		if warnings || p.Severity == config.Error {
			fmt.Fprintln(a.err, p)
		}
	}
	if refused {
		return usageError{errors.New("the configuration is refused")}
	}
	return nil
}

func (a *app) logger(w io.Writer) (zerolog.Logger, error) {
	level, err := zerolog.ParseLevel(a.logLevel)
	if err != nil {
		return zerolog.Nop(), usageError{fmt.Errorf("--log-level %q: there are debug, info, warn and error", a.logLevel)}
	}
	if isTerminal(w) {
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.TimeOnly}
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger(), nil
}

func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// socketName is the control socket in the data directory.
const socketName = "directdial.sock"

// access is what a command does with the data.
type access bool

const (
	reads  access = false
	writes access = true
)

// heldFor is how long a command waits for another one, or for a daemon that is
// starting, to let go of the data directory.
const heldFor = 5 * time.Second

// desk asks the running daemon, here or elsewhere, or, where none runs here, opens
// the data directory itself. The caller calls close.
func (a *app) desk(ctx context.Context, does access) (client *desk.Client, close func(), err error) {
	if a.isElsewhere() {
		client, err = a.deskElsewhere(ctx)
		return client, func() {}, err
	}
	c, err := a.load(false)
	if err != nil {
		return a.stillRunning(err)
	}
	if _, err := os.Stat(c.DataDir); err != nil {
		if c.Example {
			return nil, nil, errors.New("there is neither a directdial.yaml nor data here: change to the folder that has them, or name the configuration with --config")
		}
		return nil, nil, fmt.Errorf("there is no data in %s: start `directdial run` first, or name another configuration with --config", c.DataDir)
	}
	socket := filepath.Join(c.DataDir, socketName)
	for wait := time.After(heldFor); ; {
		if reachable(socket) {
			return desk.Dial(socket), func() {}, nil
		}
		client, close, err = a.openDesk(ctx, c, does)
		if !errors.Is(err, bus.ErrHeld) {
			return client, close, err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-wait:
			return nil, nil, err
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// stillRunning is the desk of a daemon that runs on the configuration that was
// there before the one that is refused.
func (a *app) stillRunning(refused error) (*desk.Client, func(), error) {
	socket := filepath.Join(runningDataDir(cmp.Or(a.configPath, defaultConfig)), socketName)
	if !reachable(socket) {
		return nil, nil, refused
	}
	return desk.Dial(socket), func() {}, nil
}

func reachable(socket string) bool {
	conn, err := net.DialTimeout("unix", socket, time.Second)
	if err == nil {
		conn.Close()
	}
	return err == nil
}

// openDesk opens the data directory for one command. Where the command writes,
// the router runs, so that what it asks for is judged; no source and no channel
// does.
func (a *app) openDesk(ctx context.Context, c *config.Config, does access) (*desk.Client, func(), error) {
	return a.openData(ctx, c, does, false)
}

// openData is openDesk, also for the restore of that very data directory.
func (a *app) openData(ctx context.Context, c *config.Config, does access, restoring bool) (*desk.Client, func(), error) {
	log, err := a.logger(a.err)
	if err != nil {
		return nil, nil, err
	}
	d, err := newDaemon(ctx, c, daemonOptions{log: log.Level(max(log.GetLevel(), zerolog.ErrorLevel)), out: io.Discard, restoring: restoring})
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	stopped := make(chan error, 1)
	ready := make(chan struct{})
	within := newPipes()
	go func() { stopped <- d.runDesk(ctx, within, does, ready) }()
	stop := func() {
		cancel()
		<-stopped
		d.close()
	}
	select {
	case <-ready:
	case err := <-stopped:
		stopped <- nil
		stop()
		return nil, nil, err
	}
	return desk.Over(within.dial), stop, nil
}

// printJSON writes v for programs.
func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
