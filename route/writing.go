package route

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

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
}

func (r *Router) begin() *writing {
	m, _ := get[meta](r.db, bMeta, "log")
	return &writing{
		tx: r.db.Begin(), at: directdial.Clock(r.now()),
		last: m.Applied, prev: m.Hash, mentions: m.Mentions, actions: m.Actions,
	}
}

// step adds one step and folds it, so that the next decision sees it.
func (w *writing) step(in directdial.Input, events ...directdial.Event) {
	s := &directdial.Step{
		V: directdial.StepVersion, At: w.at, Prev: w.prev,
		Mentions: w.mentions, Actions: w.actions, Input: in, Events: events,
	}
	data := encode(s)
	w.prev = directdial.Hash(data)
	w.messages = append(w.messages, bus.Message{Subject: s.Subject(), Data: data})
	w.steps = append(w.steps, s)
	w.size += len(data)
	fold(w.tx, w.last+uint64(len(w.messages)), w.prev, s)
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
