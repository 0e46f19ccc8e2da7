package main_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// natsConf is what the documents recommend for a server of a cluster.
const natsConf = "../../deploy/nats/nats-server.conf"

// natsPassword is that of the user directdial.
const natsPassword = "nats-" + secretMark

// realNATS skips the test where there is no program of a real NATS server.
func realNATS(t testing.TB) {
	t.Helper()
	if os.Getenv("DIRECTDIAL_NATS_SERVER") == "" {
		t.Skip("no NATS server: deploy/proof-nats builds one")
	}
}

// natsServer is a process of nats-server.
type natsServer struct {
	t       testing.TB
	name    string
	listen  string
	monitor string // host:port
	args    []string
	env     []string
	cmd     *exec.Cmd // nil: it does not run
	log     output
}

// start starts the process, which ends with the test at the latest.
func (s *natsServer) start() {
	s.t.Helper()
	s.cmd = exec.Command(os.Getenv("DIRECTDIAL_NATS_SERVER"), s.args...)
	s.cmd.Env = append(os.Environ(), s.env...)
	s.cmd.Stdout, s.cmd.Stderr = &s.log, &s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
}

// kill ends the process as a power cut would.
func (s *natsServer) kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// healthy reports whether the server has all that it should have of every
// stream.
func (s *natsServer) healthy() bool {
	resp, err := http.Get("http://" + s.monitor + "/healthz")
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// natsCluster is three servers.
type natsCluster struct {
	t       testing.TB
	servers []*natsServer
}

// newNATSCluster starts three servers as the documents recommend, and waits
// until they are a cluster.
func newNATSCluster(t testing.TB) *natsCluster {
	t.Helper()
	realNATS(t)
	c := &natsCluster{t: t}
	dir := t.TempDir()
	ports := freePorts(t, 9)
	var routes []string
	for i := range 3 {
		routes = append(routes, "nats://routes:among-us@"+ports[i])
	}
	for i := range 3 {
		s := &natsServer{t: t, name: fmt.Sprintf("n%d", i+1), listen: ports[3+i], monitor: ports[6+i], args: []string{"-c", natsConf}}
		s.env = []string{
			"NATS_NAME=" + s.name, "NATS_LISTEN=" + s.listen, "NATS_CLUSTER=" + ports[i], "NATS_MONITOR=" + s.monitor,
			"NATS_ROUTES=[" + strings.Join(routes, ", ") + "]", "NATS_ROUTES_PASSWORD=among-us",
			"NATS_STORE=" + filepath.Join(dir, s.name), "NATS_PASSWORD=" + natsPassword,
		}
		c.servers = append(c.servers, s)
		s.start()
	}
	t.Cleanup(func() {
		for _, s := range c.servers {
			s.kill()
			if t.Failed() {
				t.Logf("%s printed:\n%s", s.name, tail(s.log.String()))
			}
		}
	})
	c.whole()
	return c
}

// freePorts finds addresses on loopback at which nobody listens.
func freePorts(t testing.TB, n int) (addresses []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // not before all are found: each is another one
		addresses = append(addresses, l.Addr().String())
	}
	return addresses
}

// section is what stands under nats in the configuration of a daemon.
func (c *natsCluster) section(password string, replicas int) string {
	return fmt.Sprintf("{ url: %q, replicas: %d }", c.url(password), replicas)
}

func (c *natsCluster) url(password string) string {
	var urls []string
	for _, s := range c.servers {
		urls = append(urls, "nats://directdial:"+password+"@"+s.listen)
	}
	return strings.Join(urls, ",")
}

// whole starts the servers that do not run, and waits until all have everything.
func (c *natsCluster) whole() {
	c.t.Helper()
	for _, s := range c.servers {
		if s.cmd == nil {
			s.start()
		}
	}
	await(c.t, "all servers have everything", func() bool {
		return !slices.ContainsFunc(c.servers, func(s *natsServer) bool { return !s.healthy() })
	})
}

// streams asks a server about the streams.
func (c *natsCluster) streams(s *natsServer) (found []natsStream) {
	resp, err := http.Get("http://" + s.monitor + "/jsz?accounts=true&streams=true")
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var jsz struct {
		Accounts []struct {
			Streams []natsStream `json:"stream_detail"`
		} `json:"account_details"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&jsz); err != nil {
		c.t.Fatal(err)
	}
	for _, a := range jsz.Accounts {
		found = append(found, a.Streams...)
	}
	return found
}

// natsStream is a stream as a server sees it.
type natsStream struct {
	Name    string `json:"name"`
	Cluster struct {
		Leader   string     `json:"leader"`
		Replicas []struct{} `json:"replicas"` // besides the server that is asked
	} `json:"cluster"`
}

// leader waits until a stream has a leader, and returns it.
func (c *natsCluster) leader(stream string) (leader *natsServer) {
	c.t.Helper()
	await(c.t, stream+" has a leader", func() bool {
		for _, s := range c.streams(c.servers[0]) {
			i := slices.IndexFunc(c.servers, func(n *natsServer) bool { return n.name == s.Cluster.Leader })
			if s.Name == stream && i >= 0 {
				leader = c.servers[i]
				return true
			}
		}
		return false
	})
	return leader
}

// follower returns a server that does not lead a stream.
func (c *natsCluster) follower(stream string) *natsServer {
	c.t.Helper()
	leader := c.leader(stream)
	return c.servers[slices.IndexFunc(c.servers, func(s *natsServer) bool { return s != leader })]
}

// newNATSServer starts one server alone. Of its users, who have one password, one
// may do everything and each other lacks something.
func newNATSServer(t *testing.T, jetStream bool) *natsServer {
	t.Helper()
	realNATS(t)
	ports := freePorts(t, 2)
	dir := t.TempDir()
	account, store := "", ""
	if jetStream {
		account, store = "jetstream: enabled", fmt.Sprintf("jetstream { store_dir: %q }", dir)
	}
	user := func(name, permissions string) string {
		return fmt.Sprintf("{ user: %s, password: %q, permissions { %s } }", name, natsPassword, permissions)
	}
	conf := fmt.Sprintf("listen: %s\nhttp: %s\n%s\naccounts {\nA { %s\nusers: [\n%s\n] }\nB { users: [ %s ] }\n}\n",
		ports[0], ports[1], store, account, strings.Join([]string{
			user("all", `publish: ">"`),
			user("noapi", `publish: "mentions.>"`),
			user("nosteps", `publish: ["mentions.>", "actions.>", "sources.*", "$JS.API.>"]`),
			user("deaf", `subscribe: "dials.>"`),
		}, "\n"), user("bare", `publish: ">"`))
	s := &natsServer{t: t, listen: ports[0], monitor: ports[1], args: []string{"-c", filepath.Join(dir, "nats.conf")}}
	if err := os.WriteFile(s.args[1], []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	s.start()
	t.Cleanup(s.kill)
	await(t, "the server runs", s.healthy)
	return s
}
