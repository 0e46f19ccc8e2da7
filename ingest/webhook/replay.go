package webhook

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/directdial/directdial/internal/web"
)

// replays remembers the signed requests that were taken until their signature
// is too old to be accepted. Somebody who repeats one changes nothing: without
// this, an old text could take the place of an edit that came in between.
//
// It is in memory. A request repeated after a restart, within its five minutes,
// is absorbed by the identity of its mentions, all but an edit that came in
// between.
type replays struct {
	mu    sync.Mutex
	taken map[[sha256.Size]byte]time.Time // when the signature was made
	sweep time.Time                       // when to look for old ones again
}

// seen reports whether a request was taken before. One with a bearer token has
// no signature and may say the same as often as it likes.
func (r *replays) seen(s web.Signed, now time.Time) bool {
	if s.ID == "" {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.After(r.sweep) {
		r.sweep = now.Add(time.Minute)
		for digest, at := range r.taken {
			if now.Sub(at) > web.Tolerance+time.Second { // a timestamp is cut to the second
				delete(r.taken, digest)
			}
		}
	}
	_, ok := r.taken[s.Digest]
	return ok
}

func (r *replays) add(s web.Signed) {
	if s.ID == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.taken == nil {
		r.taken = map[[sha256.Size]byte]time.Time{}
	}
	r.taken[s.Digest] = s.At
}
