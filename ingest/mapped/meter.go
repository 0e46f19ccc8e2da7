package mapped

import (
	"context"
	"fmt"
	"runtime/metrics"
	"time"

	"github.com/directdial/directdial"
)

// bounds are those of a mapping. An element that takes too many steps or too much
// time is refused: the steps are the same on every machine and at every load, and
// the time is so long that a sender who is asked to try again would do so for
// ever. Memory depends on what else goes on, and so does the wait for a slot: of
// those the sender is asked to try again.
type bounds struct {
	steps   int           // of the program for one element
	element time.Duration // of the program for one element
	request time.Duration // of the program for all elements of a request
	wait    time.Duration // for a slot
	grace   time.Duration // that a step has to end in when the program is to stop
	memory  uint64        // bytes by which the heap of the process may grow

	errSteps, errTime, errLate, errBusy, errMemory error
}

// standard are the bounds of every source. What a request takes at most, and the
// time to store it, fit into web.HandlerTimeout.
var standard = newBounds(5_000_000, 5*time.Second, 256<<20)

// newBounds makes bounds of which those in time are measured by that of an
// element.
func newBounds(steps int, element time.Duration, memory uint64) *bounds {
	again := func(msg string) error {
		return &directdial.Error{Kind: directdial.Temporary, Msg: msg, After: 5 * time.Second}
	}
	request := 2 * element
	return &bounds{
		steps: steps, element: element, request: request, wait: element, grace: element / 50, memory: memory,
		errSteps:  invalid("", fmt.Sprintf("the mapping takes more than %d steps", steps)),
		errTime:   invalid("", fmt.Sprintf("the mapping takes longer than %v", element)),
		errLate:   invalid("", fmt.Sprintf("the mapping has taken %v for this request; send fewer elements at once", request)),
		errBusy:   again("the mapping is busy with other requests"),
		errMemory: again(fmt.Sprintf("the mapping takes more than %d MiB", memory>>20)),
	}
}

// glance is how often the memory is looked at. A text that doubles with each
// step is seen before it is a few hundred MiB.
const glance = time.Millisecond

// watch bounds the time and the memory of a request until cancel is called.
func (b *bounds) watch(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	ctx, end := context.WithTimeoutCause(ctx, b.request, b.errLate)
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
// jq that takes long by itself: such a program is left, see slots.
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
