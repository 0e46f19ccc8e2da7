package bus

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

// serveConf starts a server with a configuration of its own.
func serveConf(t *testing.T, conf string) (address string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "nats.conf")
	if err := os.WriteFile(path, []byte("listen: 127.0.0.1:-1\n"+conf), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := server.ProcessConfigFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o.NoLog, o.NoSigs = true, true
	srv, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	srv.Start()
	t.Cleanup(func() { srv.Shutdown(); srv.WaitForShutdown() })
	return srv.Addr().(*net.TCPAddr).String()
}

func TestOpenAndExamineSayWhatToDo(t *testing.T) {
	address := serveConf(t, fmt.Sprintf(`
jetstream { store_dir: %q }
accounts {
  A {
    jetstream: enabled
    users: [
      { user: all, password: p, permissions { publish: ["mentions.>", "dials.>", "actions.>", "sources.*", "$JS.API.>"], subscribe: ["_INBOX.>"] } }
      { user: noapi, password: p, permissions { publish: ["mentions.>"] } }
      { user: nosteps, password: p, permissions { publish: ["mentions.>", "actions.>", "sources.*", "$JS.API.>"] } }
      { user: deaf, password: p, permissions { subscribe: "dials.>" } }
    ]
  }
  B { users: [{ user: bare, password: p }] }
}`, t.TempDir()))
	off := serveConf(t, "")
	for _, c := range []struct {
		url      string
		replicas int
		kind     directdial.Kind
		says     string
	}{
		{"nats://all:wrong@" + address, 1, directdial.Temporary, "the right user and password"},
		{"nats://noapi:p@" + address, 1, directdial.Denied, `Publish to "$JS.API.STREAM.INFO.MENTIONS"; give the user`},
		{"nats://nosteps:p@" + address, 1, directdial.Denied, `Publish to "dials.right"; give the user`},
		{"nats://deaf:p@" + address, 1, directdial.Denied, `give the user`},
		{"nats://bare:p@" + address, 1, directdial.Internal, "switch JetStream on for the account"},
		{"nats://" + off, 1, directdial.Temporary, "switch JetStream on in the NATS servers"},
		{"nats://127.0.0.1:1", 1, directdial.Temporary, "servers that run"},
		{"nats://all:p@" + address, 3, directdial.Internal, "set nats.replicas"},
	} {
		o := Options{URL: c.url, Replicas: c.replicas, Log: zerolog.Nop()}
		_, err := Open(t.Context(), o)
		wantKind(t, err, c.kind, nil)
		if !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: %v, want %q", c.url, err, c.says)
		}
		found := Examine(t.Context(), o)
		if last := found[len(found)-1]; c.replicas == 1 && last.Health != directdial.Failing {
			t.Errorf("%s: found %+v", c.url, found)
		}
	}
	// What is looked for is not written, and who may do all that is needed can.
	b := open(t, Options{URL: "nats://all:p@" + address})
	for _, s := range everyStream {
		if st := state(t, b, s); st.Last != 0 {
			t.Errorf("%s ends at %d", s, st.Last)
		}
	}
	publish(t, b, Mentions, numbered(Mentions, 0, 10)...)
}

// One user and password is enough for a list of servers, whichever of them runs.
func TestTheUserOfOneURLIsTheUserOfAll(t *testing.T) {
	dir := t.TempDir()
	byName := serveConf(t, fmt.Sprintf("jetstream { store_dir: %q }\nauthorization { user: u, password: p }", dir))
	open(t, Options{URL: "nats://u:p@127.0.0.1:1,nats://" + byName})
	byToken := serveConf(t, fmt.Sprintf("jetstream { store_dir: %q }\nauthorization { token: secret }", t.TempDir()))
	open(t, Options{URL: "nats://secret@127.0.0.1:1,nats://" + byToken})
}
