package web

import (
	"crypto/sha256"
	"sync"
	"time"
)

// How long and how many requests without a signed time are remembered. Three
// days is as long as GitHub offers to deliver one again.
const (
	untimed    = 72 * time.Hour
	maxReplays = 1 << 16
)

// Replays remembers the signed requests that were taken: those with a time
// until their signature is too old to be accepted, others for three days. At
// most 65536; the oldest are forgotten first. Somebody who repeats one changes
// nothing: without this, an old text could take the place of an edit that came
// in between.
//
// It is in memory. A request repeated after a restart is absorbed by the
// identity of what it brings, all but an edit that came in between. The zero
// Replays is empty.
type Replays struct {
	mu    sync.Mutex
	until map[[sha256.Size]byte]time.Time
	order [][sha256.Size]byte // as they were taken; some may be forgotten already
	sweep time.Time           // when to look for old ones again
}

// Seen reports whether a request was taken before. One that was not signed
// (the zero Signed) may say the same as often as it likes.
func (r *Replays) Seen(s Signed, now time.Time) bool {
	if s.Digest == (Signed{}).Digest {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.After(r.sweep) {
		r.forget(now)
	}
	until, ok := r.until[s.Digest]
	return ok && !now.After(until)
}

// Add remembers a request that was taken.
func (r *Replays) Add(s Signed, now time.Time) {
	if s.Digest == (Signed{}).Digest {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.until == nil {
		r.until = map[[sha256.Size]byte]time.Time{}
	}
	until := now.Add(untimed)
	if !s.At.IsZero() {
		until = s.At.Add(Tolerance + time.Second) // a timestamp is cut to the second
	}
	if _, known := r.until[s.Digest]; !known {
		r.order = append(r.order, s.Digest)
	}
	r.until[s.Digest] = until
	for ; len(r.order) > maxReplays; r.order = r.order[1:] {
		delete(r.until, r.order[0])
	}
}

// forget drops what is too old. It is called with the lock held.
func (r *Replays) forget(now time.Time) {
	r.sweep = now.Add(time.Minute)
	kept := r.order[:0:0]
	for _, digest := range r.order {
		if now.After(r.until[digest]) {
			delete(r.until, digest)
		} else {
			kept = append(kept, digest)
		}
	}
	r.order = kept
}
