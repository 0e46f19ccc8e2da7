package main_test

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

// daemon is a process of `directdial run`.
type daemon struct {
	t      testing.TB
	cmd    *exec.Cmd
	out    output // standard output
	log    output // standard error
	ended  chan struct{}
	desk   *desk.Client
	status desk.Status
}

// start starts the daemon of a site and waits until it answers.
func (s *site) start() *daemon {
	s.t.Helper()
	d := s.launch("run", "--config", s.path("directdial.yaml"))
	d.ready()
	return d
}

// launch starts a process that ends with the test at the latest. What it
// printed is checked then.
func (s *site) launch(args ...string) *daemon {
	s.t.Helper()
	d := &daemon{t: s.t, cmd: exec.Command(binary, args...), ended: make(chan struct{})}
	d.cmd.Dir, d.cmd.Env = s.dir, append(os.Environ(), s.env...)
	d.cmd.Stdout, d.cmd.Stderr = &d.out, &d.log
	if err := d.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		_ = d.cmd.Wait()
		close(d.ended)
	}()
	d.desk = desk.Dial(filepath.Join(s.dir, "data", "directdial.sock"))
	s.t.Cleanup(func() {
		_ = d.cmd.Process.Kill()
		<-d.ended
		d.checkLog()
		if s.t.Failed() {
			s.t.Logf("process %d printed:\n%s%s", d.cmd.Process.Pid, d.out.String(), tail(d.log.String()))
		}
	})
	return d
}

// tail is the end of a long log.
func tail(s string) string {
	const most = 8000
	if len(s) > most {
		return "…" + s[len(s)-most:]
	}
	return s
}

// checkLog checks what holds of every log at info level, whatever the test.
func (d *daemon) checkLog() {
	d.t.Helper()
	log := d.log.String()
	for _, never := range []string{textMark, authorMark, secretMark, "xoxb-", "DATA RACE", "panic", "goroutine "} {
		for line := range strings.Lines(log) {
			if strings.Contains(line, never) {
				d.t.Errorf("the log holds %q: %s", never, line)
				break
			}
		}
	}
}

// ready waits until this process, and no other of the same site, answers.
func (d *daemon) ready() {
	d.t.Helper()
	await(d.t, "the daemon answers", func() bool {
		select {
		case <-d.ended:
			d.t.Fatalf("the daemon ended: %s", d.log.String())
		default:
		}
		var err error
		d.status, err = d.desk.Status(d.t.Context())
		return err == nil && d.status.PID == d.cmd.Process.Pid
	})
}

func (d *daemon) signal(s os.Signal) {
	d.t.Helper()
	if err := d.cmd.Process.Signal(s); err != nil {
		d.t.Fatal(err)
	}
}

// kill ends the process as a power cut would.
func (d *daemon) kill() {
	d.t.Helper()
	d.signal(os.Kill)
	<-d.ended
}

// stop asks the process to end and checks that it does so with 0.
func (d *daemon) stop() {
	d.t.Helper()
	d.signal(syscall.SIGTERM)
	d.exits(0)
}

// exits waits until the process has ended by itself.
func (d *daemon) exits(code int) {
	d.t.Helper()
	await(d.t, "the process ends", func() bool {
		select {
		case <-d.ended:
			return true
		default:
			return false
		}
	})
	if got := d.cmd.ProcessState.ExitCode(); got != code {
		d.t.Fatalf("exit %d, want %d", got, code)
	}
}

// settled waits until everything that was accepted is decided and every card
// is as it should be. It returns the ledger, which balances.
func (d *daemon) settled() *directdial.Ledger {
	d.t.Helper()
	return d.until("everything is decided and delivered", func(l *directdial.Ledger) bool {
		return l.Waiting == 0 && l.Cards.Waiting == 0
	})
}

// decided waits until everything that was accepted is decided.
func (d *daemon) decided() *directdial.Ledger {
	d.t.Helper()
	return d.until("everything is decided", func(l *directdial.Ledger) bool { return l.Waiting == 0 })
}

// until waits until the ledger, which always balances, says what is expected.
func (d *daemon) until(what string, met func(*directdial.Ledger) bool) (l *directdial.Ledger) {
	d.t.Helper()
	await(d.t, what, func() bool {
		var err error
		l, err = d.desk.Ledger(d.t.Context())
		switch {
		case err != nil && directdial.KindOf(err) == directdial.Temporary:
			return false // the log cannot be reached
		case err != nil:
			d.t.Fatal(err)
		case !l.Balanced():
			d.t.Fatalf("the ledger does not balance: %q", l.Damage)
		}
		return met(l)
	})
	return l
}

// dials lists the dials, the oldest first.
func (d *daemon) dials() []desk.DialView {
	d.t.Helper()
	list, err := d.desk.Dials(d.t.Context(), true, desk.MaxList)
	if err != nil {
		d.t.Fatal(err)
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// mention finds a mention by its id.
func (d *daemon) mention(id string) (desk.MentionView, bool) {
	d.t.Helper()
	list, err := d.desk.Mentions(d.t.Context(), "", desk.MaxList)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, m := range list {
		if m.ID == id {
			return m, true
		}
	}
	return desk.MentionView{}, false
}

// admin reads from the address for ops.
func (d *daemon) admin(path string) string {
	d.t.Helper()
	resp, err := http.Get("http://" + d.status.Admin + path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return string(body)
}

// metric returns the line of a series without its name, "" if there is none.
func (d *daemon) metric(series string) string {
	d.t.Helper()
	for line := range strings.Lines(d.admin("/metrics")) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), series+" "); ok {
			return value
		}
	}
	return ""
}
