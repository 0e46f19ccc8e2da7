//go:build unix

package main_test

import (
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial/experts/slack/slacktest"
	"github.com/directdial/directdial/internal/bus"
)

func TestTwoDaemonsCannotShareADataDirectory(t *testing.T) {
	t.Parallel()
	at, slack := newSlack(t, nil)
	first := at.start()
	second := at.launch("run", "--config", at.path("directdial.yaml"))
	second.exits(1)
	if who := fmt.Sprintf("another directdial holds the log in %s (process %d)", at.path("data/nats"), first.cmd.Process.Pid); !second.log.has(who) {
		t.Errorf("it says %s, want %s", second.log.String(), who)
	}
	first.send(said(1, complaint))
	first.settled()
	if len(slack.Messages()) != 1 {
		t.Errorf("%d cards", len(slack.Messages()))
	}
}

// cluster is a NATS server of its own, as one that several daemons share.
type cluster struct {
	*bus.Bus
	address string
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	b, err := bus.Open(t.Context(), bus.Options{Dir: t.TempDir(), Listen: address, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return &cluster{b, address}
}

// newMember is a site whose log is in the cluster. All of them have one key.
func newMember(t *testing.T, address string, slack *slacktest.Server) *site {
	t.Helper()
	at := newSite(t, settings{slack: slack.URL(), nats: fmt.Sprintf("{ url: %q, replicas: 1 }", "nats://"+address)})
	at.write("data/key", strings.Repeat("k", 32))
	return at
}

// A router that sleeps while another one takes over wakes up with decisions of
// its own to write.
func TestAStaleRouterIsRefusedByTheLog(t *testing.T) {
	t.Parallel()
	log := newCluster(t)
	slack := slacktest.Start(t, colleagues()...)
	a, b := newMember(t, log.address, slack), newMember(t, log.address, slack)
	stale := a.start()
	stale.send(several(1, 20, complaint)...)
	stale.settled()
	stale.signal(syscall.SIGSTOP)

	active := b.start()
	active.send(several(21, 20, complaint)...)
	active.settled()
	written := readDials(t, log.Bus)
	stale.signal(syscall.SIGCONT)
	stale.exits(1)
	if !stale.log.has("another router writes the log now") {
		t.Error("the stale router does not say why it ends")
	}

	after := readDials(t, log.Bus)
	if len(after.steps) != len(written.steps) || after.writers != 2 {
		t.Errorf("%d steps by %d writers, were %d", len(after.steps), after.writers, len(written.steps))
	}
	active.send(said(41, complaint))
	if l := active.settled(); l.Dials != 41 || len(slack.Messages()) != 41 {
		t.Errorf("%d cards, ledger %+v", len(slack.Messages()), l)
	}
	for key, n := range after.decided {
		if n != 1 {
			t.Errorf("mention %s was decided %d times", key, n)
		}
	}
}
