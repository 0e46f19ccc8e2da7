package mapped

import "context"

const (
	// maxRunning is how many programs of a source run at once.
	maxRunning = 2
	// maxLeft is how many more of them may run on after they were given up.
	maxLeft = 4
)

// slots bound how many programs of a source run at once, and so what memory and
// how many processors they can take together. A program that does not stop is
// left to itself and its slot is free again, so that one body does not hold up
// the next; behind maxLeft of them it keeps the slot.
type slots struct{ running, left chan struct{} }

func newSlots() *slots {
	return &slots{running: make(chan struct{}, maxRunning), left: make(chan struct{}, maxLeft)}
}

// take waits for a slot. The error is the cause why ctx is done.
func (s *slots) take(ctx context.Context) error {
	select {
	case s.running <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// free gives back what take took.
func (s *slots) free() { <-s.running }

// leave is told of a program that does not stop; ended is closed when it does.
// It reports whether the caller still has its slot.
func (s *slots) leave(ended <-chan struct{}) bool {
	from, kept := s.left, true
	select {
	case s.left <- struct{}{}:
	default:
		from, kept = s.running, false
	}
	go func() {
		<-ended
		<-from
	}()
	return kept
}
