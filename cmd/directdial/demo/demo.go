// Package demo tells the product in a minute, on the real spine: a worker
// process of its own with embedded NATS and an index in a temporary folder,
// real posts to its webhook, real cards in the terminal, a real SIGKILL.
package demo

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
)

// Options say how the demo is shown.
type Options struct {
	In          io.Reader
	Out         io.Writer
	Interactive bool // Enter goes on, and the visitor answers the cards
	Color       bool
	Worker      func(config string) *exec.Cmd // runs the exchange with that configuration
	Keep        string                        // a folder to keep the data in; "": a temporary one
}

// Run shows the demo.
func Run(ctx context.Context, o Options) (err error) {
	dir := o.Keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "directdial-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	config, err := writeConfig(dir, time.Now(), o.Color)
	if err != nil {
		return err
	}
	w := &worker{command: o.Worker, config: config, socket: filepath.Join(dir, "data", "directdial.sock")}
	s := &show{Options: o, worker: w, keys: bufio.NewReader(o.In)}
	s.say(intro)
	defer w.stop()
	if err := w.start(ctx); err != nil {
		return err
	}
	all := scenes()
	for i, scene := range all {
		if err := s.next(ctx); err != nil {
			return err
		}
		if err := s.scene(ctx, i+1, len(all), scene); err != nil {
			return fmt.Errorf("%s: %w", scene.title, err)
		}
	}
	return s.end(ctx, dir)
}

const intro = `
  directdial: direct dial instead of a switchboard

  Twelve posts about a brand, five colleagues. Each post is heard, tagged, and
  put through to the one colleague who knows the answer and may give it. All of
  it is real but the people: the log, the index, the webhook, the cards below.
`

// show is the demo while it runs.
type show struct {
	Options
	worker *worker
	keys   *bufio.Reader
	err    error
}

func (s *show) say(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.Out, format, args...)
	}
}

// next waits for Enter, on a terminal.
func (s *show) next(ctx context.Context) error {
	if !s.Interactive {
		return cmpErr(s.err, ctx.Err())
	}
	s.say("\n  [Enter] ")
	_, err := s.keys.ReadString('\n')
	return cmpErr(s.err, err, ctx.Err())
}

// cmpErr returns the first error.
func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// scene shows one screen.
func (s *show) scene(ctx context.Context, n, of int, sc scene) error {
	s.say("\n%s\n\n", s.title(fmt.Sprintf("%d/%d  %s", n, of, sc.title)))
	s.worker.cards.take()
	if err := s.hear(ctx, sc); err != nil {
		return err
	}
	var dials []string
	for _, p := range sc.posts {
		e, err := s.worker.desk.Explain(ctx, p.ID)
		if err != nil {
			return err
		}
		if sc.again {
			s.say("  “%s”\n  → %s\n", wrap(e.Text, 72, "  "), s.style(bold, "heard before: it has its dial, with "+e.Names[e.Decision.Expert]))
			continue
		}
		s.post(e)
		if e.Decision.Outcome == directdial.ToDial {
			dials = append(dials, e.Event.Dial)
		}
	}
	s.cards()
	s.say("\n  %s\n", wrap(sc.look, 74, "  "))
	for _, d := range dials {
		if err := s.answer(ctx, d); err != nil {
			return err
		}
	}
	return s.err
}

// hear posts what the scene says, one after the other, or all at once if the
// worker is to be killed with them in its hands.
func (s *show) hear(ctx context.Context, sc scene) error {
	if sc.kill {
		t, err := s.worker.post(ctx, token, sc.posts)
		if err != nil {
			return err
		}
		if err := s.killed(ctx, t.Accepted); err != nil {
			return err
		}
		return s.worker.settled(ctx)
	}
	source := token
	if sc.again {
		source = otherToken
	}
	for _, p := range sc.posts {
		t, err := s.worker.post(ctx, source, []directdial.Mention{p})
		if err != nil {
			return err
		}
		if sc.again {
			s.say("  The webhook answered: accepted %d, duplicates %d.\n\n", t.Accepted, t.Duplicates)
		}
		if err := s.worker.settled(ctx); err != nil {
			return err
		}
	}
	return nil
}

// killed kills the worker and starts it again.
func (s *show) killed(ctx context.Context, posts int) error {
	pid := s.worker.process.Process.Pid
	if err := s.worker.kill(); err != nil {
		return err
	}
	s.say("  The webhook accepted %d posts. kill -9 %d … done.\n", posts, pid)
	if err := s.worker.start(ctx); err != nil {
		return err
	}
	s.say("  Started again as process %d: it folds its log and goes on.\n\n", s.worker.process.Process.Pid)
	return nil
}

// end shows the ledger and what to do next.
func (s *show) end(ctx context.Context, dir string) error {
	if err := s.next(ctx); err != nil {
		return err
	}
	s.say("\n%s\n\n", s.title("Nothing was lost, and it shows"))
	l, err := s.worker.desk.Ledger(ctx)
	if err != nil {
		return err
	}
	var ledger strings.Builder
	if err := desk.PrintLedger(&ledger, l); err != nil {
		return err
	}
	s.say("%s", indent(ledger.String(), "  "))
	if s.Interactive {
		if err := s.own(ctx); err != nil {
			return err
		}
	} else {
		s.say("\n  Now type a sentence of your own:\n\n    directdial explain \"is the acme app worth it?\"\n")
	}
	if s.Keep != "" {
		s.say("\n  What was heard and decided is kept in %s:\n\n    directdial explain --config %s https://social.example/1\n", dir, s.worker.config)
	}
	s.say("\n  Next, the same with a webhook for you to post to:\n\n    directdial run\n\n")
	return s.err
}

// own decides sentences of the visitor.
func (s *show) own(ctx context.Context) error {
	for {
		s.say("\n  Now type a sentence of your own (Enter alone ends): ")
		line, err := s.keys.ReadString('\n')
		if line = strings.TrimSpace(line); line == "" || err != nil {
			return s.err
		}
		e, err := s.worker.desk.Try(ctx, desk.Trial{Mention: directdial.Mention{Text: line, Platform: "mastodon"}})
		if err != nil {
			s.say("  %v\n", err)
			continue
		}
		s.say("\n")
		s.post(e)
	}
}
