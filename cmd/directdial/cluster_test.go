package main_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// outages is a load on a cluster whose servers and daemons are killed.
type outages struct {
	*load
	cluster *natsCluster
	part    int // requests that are let go for each
}

// TestARealClusterLosesNothingWhicheverServerIsKilled runs the daemon on three
// servers of NATS, each of which, all of which, and the daemon itself, are
// killed while mentions come in.
func TestARealClusterLosesNothingWhicheverServerIsKilled(t *testing.T) {
	cluster := newNATSCluster(t)
	o := &outages{load: newLoadOn(t, 8000, cluster.section(natsPassword, 3)), cluster: cluster}
	all := []struct {
		what string
		act  func()
	}{
		{"the server that leads MENTIONS is killed", func() { o.without(cluster.leader("MENTIONS")) }},
		{"the server that leads DIALS is killed", func() { o.without(cluster.leader("DIALS")) }},
		{"the server that leads ACTIONS is killed", func() { o.without(cluster.leader("ACTIONS")) }},
		{"a follower of MENTIONS is killed", func() { o.without(cluster.follower("MENTIONS")) }},
		{"the daemon is killed", o.daemonIsKilled},
		{"two servers are killed", o.noQuorum},
		{"all servers are killed", o.allServers},
		{"a second daemon takes over, and is killed", o.takenOver},
	}
	o.part = len(o.bodies) / (len(all) + 1)
	o.daemon.Store(o.site.start())
	o.threeCopies()
	for _, a := range all {
		start, before := time.Now(), o.answered.Load()
		t.Log(a.what)
		o.release(o.part)
		await(t, "requests are answered", func() bool { return o.answered.Load() > before })
		a.act()
		t.Logf("took %v", time.Since(start).Round(100*time.Millisecond))
	}
	o.finish()
	d := o.daemon.Load()
	l := d.settled()
	t.Logf("%d mentions in %d requests, %d repeats, by %d writers; %d dials, %d cards at Slack, which refused %d and lost the answer to %d",
		l.Mentions, o.answered.Load(), l.Repeats, l.TakenOver, l.Dials, len(o.slack.Messages()), o.refused.Load(), o.lost.Load())
	o.everyMentionIsInOneState(d, l)
	o.site.must("backup", o.site.path("copy"))
	d.stop()
	o.everyDialReachedSlackOnce(o.readCluster(), l)
	o.anotherClusterHasTheSame()
	o.anIndexFoldedAnewIsTheSame()
}

// anotherClusterHasTheSame restores the backup into an empty cluster.
func (o *outages) anotherClusterHasTheSame() {
	o.t.Helper()
	s := o.settings
	s.nats = newNATSCluster(o.t).section(natsPassword, 3)
	other := newSite(o.t, s)
	other.must("restore", o.site.path("copy"))
	if diff := cmp.Diff(o.site.dump(), other.dump()); diff != "" {
		o.t.Errorf("the index of a restored backup differs (-before +after):\n%s", diff)
	}
}

// threeCopies checks that each server has each stream.
func (o *outages) threeCopies() {
	o.t.Helper()
	o.cluster.whole()
	for _, s := range o.cluster.servers {
		streams := o.cluster.streams(s)
		if len(streams) != 4 {
			o.t.Errorf("%s has %d streams", s.name, len(streams))
		}
	}
}

// allAnswered waits until everything that was let go is answered with 202.
func (o *outages) allAnswered() {
	o.t.Helper()
	await(o.t, "all requests are answered", func() bool { return o.open.Load() == 0 })
}

// without kills a server, sees that the other two go on, and starts it again.
func (o *outages) without(s *natsServer) {
	o.t.Helper()
	s.kill()
	start, before := time.Now(), o.answered.Load()
	await(o.t, "requests are answered again", func() bool { return o.open.Load() == 0 || o.answered.Load() > before+loadClients })
	o.t.Logf("answers came again after %v", time.Since(start).Round(100*time.Millisecond))
	o.allAnswered()
	o.daemon.Load().decided()
	o.cluster.whole()
}

// daemonIsKilled kills the daemon and starts it again.
func (o *outages) daemonIsKilled() {
	o.t.Helper()
	o.daemon.Load().kill()
	o.daemon.Store(o.site.start())
	o.allAnswered()
}

// noQuorum kills two servers. The webhook takes nothing until they are back,
// and then everything.
func (o *outages) noQuorum() {
	o.t.Helper()
	d := o.daemon.Load()
	for _, s := range o.cluster.servers[1:] {
		s.kill()
	}
	for range 3 {
		// These will be let go later: what is refused is sent again.
		r, err := d.request(o.bodies[0], nil)
		if err != nil || r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
			o.t.Errorf("without a quorum the webhook answers %d %s %v", r.status, r.body, err)
		}
	}
	await(o.t, "the daemon says that it is not ready", func() bool { return strings.Contains(d.admin("/readyz"), `"log"`) })
	o.cluster.whole()
	o.allAnswered()
	await(o.t, "the daemon is ready again", func() bool { return strings.Contains(d.admin("/readyz"), `"ready"`) })
}

// allServers kills all servers and starts them again.
func (o *outages) allServers() {
	o.t.Helper()
	for _, s := range o.cluster.servers {
		s.kill()
	}
	o.cluster.whole()
	o.allAnswered()
}

// takenOver starts a second daemon on the same streams: it becomes the writer,
// and the first ends by itself. Then it is killed, and the first goes on.
func (o *outages) takenOver() {
	o.t.Helper()
	first := o.daemon.Load()
	other := newSite(o.t, o.settings)
	key, err := os.ReadFile(o.site.path("data/key"))
	if err != nil {
		o.t.Fatal(err)
	}
	other.write("data/key", string(key))
	writers := first.decided().TakenOver
	second := other.start()
	o.daemon.Store(second)
	second.until("it has taken over", func(l *directdial.Ledger) bool { return l.TakenOver > writers })
	o.release(o.part / 2) // the first one learns of it when it wants to write
	first.exits(1)
	if !first.log.has("another router writes the log now") {
		o.t.Error("the first daemon does not say why it ends")
	}
	o.allAnswered()
	second.kill()
	o.daemon.Store(o.site.start())
}

// readCluster reads the log without the program.
func (o *outages) readCluster() *history {
	o.t.Helper()
	b, err := bus.Open(o.t.Context(), bus.Options{URL: o.cluster.url(natsPassword), Replicas: 3, Log: zerolog.Nop()})
	if err != nil {
		o.t.Fatal(err)
	}
	defer b.Close()
	return readDials(o.t, b)
}

// What keeps the log from being opened is said with what to do about it, by run
// and by doctor. A server with a real configuration is asked, for its words and
// codes are its own.
func TestARealClusterThatCannotHoldTheLogSaysWhy(t *testing.T) {
	cluster, alone, off := newNATSCluster(t), newNATSServer(t, true), newNATSServer(t, false)
	one := func(s *natsServer, user string, replicas int) string {
		return fmt.Sprintf("{ url: 'nats://%s:%s@%s', replicas: %d }", user, natsPassword, s.listen, replicas)
	}
	for name, c := range map[string]struct {
		section, says string
		later         bool // only run finds out, when it makes the streams
	}{
		"a wrong password":             {section: cluster.section("wrong", 3), says: "see that nats.url has the right user and password"},
		"five copies on three servers": {cluster.section(natsPassword, 5), "set nats.replicas to at most the number of servers", true},
		"three copies on one server":   {one(alone, "all", 3), "set nats.replicas to at most the number of servers", true},
		"no right to the API":          {section: one(alone, "noapi", 1), says: `$JS.API.STREAM.INFO.MENTIONS"; give the user in nats.url the rights`},
		"no right to write":            {section: one(alone, "nosteps", 1), says: `dials.right"; give the user in nats.url the rights`},
		"no right to answers":          {section: one(alone, "deaf", 1), says: "give the user in nats.url the rights"},
		"an account without JetStream": {section: one(alone, "bare", 1), says: "switch JetStream on for the account"},
		"a server without JetStream":   {section: one(off, "all", 1), says: "switch JetStream on in the NATS servers"},
		"nobody who answers":           {section: "{ url: 'nats://127.0.0.1:1' }", says: "see that nats.url names servers that run"},
	} {
		t.Run(name, func(t *testing.T) {
			at, _ := newSlack(t, func(s *settings) { s.nats = c.section })
			d := at.launch("run", "--config", at.path("directdial.yaml"))
			d.exits(1)
			if !d.log.has(c.says) {
				t.Errorf("run says %s, want %q", d.log.String(), c.says)
			}
			if r := at.command("doctor"); !c.later && !strings.Contains(strings.Join(strings.Fields(r.out), " "), strings.TrimPrefix(c.says[strings.Index(c.says, ";")+1:], " ")) {
				t.Errorf("doctor says %s, want %q", r.out, c.says)
			}
		})
	}
}
