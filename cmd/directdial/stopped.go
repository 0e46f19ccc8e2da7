package main

import (
	"context"
	"errors"
	"sync"

	"github.com/directdial/directdial/classify"
)

// stopped is the error of what a signal stopped: it says what became of it.
type stopped string

func (s stopped) Error() string { return "stopped; " + string(s) }

// stoppedBy says of the error of a command whether it came of the signal that ended
// ctx, and then what to say in its place.
func stoppedBy(ctx context.Context, err error) (says string, so bool) {
	var what stopped
	switch {
	case errors.As(err, &what):
		return what.Error(), true
	case ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx))):
		return "stopped", true
	}
	return "", false
}

// fitted is untilStopped for what is learned, and tells meanwhile how far that is.
func fitted[T any](ctx context.Context, a *app, how classify.LearnConfig, learn func(classify.LearnConfig) (T, error)) (T, error) {
	var mu sync.Mutex // what nobody waits for any more goes on, and must not speak
	over := false
	tell, end := a.progress("fits")
	how.Progress = func(done, all uint64) {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			tell(done, all)
		}
	}
	defer func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		end()
	}()
	return untilStopped(ctx, func() (T, error) { return learn(how) })
}

// untilStopped computes something that knows no context, and writes no file. When
// ctx ends it returns at once, and what is computed then is for nobody: it ends with
// the program, or by itself.
func untilStopped[T any](ctx context.Context, compute func() (T, error)) (found T, err error) {
	done := make(chan struct{})
	var result T
	var failed error
	go func() {
		defer close(done)
		result, failed = compute()
	}()
	select {
	case <-done:
		return result, failed
	case <-ctx.Done():
		return found, stopped("nothing was written")
	}
}
