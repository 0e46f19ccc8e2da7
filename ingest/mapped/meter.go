package mapped

import (
	"context"
	"runtime/metrics"
	"time"

	"github.com/directdial/directdial"
)

// Bounds of a mapping. The steps are the same on every machine and at every
// load, so that an element that takes too many will do so again: it is refused.
// Time and memory depend on what else goes on, so that whoever sends is asked to
// try again.
const (
	maxSteps  = 5_000_000 // of the program for one element
	maxTime   = 10 * time.Second
	maxMemory = 256 << 20 // bytes by which the heap of the process may grow
	// glance is how often the memory is looked at. A text that doubles with each
	// step is seen before it is a few hundred MiB.
	glance = time.Millisecond
)

var (
	errSteps  = invalid("", "the mapping takes more than 5000000 steps")
	errTime   = &directdial.Error{Kind: directdial.Temporary, Msg: "the mapping takes longer than 10s", After: 5 * time.Second}
	errMemory = &directdial.Error{Kind: directdial.Temporary, Msg: "the mapping takes more than 256 MiB", After: 5 * time.Second}
)

// bounded bounds the time and the memory of a request until cancel is called.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	ctx, end := context.WithTimeoutCause(ctx, maxTime, errTime)
	start := heap()
	go func() {
		tick := time.NewTicker(glance)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if heap() > start+maxMemory {
					cancel(errMemory)
				}
			}
		}
	}()
	return ctx, func() {
		end()
		cancel(nil)
	}
}

// heap is how many bytes the objects of the process take, dead ones included
// until they are swept.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// meter is the context of the program on one element. gojq asks Done before each
// of its steps, and so the meter counts them: an endless loop ends after the
// same number of steps everywhere. What it cannot stop is a single function of
// jq that takes long by itself.
type meter struct {
	context.Context
	steps int
}

// closed is the channel of what is done.
var closed = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Done implements context.Context.
func (m *meter) Done() <-chan struct{} {
	if m.steps++; m.steps > maxSteps {
		return closed
	}
	return m.Context.Done()
}

// Err implements context.Context. It is errSteps, errTime, errMemory, or that of
// a sender who hung up.
func (m *meter) Err() error {
	if m.steps > maxSteps {
		return errSteps
	}
	return context.Cause(m.Context)
}
