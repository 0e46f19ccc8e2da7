package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/directdial/directdial/cmd/directdial/demo"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/ingest/webhook"
	"github.com/directdial/directdial/internal/config"
)

// liveSource is the name of the webhook by which a configuration agrees to be
// fed with bundled posts.
const liveSource = "demo"

// live feeds the exchange that runs on the configuration with the bundled posts.
func (a *app) live(ctx context.Context, every time.Duration) error {
	if every < 100*time.Millisecond {
		return usageError{errors.New("--every must be at least 100ms")}
	}
	c, err := a.load(true)
	if err != nil {
		return err
	}
	token, err := liveToken(c)
	if err != nil {
		return err
	}
	socket := filepath.Join(c.DataDir, socketName)
	if !reachable(socket) {
		return fmt.Errorf("no daemon answers on %s: start it with `directdial run`", socket)
	}
	client := desk.Dial(socket)
	status, err := client.Status(ctx)
	if err != nil {
		return err
	}
	return demo.Live(ctx, demo.LiveOptions{
		Out: a.out, Desk: client, Address: status.Listen, Token: token, Every: every,
	})
}

// liveToken is the token of the webhook that the posts go to. An exchange at
// work has none, so nobody can dial real colleagues with them by mistake.
func liveToken(c *config.Config) (string, error) {
	for _, s := range c.Sources {
		if s.Type != "webhook" || (s.Name != liveSource && !c.Example) {
			continue
		}
		var w webhook.Settings
		if err := s.Decode(&w); err != nil {
			return "", err
		}
		if tokens := strings.Fields(w.Token.Reveal()); len(tokens) > 0 {
			return tokens[0], nil
		}
	}
	return "", usageError{fmt.Errorf("%s has no webhook named %s with a token: without one, bundled posts would dial real colleagues", c.File, liveSource)}
}
