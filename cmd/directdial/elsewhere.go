package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/secret"
)

// The environment of commands that ask a daemon elsewhere.
const (
	addrVariable  = "DIRECTDIAL_ADDR"
	tokenVariable = "DIRECTDIAL_TOKEN"
)

// elsewhere is where commands ask if not on this machine.
type elsewhere struct {
	addr      string
	tokenFile string
	token     string // on the command line, which is refused
}

// placeFlags are the flags that name a daemon elsewhere.
func (a *app) placeFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&a.elsewhere.addr, "addr", "", "daemon on another machine to ask: its http.desk as host:port or https://… (default $"+addrVariable+"; needs a token)")
	f.StringVar(&a.elsewhere.tokenFile, "token-file", "", "file with the token of that daemon (default $"+tokenVariable+", the token itself)")
	f.StringVar(&a.elsewhere.token, "token", "", "")
	_ = f.MarkHidden("token")
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return a.place(c) }
}

// here says of commands that ask no daemon elsewhere why not. Of those that have
// nothing to do with a daemon it is "", and the environment does not concern
// them.
var here = map[string]string{
	"run": "", "demo": "", "init": "", "check": "", "hear": "", "eval": "", "manual": "", "help": "", "completion": "",
	"backup":  "the daemon writes a backup into a folder of its own machine",
	"restore": "it fills the data directory of this machine",
	"doctor":  "it looks at what this machine has and reaches",
	"ready":   "it asks the daemon of this machine; for another one there is /readyz on its http.admin",
}

// place finds out where c asks. --addr goes before the environment; where a
// configuration is named besides, two daemons could be meant, and it asks neither.
func (a *app) place(c *cobra.Command) error {
	given := c.Flags().Changed
	if given("token") {
		return usageError{fmt.Errorf("a token on the command line is in the list of processes for all to see: put it into a file for --token-file, or into %s", tokenVariable)}
	}
	why, stays := here[topName(c)]
	addr, from := a.elsewhere.addr, "--addr"
	if !given("addr") {
		addr, from = os.Getenv(addrVariable), addrVariable
	}
	switch {
	case addr == "" && given("token-file"):
		return usageError{errors.New("--token-file is for the daemon that --addr names, and none is named")}
	case addr == "":
		return nil
	case stays && why == "" && from != "--addr":
		return nil
	case stays:
		return usageError{fmt.Errorf("%s works on this machine alone, and %s names another%s", c.CommandPath(), from, because(why))}
	case given("config") && !needsBoth(c):
		return usageError{fmt.Errorf("--config names the daemon of this machine, and %s another: leave one out (--addr \"\" is this machine)", from)}
	}
	a.elsewhere.addr = addr
	return nil
}

// needsBoth reports whether c holds a configuration of this machine against what
// the daemon knows.
func needsBoth(c *cobra.Command) bool {
	return slices.Contains([]string{"backtest", "learn"}, topName(c)) || c.CommandPath() == c.Root().Name()+" experts import"
}

// topName is the name of the command below the root that c belongs to.
func topName(c *cobra.Command) string {
	for c.HasParent() && c.Parent().HasParent() {
		c = c.Parent()
	}
	return c.Name()
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// isElsewhere reports whether the daemon to ask is on another machine.
func (a *app) isElsewhere() bool { return a.elsewhere.addr != "" }

// deskElsewhere asks the daemon on another machine who it is, so that a wrong
// address or token is told before anything else.
func (a *app) deskElsewhere(ctx context.Context) (*desk.Client, error) {
	token, err := a.tokenElsewhere()
	if err != nil {
		return nil, usageError{err}
	}
	client, err := desk.At(a.elsewhere.addr, token)
	if err != nil {
		return nil, usageError{fmt.Errorf("the address of the daemon (--addr or %s) %w", addrVariable, err)}
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	status, err := client.Status(ctx)
	if err != nil {
		return nil, err
	}
	if ours := buildVersion(); status.Version != ours {
		fmt.Fprintf(a.err, "The daemon at %s is version %s, this program %s: what only one of them knows is missing.\n", a.elsewhere.addr, status.Version, ours)
	}
	return client, nil
}

// tokenElsewhere is the token of the daemon on another machine.
func (a *app) tokenElsewhere() (secret.Value, error) {
	text, from := os.Getenv(tokenVariable), tokenVariable
	if file := a.elsewhere.tokenFile; file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return secret.Value{}, fmt.Errorf("--token-file: %w", err)
		}
		text, from = string(data), file
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return secret.Value{}, fmt.Errorf("a daemon on another machine asks for a token, and there is none in %s: name a file with --token-file, or set %s (it is http.desk_token of the daemon, or in desk.token in its data_dir)",
			from, tokenVariable)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return secret.Value{}, fmt.Errorf("what stands in %s is no token: it has blanks, lines or signs that no token has", from)
	}
	return secret.New(text), nil
}
