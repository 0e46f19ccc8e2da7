package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"

	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/config"
	"github.com/directdial/directdial/internal/web"
)

// serving is one listener with what it serves.
type serving struct {
	name     string
	listener net.Listener
	handler  http.Handler
}

// listen opens all listeners, so that a port that is taken is told at once.
func (d *daemon) listen(ctx context.Context) (open []serving, err error) {
	defer func() {
		if err != nil {
			for _, s := range open {
				s.listener.Close()
			}
			open = nil
		}
	}()
	c := d.config.Load()
	var at desk.Status // where the daemon is reached
	for _, s := range []struct {
		name, key, address string
		bound              *string
	}{
		{"public", "listen", c.HTTP.Listen, &at.Listen},
		{"admin", "admin", c.HTTP.Admin, &at.Admin},
		{"desk", "desk", c.HTTP.Desk, &at.Desk},
	} {
		if s.address == "" { // off
			continue
		}
		l, err := web.Listen(ctx, s.address)
		if err != nil {
			return open, taken(err, s.key)
		}
		open = append(open, serving{name: s.name, listener: l})
		*s.bound = l.Addr().String()
	}
	l, err := listenSocket(ctx, d.socket())
	if err != nil {
		return open, err
	}
	open = append(open, serving{name: "socket", listener: l})
	handlers, err := d.handlers(c, at)
	for i := range open {
		open[i].handler = handlers[open[i].name]
	}
	return open, err
}

// handlers are what the listeners serve, by name.
func (d *daemon) handlers(c *config.Config, at desk.Status) (map[string]http.Handler, error) {
	commands := d.desk(at)
	handlers := map[string]http.Handler{"public": d.public(), "admin": d.admin(), "socket": commands}
	if at.Desk != "" {
		token, err := deskToken(c)
		if err != nil {
			return nil, err
		}
		handlers["desk"] = desk.Guarded(commands, token)
	}
	return handlers, nil
}

// taken names the key that says where to listen instead.
func taken(err error, key string) error {
	if !errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("http.%s: %w", key, err)
	}
	remedy := "end it, or set http." + key + " to another address in the configuration (directdial init writes one)"
	if key == "desk" {
		remedy += ", or to off"
	}
	return fmt.Errorf("http.%s: %w: another program, or another directdial, has this port; %s", key, err, remedy)
}

// deskTokenName is the file in the data directory with the token of the desk. It
// is in no backup: a copy of the data must not open the exchange that they were
// copied from.
const deskTokenName = "desk.token"

// deskToken is what the desk asks for on the network: the token of the
// configuration, or the one of the data directory, which is made where it lacks.
func deskToken(c *config.Config) (web.Token, error) {
	if own := c.HTTP.DeskToken; !own.IsZero() {
		return web.NewToken(own.Reveal()), nil
	}
	path := filepath.Join(c.DataDir, deskTokenName)
	token, err := loadToken(path)
	if err == nil && token == "" {
		err = fmt.Errorf("%s is empty: remove it, and the next start makes another", path)
	}
	if err != nil {
		return web.Token{}, fmt.Errorf("token of the desk: %w", err)
	}
	return web.NewToken(token), nil
}

// deskTokenPlace says where the token of the desk stands.
func deskTokenPlace(c *config.Config) string {
	if !c.HTTP.DeskToken.IsZero() {
		return "http.desk_token"
	}
	return filepath.Join(c.DataDir, deskTokenName)
}

func (d *daemon) socket() string { return filepath.Join(d.config.Load().DataDir, socketName) }

// listenSocket opens the control socket: HTTP for the owner of the data
// directory. One that a killed daemon left behind is removed; the lock of the
// data directory says that nobody listens on it.
func listenSocket(ctx context.Context, path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("control socket (a path of more than about 100 bytes cannot be one; choose a shorter data_dir): %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}
