package main_test

import (
	"os"
	"strings"
	"testing"

	"github.com/directdial/directdial"
)

// away is another folder, as on another machine: it has the token of a daemon,
// and neither configuration nor data.
func away(t *testing.T, d *daemon, token string) *site {
	t.Helper()
	s := newSite(t, settings{})
	if err := os.Remove(s.path("directdial.yaml")); err != nil {
		t.Fatal(err)
	}
	s.env = []string{"DIRECTDIAL_ADDR=" + d.status.Desk, "DIRECTDIAL_TOKEN=" + token}
	return s
}

func TestCommandsAskADaemonElsewhere(t *testing.T) {
	t.Parallel()
	at, _ := newSlack(t, nil)
	d := at.start()
	made, err := os.ReadFile(at.path("data/desk.token"))
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimSpace(string(made))
	if info, err := os.Stat(at.path("data/desk.token")); err != nil || info.Mode().Perm() != 0o600 || len(token) < 32 {
		t.Errorf("%v %v, %d characters", info, err, len(token))
	}
	if !d.log.has("data/desk.token") || d.log.has(token) {
		t.Error("the log does not say where the token is, or tells it")
	}
	d.send(said(1, complaint))
	d.settled()
	dial := d.dials()[0].ID

	s := away(t, d, token)
	s.write("history.jsonl", `{"id":"h1","text":"acme sent a refund","platform":"forum"}`)
	s.write("new.yaml", settings{slack: "http://127.0.0.1:1/api/"}.yaml())
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"dials take " + dial + " --as ana", 0, "is with Ana Lind now"},
		{"dials take " + dial + " --as bo", 1, "Ana Lind took it at"},
		{"explain --all", 0, "1"}, // line by line
		{"backtest --config new.yaml", 0, "1 decisions"},
		{"import history.jsonl", 0, "1 imported"},
		{"ledger --addr http://" + d.status.Desk, 0, "It balances"},
		{"ledger --addr " + d.status.Listen, 1, "is no desk of directdial"},
	} {
		if r := s.bare(strings.Fields(c.args)...); r.code != c.code || !strings.Contains(r.out+r.err, c.says) {
			t.Errorf("directdial %s: exit %d, want %d and %q\n%s%s", c.args, r.code, c.code, c.says, r.out, r.err)
		}
	}
	if _, err := os.Stat(s.path("data")); err == nil {
		t.Error("a command that asked elsewhere made a data directory here")
	}
	if dials := d.dials(); dials[0].State != directdial.Accepted {
		t.Errorf("%+v", dials[0])
	}
}
