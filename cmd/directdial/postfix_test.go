package main_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// postfix is a real Postfix, with a real Dovecot for passwords and IMAP, that
// deploy/proof-mail starts. Ana's mailbox in the case once is
// ana.once@acme.example; where the case is moved, later or slow, the server takes
// the mail and cannot bring it.
type postfix struct {
	t        *testing.T
	dir      string
	port     int // then one for small mails, the next hop, and IMAP
	password string
	policy   *policy
}

func newPostfix(t *testing.T) *postfix {
	t.Helper()
	p := &postfix{t: t, dir: os.Getenv("DIRECTDIAL_POSTFIX"), password: os.Getenv("DIRECTDIAL_POSTFIX_PASSWORD")}
	if p.dir == "" {
		t.Skip("no mail server: deploy/proof-mail starts one")
	}
	var err error
	if p.port, err = strconv.Atoi(os.Getenv("DIRECTDIAL_POSTFIX_PORT")); err != nil {
		t.Fatal(err)
	}
	p.policy = newPolicy(t, filepath.Join(p.dir, "policy"))
	t.Cleanup(func() {
		if log, _ := os.ReadFile(filepath.Join(p.dir, "mail.log")); t.Failed() {
			t.Logf("%s", log)
		}
	})
	return p
}

// url is where a case hands in its mail, with the password that is documented to
// be written so.
func (p *postfix) url(scheme, of string, port int) string {
	login := url.UserPassword("dial."+of+"@acme.example", p.password)
	return fmt.Sprintf("%s://%s@localhost:%d", scheme, login, port)
}

// settings are those of a case in which everybody has mail.
func (p *postfix) settings(of string, port int, more string) settings {
	return settings{
		brands:   "[{ name: Räksmörgås 珈琲, keywords: [acme] }]",
		channels: fmt.Sprintf(`{ email: { smtp: %q, from: "Växeln 電話 <dial.%s@acme.example>", pace: off, rate: off%s } }`, p.url("smtp", of, port), of, more),
		experts: strings.NewReplacer(
			"name: Ana Lind, slack: U0ANA", "name: Ana Lind (Göteborg), email: ana."+of+"@acme.example",
			"slack: U0BO", "email: bo."+of+"@acme.example", "slack: U0KIM", "email: kim."+of+"@acme.example",
		).Replace(usualExperts),
		http: `{ listen: 127.0.0.1:0, desk: 127.0.0.1:0, admin: 127.0.0.1:0, public_url: "https://dial.acme.example" }`,
	}
}

// site is a case of its own, on a machine that trusts the server's certificate.
func (p *postfix) site(t *testing.T, s settings) *site {
	t.Helper()
	at := newSite(t, s)
	at.env = []string{"SSL_CERT_FILE=" + filepath.Join(p.dir, "cert.pem")}
	return at
}

// paths are the mails in a mailbox, "dial.once", as files.
func (p *postfix) paths(box string) []string {
	p.t.Helper()
	found, err := filepath.Glob(filepath.Join(p.dir, "mail", box, "[nc][eu][wr]", "*"))
	if err != nil {
		p.t.Fatal(err)
	}
	return found
}

// arrived waits for as many mails in a mailbox.
func (p *postfix) arrived(t *testing.T, box string, n int) (paths []string) {
	t.Helper()
	await(t, fmt.Sprintf("%d mails for %s", n, box), func() bool {
		paths = p.paths(box)
		return len(paths) >= n
	})
	return paths
}

// has checks how many mails a mailbox has.
func (p *postfix) has(t *testing.T, box string, n int) {
	t.Helper()
	if got := len(p.paths(box)); got != n {
		t.Errorf("%s has %d mails, want %d", box, got, n)
	}
}

// strictly is a mail as a strict parser reads it.
type strictly struct {
	Fields   map[string][]string
	Parts    map[string]string
	Type     string
	From, To []struct{ Name, Address string }
	ASCII    bool
	Longest  struct{ Head, Body int }
}

// read reads a mail with Python's email package, for which every defect is an
// error.
func (p *postfix) read(t *testing.T, path string) (m strictly) {
	t.Helper()
	out, err := exec.Command("python3", "testdata/mail.py", path).Output()
	if err == nil {
		err = json.Unmarshal(out, &m)
	}
	if err != nil {
		raw, _ := os.ReadFile(path)
		t.Fatalf("%v\n%s\n%s", err, out, raw)
	}
	return m
}

// one is a field of the header that is there once.
func (m *strictly) one(name string) string {
	if len(m.Fields[name]) != 1 {
		return fmt.Sprintf("%d fields %s: %q", len(m.Fields[name]), name, m.Fields[name])
	}
	return strings.TrimSpace(m.Fields[name][0]) // a long subject begins on the second line
}

// kill ends all processes of the server at once, as a power cut would.
func (p *postfix) kill() {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, "queue", "pid", "master.pid"))
	if err != nil {
		p.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid < 2 {
		p.t.Fatalf("the process is %q", text)
	}
	if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil { // it leads a group of its own
		p.t.Fatal(err)
	}
}

func (p *postfix) start() {
	p.t.Helper()
	await(p.t, "the mail server starts", func() bool { // not while one that was killed is not gone yet
		return exec.Command("postfix", "-c", filepath.Join(p.dir, "postfix"), "start").Run() == nil
	})
}

// policy is what Postfix asks about each receiver, and about each mail when it
// has the text (see SMTPD_POLICY_README): as a greylist does, and to have it wait
// at a known point of the conversation.
type policy struct {
	mu   sync.Mutex
	next map[string][]func() string // by stage and receiver: what is answered once
}

// The stages at which it is asked.
const (
	atReceiver = "RCPT"
	atEnd      = "END-OF-MESSAGE"
)

func newPolicy(t *testing.T, path string) *policy {
	t.Helper()
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if err := os.Chmod(path, 0o666); err != nil { // Postfix is somebody else
		t.Fatal(err)
	}
	p := &policy{next: map[string][]func() string{}}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
	return p
}

// at answers the next question about a receiver at a stage; afterwards there are
// no objections.
func (p *policy) at(stage, receiver string, answer func() string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := stage + " " + receiver + "@acme.example"
	p.next[key] = append(p.next[key], answer)
}

// stall lets Postfix wait for ever the next time, and returns what is closed when
// it does.
func (p *policy) stall(stage, receiver string) (reached chan struct{}) {
	reached = make(chan struct{})
	p.at(stage, receiver, func() string {
		close(reached)
		select {}
	})
	return reached
}

func (p *policy) serve(conn net.Conn) {
	defer conn.Close()
	asked := map[string]string{}
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), "="); ok {
			asked[name] = value
			continue
		}
		if _, err := fmt.Fprintf(conn, "action=%s\n\n", p.answer(asked["protocol_state"]+" "+asked["recipient"])); err != nil {
			return
		}
		clear(asked)
	}
}

func (p *policy) answer(key string) string {
	p.mu.Lock()
	answers := p.next[key]
	if len(answers) == 0 {
		p.mu.Unlock()
		return "dunno"
	}
	p.next[key] = answers[1:]
	p.mu.Unlock()
	return answers[0]()
}

// wire is a connection to a server that can be cut.
type wire struct {
	net.Listener
	mu    sync.Mutex
	mute  bool // nothing comes back any more
	conns []net.Conn
}

func newWire(t *testing.T, to int) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", to))
			if err != nil {
				near.Close()
				continue
			}
			w.mu.Lock()
			w.conns = append(w.conns, near, far)
			w.mu.Unlock()
			go w.carry(near, far, false)
			go w.carry(far, near, true)
		}
	}()
	return w
}

func (w *wire) port() int { return w.Addr().(*net.TCPAddr).Port }

func (w *wire) carry(from, to net.Conn, answers bool) {
	defer to.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		w.mu.Lock()
		mute := w.mute && answers
		w.mu.Unlock()
		if mute {
			n = 0
		}
		if _, wrote := to.Write(buf[:n]); wrote != nil || err != nil {
			return
		}
	}
}

// silence lets no answers through any more.
func (w *wire) silence() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mute = true
}

// cut ends the connections; those that follow work.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		c.Close()
	}
	w.conns, w.mute = nil, false
}
