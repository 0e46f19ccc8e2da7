package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/directdial/directdial/internal/index"
	"github.com/directdial/directdial/route"
)

// site is a folder with a configuration, in which daemons run and commands are
// typed.
type site struct {
	t   testing.TB
	dir string
	env []string // besides that of the test
}

// newSite makes a folder. Its path is short: a control socket has about a
// hundred bytes for its own.
func newSite(t testing.TB, s settings) *site {
	t.Helper()
	dir, err := os.MkdirTemp("", "dd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	at := &site{t: t, dir: dir}
	at.configure(s)
	return at
}

// configure writes the configuration, all at once, as a careful editor does.
func (s *site) configure(c settings) { s.write("directdial.yaml", c.yaml()) }

// write puts a file into the folder.
func (s *site) write(name, text string) (path string) {
	s.t.Helper()
	path = s.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		s.t.Fatal(err)
	}
	return path
}

func (s *site) path(name string) string { return filepath.Join(s.dir, name) }

// result is what became of a command.
type result struct {
	out, err string
	code     int
}

// command types a command in the folder, with its configuration.
func (s *site) command(args ...string) result {
	s.t.Helper()
	return s.bare(append(args, "--config", s.path("directdial.yaml"))...)
}

// bare types a command without naming a configuration.
func (s *site) bare(args ...string) result {
	s.t.Helper()
	var out, errOut bytes.Buffer
	cmd := exec.Command(binary, args...)
	cmd.Dir, cmd.Env = s.dir, append(os.Environ(), s.env...)
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	if cmd.ProcessState == nil {
		s.t.Fatal(err)
	}
	r := result{out: out.String(), err: errOut.String(), code: cmd.ProcessState.ExitCode()}
	for _, never := range []string{secretMark, "DATA RACE", "goroutine "} {
		if strings.Contains(r.out+r.err, never) {
			s.t.Errorf("directdial %q prints %q:\n%s%s", args, never, r.out, r.err)
		}
	}
	return r
}

// must is command for one that succeeds; it returns what it printed.
func (s *site) must(args ...string) string {
	s.t.Helper()
	r := s.command(args...)
	if r.code != 0 {
		s.t.Fatalf("directdial %q: exit %d\n%s%s", args, r.code, r.out, r.err)
	}
	return r.out
}

// refused checks that a command fails with an exit code and says so in these
// words.
func (s *site) refused(code int, words string, args ...string) {
	s.t.Helper()
	r := s.command(args...)
	if r.code != code || !strings.Contains(r.err, words) {
		s.t.Errorf("directdial %q: exit %d, want %d and %q\n%s%s", args, r.code, code, words, r.out, r.err)
	}
}

// dump is everything in the index of a data directory that no daemon holds.
func (s *site) dump() map[string]string {
	s.t.Helper()
	db, err := index.Open(s.path("data/index.db"), route.Buckets()...)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	all := map[string]string{}
	for _, bucket := range route.Buckets() {
		db.Scan(bucket, "", func(key string, value []byte) bool {
			all[bucket+"/"+key] = string(value)
			return true
		})
	}
	return all
}

// patience is how long a test waits for what must happen: long enough for a
// busy machine and the race detector, for nothing is measured by it.
const patience = 90 * time.Second

// await returns when the condition is met, and fails the test if that takes too
// long.
func await(t testing.TB, what string, met func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTimer(0)
	defer look.Stop()
	for pause := 5 * time.Millisecond; !met(); pause = min(2*pause, 100*time.Millisecond) {
		look.Reset(pause)
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("waited %v in vain: %s", patience, what)
		}
	}
}

// output collects what a process prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// has reports whether the words were printed.
func (o *output) has(words string) bool { return strings.Contains(o.String(), words) }

// count counts the lines that hold all of the words.
func (o *output) count(words ...string) (n int) {
	for line := range strings.Lines(o.String()) {
		all := true
		for _, w := range words {
			all = all && strings.Contains(line, w)
		}
		if all {
			n++
		}
	}
	return n
}
