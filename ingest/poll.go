package ingest

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/directdial/directdial"
)

// ErrMore is what a Fetch returns beside its items when the platform has more
// at this moment: Poll saves what there is and fetches again at once. So a
// long absence is caught up page by page, and a failure in between costs one
// page.
var ErrMore = errors.New("there is more")

// AfterRound is the error of a Fetch that has asked each of its queries once. There
// is more if none failed and one goes on. If some failed and another worked, it is
// tried again no sooner than every, so that those that work keep their pace.
func AfterRound(every time.Duration, more bool, failed error, worked bool) error {
	switch {
	case failed == nil && more:
		return ErrMore
	case failed != nil && worked:
		return &directdial.Error{Kind: directdial.Temporary, After: max(every, directdial.After(failed)), Err: failed}
	}
	return failed
}

// Poll is a source that asks a platform at regular intervals, give or take a
// tenth, so that a fleet does not ask in step. The first time is at once.
//
// What a Fetch returns together with an error counts: its items are emitted,
// and if it returns a state, that is saved, before the error ends the run. A
// nil state leaves the saved one as it is.
func Poll(every time.Duration, fetch Fetch) Source { return &poll{every, fetch} }

// PollAndLook is Poll for a platform that can be asked about one post, too. It
// is a Looker.
func PollAndLook(every time.Duration, fetch Fetch, look Look) Source {
	return &pollLook{poll{every, fetch}, look}
}

type poll struct {
	every time.Duration
	fetch Fetch
}

type pollLook struct {
	poll
	look Look
}

// Look implements Looker.
func (l *pollLook) Look(ctx context.Context, p Post) ([]directdial.Item, error) {
	return l.look(ctx, p)
}

// Run implements Source.
func (p *poll) Run(ctx context.Context, s State, emit Emit) error {
	state, err := s.Load(ctx)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		state, err = p.once(ctx, state, s, emit)
		if err == nil {
			err = sleep(ctx, jitter(p.every))
		}
		if err != nil && !errors.Is(err, ErrMore) {
			return err
		}
	}
	return ctx.Err()
}

// CatchUp does what Poll does at one of its turns: it fetches, emits and saves
// until the platform has no more. It is for a source that mostly hears in
// another way.
func CatchUp(ctx context.Context, s State, emit Emit, fetch Fetch) error {
	p := &poll{fetch: fetch}
	state, err := s.Load(ctx)
	for err == nil || errors.Is(err, ErrMore) && ctx.Err() == nil {
		if state, err = p.once(ctx, state, s, emit); err == nil {
			return nil
		}
	}
	return err
}

// Check implements Checker: it fetches as at the very first time, when nothing is
// new yet.
func (p *poll) Check(ctx context.Context) error {
	_, _, err := p.fetch(ctx, nil)
	if errors.Is(err, ErrMore) {
		return nil
	}
	return err
}

// once fetches, emits and saves, in this order, and returns the state to go on
// from.
func (p *poll) once(ctx context.Context, state []byte, s State, emit Emit) ([]byte, error) {
	items, next, fetchErr := p.fetch(ctx, bytes.Clone(state))
	if len(items) > 0 {
		if _, err := emit(ctx, items...); err != nil {
			return state, err
		}
	}
	if errors.Is(fetchErr, ErrMore) && (next == nil || bytes.Equal(next, state)) {
		return state, directdial.Errorf(directdial.Internal, "the source asks for more and gets nowhere")
	}
	if next == nil {
		next = state
	}
	save := s.Save
	if steps, ok := s.(stepwise); ok && fetchErr != nil {
		save = steps.keep
		if errors.Is(fetchErr, ErrMore) {
			save = steps.more
		}
	}
	// The same state again says that the source got through, unless it did not.
	if fetchErr == nil || !bytes.Equal(next, state) {
		if err := save(ctx, next); err != nil {
			return state, err
		}
		state = next
	}
	return state, fetchErr
}

// stepwise is a State that tells how far a source got with what it saves.
type stepwise interface {
	keep(ctx context.Context, state []byte) error // it failed behind this state
	more(ctx context.Context, state []byte) error // it goes on at once
}

func jitter(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1)
}

// sleep waits, and returns the error of ctx if that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
