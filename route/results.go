package route

import (
	"context"
	"sync"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// results remembers the latest judgements, for those who wait for one.
type results struct {
	mu    sync.Mutex
	known map[string]directdial.Judgement
	order []string
}

const maxResults = 10_000

// judgement is what became of the action that a step answers, false if it answers
// none, or one that nobody waits for.
func judgement(s *directdial.Step) (directdial.Judgement, bool) {
	if s.Input.Kind != directdial.InputAction || len(s.Events) == 0 {
		return directdial.Judgement{}, false
	}
	last := s.Events[len(s.Events)-1]
	for i := len(s.Events) - 2; i >= 0 && (last.Kind == directdial.EvNoticed || last.Kind == directdial.EvTold); i-- {
		last = s.Events[i] // that somebody is told is not what became of the action
	}
	if first := s.Events[0]; first.Kind == directdial.EvReplayed {
		last = s.Events[1] // what became of the dead letter; what follows from that stands behind it
		last.Action, last.By = first.Action, first.By
	}
	last.Case = nil
	return directdial.Judgement{
		Action: last.Action, Dial: last.Dial, Event: last, Reason: last.Reason, Words: last.Detail,
	}, last.Action != ""
}

func (r *results) note(s *directdial.Step) {
	j, ok := judgement(s)
	if !ok {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]directdial.Judgement{}
	}
	if _, again := r.known[j.Action]; !again {
		r.order = append(r.order, j.Action)
	}
	r.known[j.Action] = j
	if len(r.order) > maxResults {
		delete(r.known, r.order[0])
		r.order = r.order[1:]
	}
}

func (r *results) get(action string) (directdial.Judgement, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	res, ok := r.known[action]
	return res, ok
}

// Await returns what became of an action that was published.
func (r *Router) Await(ctx context.Context, action string) (directdial.Judgement, error) {
	for {
		changed := r.Changed()
		if res, ok := r.results.get(action); ok {
			return res, nil
		}
		select {
		case <-ctx.Done():
			return directdial.Judgement{}, directdial.Errorf(directdial.Temporary, "the action is stored, but the router has not judged it yet: %w", ctx.Err())
		case <-changed:
		}
	}
}

// Judged is the judgement of an action, if Await would return it at once.
func (r *Router) Judged(action string) (directdial.Judgement, bool) { return r.results.get(action) }

// Recall reads from the log what became of the action at a position of ACTIONS,
// as it was judged by this process or by one before; false if nothing did, or the
// log was cut behind it. The positions of steps never go back, so about twenty
// looks find it among a million.
func (r *Router) Recall(ctx context.Context, action uint64) (j directdial.Judgement, known bool, err error) {
	state, err := r.bus.State(ctx, bus.Dials)
	if err != nil {
		return j, false, err
	}
	var found *directdial.Step
	_, err = firstThat(ctx, r.bus, bus.Dials, state.First, state.Last+1, func(msg *bus.Message) (bool, error) {
		step, err := decodeStep(msg)
		if err != nil || step.Actions < action {
			return false, err
		}
		found = step // each that is looked at stands before the one found last
		return true, nil
	})
	if err != nil || found == nil || found.Input.Kind != directdial.InputAction || found.Input.Seq != action {
		return j, false, err
	}
	j, known = judgement(found)
	return j, known, nil
}
