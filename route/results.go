package route

import (
	"context"
	"sync"

	"github.com/directdial/directdial"
)

// results remembers the latest judgements, for those who wait for one.
type results struct {
	mu    sync.Mutex
	known map[string]directdial.Judgement
	order []string
}

const maxResults = 10_000

func (r *results) note(s *directdial.Step) {
	if s.Input.Kind != directdial.InputAction || len(s.Events) == 0 {
		return
	}
	last := s.Events[len(s.Events)-1]
	for i := len(s.Events) - 2; i >= 0 && (last.Kind == directdial.EvNoticed || last.Kind == directdial.EvTold); i-- {
		last = s.Events[i] // that somebody is told is not what became of the action
	}
	if last.Action == "" {
		return
	}
	last.Case = nil
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]directdial.Judgement{}
	}
	if _, again := r.known[last.Action]; !again {
		r.order = append(r.order, last.Action)
	}
	r.known[last.Action] = directdial.Judgement{
		Action: last.Action, Dial: last.Dial, Event: last, Reason: last.Reason, Words: last.Detail,
	}
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
