package demo

import (
	"bytes"
	"context"
	_ "embed" // for the configuration
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

//go:embed demo.yaml
var configuration string

// The tokens of the two sources.
const (
	token      = "the-token-of-the-demo"
	otherToken = "the-token-of-the-other-source"
)

// writeConfig writes the configuration into dir: its dates lie around now.
func writeConfig(dir string, now time.Time, color bool) (path string, err error) {
	today := now.UTC()
	// Every day but today: the desk that is off duty all day.
	days := []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
	others := make([]string, 0, 6)
	for _, d := range days {
		if d != today.Format("Mon") {
			others = append(others, d)
		}
	}
	colors := "never" // the worker prints into a pipe; the demo knows better
	if color {
		colors = "always"
	}
	text := strings.NewReplacer(
		"${COLOR}", colors,
		"${TOKEN}", token,
		"${OTHER_TOKEN}", otherToken,
		"${LAST_MONTH}", today.AddDate(0, -1, 0).Format(time.DateOnly),
		"${YESTERDAY}", today.AddDate(0, 0, -1).Format(time.DateOnly),
		"${OTHER_DAYS}", strings.Join(others, ","),
	).Replace(configuration)
	path = filepath.Join(dir, "directdial.yaml")
	return path, os.WriteFile(path, []byte(text), 0o600)
}

// worker is the exchange in a process of its own, so that it can be killed.
type worker struct {
	command func(config string) *exec.Cmd
	config  string
	socket  string

	process *exec.Cmd
	exited  chan error
	cards   *output
	noise   *output
	status  desk.Status
	desk    *desk.Client
}

// output keeps what a process prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// take returns what was printed since the last call.
func (o *output) take() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.text.String()
	o.text.Reset()
	return s
}

// start starts the process and waits until it answers.
func (w *worker) start(ctx context.Context) error {
	w.process = w.command(w.config)
	w.process.Dir = filepath.Dir(w.config)
	w.cards, w.noise = &output{}, &output{}
	w.process.Stdout, w.process.Stderr = w.cards, w.noise
	if err := w.process.Start(); err != nil {
		return err
	}
	w.exited = make(chan error, 1)
	go func(p *exec.Cmd) { w.exited <- p.Wait() }(w.process)
	w.desk = desk.Dial(w.socket)
	return w.until(ctx, "the worker answers", func() (bool, error) {
		status, err := w.desk.Status(ctx)
		if err == nil && status.PID == w.process.Process.Pid {
			w.status = status
			return true, nil
		}
		return false, nil
	})
}

// kill ends the process as a power cut would.
func (w *worker) kill() error {
	if err := w.process.Process.Kill(); err != nil {
		return err
	}
	<-w.exited
	return nil
}

// stop ends the process as an administrator would.
func (w *worker) stop() {
	if w.process == nil {
		return
	}
	if w.process.Process.Signal(os.Interrupt) == nil {
		select {
		case <-w.exited:
			return
		case <-time.After(15 * time.Second):
		}
	}
	_ = w.process.Process.Kill()
}

// patience is how long the demo waits for its own worker.
const patience = 30 * time.Second

// until asks again and again until done says yes.
func (w *worker) until(ctx context.Context, what string, done func() (bool, error)) error {
	deadline := time.Now().Add(patience)
	for {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("waited %v until %s; the worker printed:\n%s", patience, what, w.noise.take())
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-w.exited:
			w.exited <- err
			return fmt.Errorf("the worker ended (%v); it printed:\n%s", err, w.noise.take())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// taken is what a webhook says of what was posted.
type taken struct {
	Accepted   int                   `json:"accepted"`
	Duplicates int                   `json:"duplicates"`
	Rejected   []directdial.Rejected `json:"rejected"`
}

// post sends mentions to the webhook of the worker.
func (w *worker) post(ctx context.Context, token string, mentions []directdial.Mention) (taken, error) {
	return post(ctx, w.status.Listen, token, mentions)
}

// post sends mentions to a webhook, as any system would.
func post(ctx context.Context, address, token string, mentions []directdial.Mention) (t taken, err error) {
	body, err := json.Marshal(mentions)
	if err != nil {
		return t, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/v1/mentions", bytes.NewReader(body))
	if err != nil {
		return t, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return t, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		return t, fmt.Errorf("the webhook answers %s", resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(&t); err != nil {
		return t, err
	}
	if len(t.Rejected) > 0 {
		return t, fmt.Errorf("the webhook rejects %v", t.Rejected)
	}
	return t, nil
}

// settled waits until everything that was posted is decided and every card is
// what it should be.
func (w *worker) settled(ctx context.Context) error {
	return w.until(ctx, "everything is decided and delivered", func() (bool, error) {
		l, err := w.desk.Ledger(ctx)
		if err != nil {
			return false, nil //nolint:nilerr // it is asked again
		}
		if !l.Balanced() {
			return false, errors.New("the ledger does not balance")
		}
		return l.Waiting == 0 && l.Cards.Waiting == 0, nil
	})
}
