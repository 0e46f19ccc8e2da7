package mapped

import (
	"context"
	"fmt"
	"runtime/metrics"
	"time"

	"github.com/directdial/directdial"
)

// bounds are those of a mapping. The steps are the same on every machine and at
// every load, so that an element that takes too many will do so again: it is
// refused. Time and memory depend on what else goes on, so that whoever sends is
// asked to try again.
type bounds struct {
	steps  int // of the program for one element
	time   time.Duration
	memory uint64 // bytes by which the heap of the process may grow

	errSteps, errTime, errMemory error
}

// standard are the bounds of every source.
var standard = newBounds(5_000_000, 10*time.Second, 256<<20)

func newBounds(steps int, d time.Duration, memory uint64) *bounds {
	again := func(more string) error {
		return &directdial.Error{Kind: directdial.Temporary, Msg: "the mapping takes " + more, After: 5 * time.Second}
	}
	return &bounds{
		steps: steps, time: d, memory: memory,
		errSteps:  invalid("", fmt.Sprintf("the mapping takes more than %d steps", steps)),
		errTime:   again(fmt.Sprintf("longer than %v", d)),
		errMemory: again(fmt.Sprintf("more than %d MiB", memory>>20)),
	}
}

// glance is how often the memory is looked at. A text that doubles with each
// step is seen before it is a few hundred MiB.
const glance = time.Millisecond

// watch bounds the time and the memory of a request until cancel is called.
func (b *bounds) watch(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	ctx, end := context.WithTimeoutCause(ctx, b.time, b.errTime)
	start := heap()
	go func() {
		tick := time.NewTicker(glance)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if heap() > start+b.memory {
					cancel(b.errMemory)
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
	bounds *bounds
	steps  int
}

// closed is the channel of what is done.
var closed = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Done implements context.Context.
func (m *meter) Done() <-chan struct{} {
	if m.steps++; m.steps > m.bounds.steps {
		return closed
	}
	return m.Context.Done()
}

// Err implements context.Context. It is one of those of the bounds, or that of a
// sender who hung up.
func (m *meter) Err() error {
	if m.steps > m.bounds.steps {
		return m.bounds.errSteps
	}
	return context.Cause(m.Context)
}
