package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/internal/config"
	"github.com/directdial/directdial/internal/web"
)

// otherDesk is a desk elsewhere that answers whatever it is asked with who it is.
func otherDesk(t *testing.T, token, version string) (addr string) {
	t.Helper()
	answers := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		web.WriteJSON(w, http.StatusOK, desk.Status{Version: version})
	})
	server := httptest.NewServer(desk.Guarded(answers, web.NewToken(token)))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func TestItIsClearWhichDaemonACommandAsks(t *testing.T) {
	const right = "0123456789abcdef0123456789abcdef"
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"right": right + "\n", "wrong": "hunter2hunter2hunter2", "empty": "\n", "words": "hunter2 hunter2",
		"mine.yaml": string(config.Builtin(time.Time{})),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	addr := otherDesk(t, right, "v0.0.1")
	for _, c := range []struct {
		addr, token string // of the environment
		args        string
		code        int
		says        string
	}{
		{"", "", "sources --addr HERE --token-file right", 1, "cannot be read"}, // it was asked
		{"", "", "sources --addr HERE --token-file right", 1, "The daemon at HERE is version v0.0.1, this program"},
		{addr, right, "sources", 1, "cannot be read"},
		{"127.0.0.1:1", "hunter2hunter2hunter2", "sources --addr HERE --token-file right", 1, "cannot be read"},
		{addr, "hunter2hunter2hunter2", "sources", 1, "does not take this token"},
		{addr, right, "sources --token-file wrong", 1, "does not take this token"},
		{addr, right, "sources --addr=", 1, "there is neither a directdial.yaml nor data here"},
		{addr, right, "sources --config mine.yaml", 2, "--config names the daemon of this machine, and DIRECTDIAL_ADDR another"},
		{"", right, "sources --config mine.yaml --addr HERE", 2, "--config names the daemon of this machine, and --addr another"},
		{"", "", "sources --addr HERE", 2, "there is none in DIRECTDIAL_TOKEN"},
		{"", "", "sources --addr HERE --token-file empty", 2, "there is none in empty"},
		{"", "", "sources --addr HERE --token-file words", 2, "what stands in words is no token"},
		{"", "", "sources --addr HERE --token-file nowhere", 2, "nowhere: no such file"},
		{"", "", "sources --token-file right", 2, "--token-file is for the daemon that --addr names"},
		{addr, right, "sources --token hunter2", 2, "in the list of processes"},
		{addr, right, "sources --token=hunter2", 2, "in the list of processes"},
		{"", right, "sources --addr nowhere", 2, "must be host:port"},
		{"", right, "sources --addr https://kim:hunter2@acme.example", 2, "without user"},
		{"", right, "sources --addr 127.0.0.1:1", 1, "no desk answers at 127.0.0.1:1"},
		{"", right, "sources --addr 8.8.8.8:8081", 1, "neither this machine nor a private network"},
		{addr, right, "backup x", 2, "and DIRECTDIAL_ADDR names another: the daemon writes a backup into a folder of its own machine"},
		{addr, right, "restore x", 2, "works on this machine alone"},
		{addr, right, "doctor", 2, "works on this machine alone"},
		{addr, right, "ready", 2, "/readyz on its http.admin"},
		{"", right, "run --addr HERE", 2, "directdial run works on this machine alone, and --addr names another"},
		{"", right, "init --addr HERE", 2, "works on this machine alone"},
		{addr, right, "init", 0, "data_dir: ./data"}, // the environment does not concern it
		{addr, right, "experts import grants.csv", 2, "name that of the daemon with --config"},
	} {
		t.Setenv(addrVariable, c.addr)
		t.Setenv(tokenVariable, c.token)
		var out bytes.Buffer
		args := strings.Fields(strings.ReplaceAll(c.args, "HERE", addr))
		code := execute(context.Background(), args, nil, &out, &out)
		says := strings.ReplaceAll(c.says, "HERE", addr)
		if code != c.code || !strings.Contains(out.String(), says) || strings.Contains(out.String(), "hunter2") {
			t.Errorf("%s: exit %d, want %d and %q\n%s", c.args, code, c.code, says, out.String())
		}
	}
}
