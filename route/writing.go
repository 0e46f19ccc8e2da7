package route

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// writing is one write to DIALS while it is put together: steps that were
// decided, and the index as it will be when the log has them.
type writing struct {
	tx       *index.Tx
	at       time.Time
	last     uint64 // sequence before the first of these steps
	prev     string // hash of the step before the next
	mentions uint64
	actions  uint64
	messages []bus.Message
	steps    []*directdial.Step
	size     int   // bytes of the messages
	err      error // the first failure to read something

	keys *directdial.Keyer
	log  zerolog.Logger
}

func (r *Router) begin() *writing {
	m, _ := get[meta](r.db, bMeta, "log")
	return &writing{
		tx: r.db.Begin(), at: directdial.Clock(r.now()),
		last: m.Applied, prev: m.Hash, mentions: m.Mentions, actions: m.Actions,
		keys: r.keys, log: r.log,
	}
}

// step adds one step and folds it, so that the next decision sees it. An input
// that leads to what the index cannot keep is put aside, like one that cannot be
// read: it stops nobody. Of a timer what can be kept is kept.
func (w *writing) step(in directdial.Input, events ...directdial.Event) {
	w.tx.Mark()
	s, data := w.folded(in, events)
	if err := w.tx.Unfit(); err != nil {
		w.log.Error().Err(err).Str("input", string(in.Kind)).Uint64("sequence", in.Seq).Msg("the index cannot keep what follows from an input")
		if in.Kind == directdial.InputAction || in.Kind == directdial.InputMention {
			w.tx.Back()
			s, data = w.folded(in, []directdial.Event{w.aside(in, events)})
		}
	}
	w.prev = directdial.Hash(data)
	w.messages = append(w.messages, bus.Message{Subject: s.Subject(), Data: data})
	w.steps = append(w.steps, s)
	w.size += len(data)
}

// folded makes a step and folds it.
func (w *writing) folded(in directdial.Input, events []directdial.Event) (*directdial.Step, []byte) {
	s := &directdial.Step{
		V: directdial.StepVersion, At: w.at, Prev: w.prev,
		Mentions: w.mentions, Actions: w.actions, Input: in, Events: events,
	}
	data := encode(s)
	fold(w.tx, w.last+uint64(len(w.messages))+1, directdial.Hash(data), s)
	return s, data
}

// aside is what is said of an input that led to events which cannot be kept.
func (w *writing) aside(in directdial.Input, events []directdial.Event) directdial.Event {
	if in.Kind == directdial.InputMention {
		return deadLetterOf(w.keys, in.Seq, w.at)
	}
	var a directdial.Action
	for _, e := range events {
		a.ID, a.By = cmp.Or(a.ID, e.Action), cmp.Or(a.By, e.By)
	}
	return refused(&a, directdial.Unreadable, "what follows from it cannot be kept")
}

// full reports whether the steps should be written before more are decided.
func (w *writing) full() bool { return len(w.messages) >= maxSteps || w.size >= maxBytes }

// encode writes JSON without HTML escaping: "<" would become six bytes.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("route: encode %T: %v", v, err)) // our own types always encode
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// write puts the steps on the log and, when they are there, into the index.
func (r *Router) write(ctx context.Context, w *writing) error {
	if len(w.messages) == 0 {
		return nil
	}
	if err := w.tx.Err(); err != nil {
		return err // what was decided was decided on nothing
	}
	_, err := r.bus.Append(ctx, bus.Dials, w.last, w.messages)
	if err != nil {
		if errors.Is(err, bus.ErrStale) {
			// Perhaps it is our own write whose answer was lost: catchUp tells.
			return directdial.Errorf(directdial.Ambiguous, "write to DIALS: %w", err)
		}
		return fmt.Errorf("write to DIALS: %w", err)
	}
	w.tx.Confirm()
	r.trouble.Store(nil)
	m, _ := get[meta](r.db, bMeta, "log")
	for _, s := range w.steps {
		r.note(s)
	}
	r.announce(m)
	return nil
}

// note is what is told of a step once it is in the log, whoever wrote it.
func (r *Router) note(s *directdial.Step) {
	r.results.note(s)
	r.metrics.note(r.db, s)
}
