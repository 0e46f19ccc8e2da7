package classify

import (
	"errors"
	"runtime"
	"sync"
)

// inParallel calls do for 0 to n-1, as many at once as there are processors, and
// returns their errors joined, in this order.
func inParallel(n int, do func(i int) error) error {
	errs, room := make([]error, n), make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i := range n {
		room <- struct{}{}
		all.Go(func() {
			errs[i] = do(i)
			<-room
		})
	}
	all.Wait()
	return errors.Join(errs...)
}
