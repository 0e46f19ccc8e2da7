package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/experts/desk"
)

func (a *app) readyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "ready",
		Short: "Exit 0 if the running daemon is ready: for health checks",
		Long: `Asks the daemon for /readyz and prints what is wrong. It is what the image's
health check runs, since there is no other program in it. Exit code 1 if no
daemon runs or it is not ready.`,
		Example: "  directdial ready --config /etc/directdial/directdial.yaml",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(c.Context(), 10*time.Second)
			defer cancel()
			return a.ready(ctx)
		},
	}
}

// ready finds the admin address by the control socket: the configuration may
// have left the choice of its port to the system.
func (a *app) ready(ctx context.Context) error {
	c, err := a.load(false)
	if err != nil {
		return err
	}
	socket := filepath.Join(c.DataDir, socketName)
	if !reachable(socket) {
		return fmt.Errorf("no daemon answers on %s", socket)
	}
	status, err := desk.Dial(socket).Status(ctx)
	if err != nil {
		return err
	}
	if status.Admin == "" {
		return fmt.Errorf("a command holds %s, no daemon runs", c.DataDir)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+status.Admin+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var state readiness
	if err := json.NewDecoder(resp.Body).Decode(&state); err != nil {
		return fmt.Errorf("the answer of /readyz: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(state.Problems)) {
		fmt.Fprintf(a.err, "%s: %s\n", name, state.Problems[name])
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the daemon is %s", state.Status)
	}
	_, err = fmt.Fprintln(a.out, state.Status)
	return err
}
