package classify

import "sync"

// fits counts the fits of something that takes many.
type fits struct {
	tell     func(done, all uint64)
	mu       sync.Mutex // so that tell is called by one at a time, and counts upward
	done, of uint64
}

// counted makes cfg tell how many of that many fits are done, unless somebody
// counts them already: cross-validation those of all that it learns.
func (c *LearnConfig) counted(of int) {
	if c.fits == nil && c.Progress != nil {
		c.fits = &fits{tell: c.Progress, of: uint64(of)}
	}
}

// fitted notes that one more is done; nil is counted by nobody.
func (f *fits) fitted() {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done++
	f.tell(f.done, f.of)
}

// lexiconFits is how many fits Learn needs: one of all samples, and those by which
// thresholds are chosen.
func (c *LearnConfig) lexiconFits() int {
	if c.KeepFeatures {
		return 1
	}
	return 1 + thresholdFolds
}
