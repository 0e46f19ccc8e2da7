package bus

import (
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/directdial/directdial"
)

// room keeps the embedded store from running full, for two reasons. A disk
// that is really full wedges JetStream until the process starts again. And the
// streams share one store: if MENTIONS took the last byte, the router could not
// write the step that lets MENTIONS be purged. So intake stops when the reserve
// is reached, and the other streams go on into it.
type room struct {
	dir     string
	max     int64 // bytes that the log may take
	reserve int64
	used    func() int64 // bytes that it takes

	mu   sync.Mutex
	left int64     // bytes until max or until the disk is full, less what was granted since
	seen time.Time // when left was measured
}

const (
	maxReserve = 1 << 30
	// A measurement is trusted for a second. What others write to the disk in
	// that time, the reserve bears.
	measureEvery = time.Second
	// overhead is what a stored message takes beside its own bytes, at most.
	overhead = 64
)

func newRoom(srv *server.Server, dir string) *room {
	limit := srv.JetStreamConfig().MaxStore
	return &room{
		dir: dir, max: limit, reserve: min(limit/10, maxReserve),
		used: func() int64 {
			info, err := srv.Jsz(nil)
			if err != nil {
				return 0
			}
			return int64(info.Store)
		},
	}
}

// take reserves room for n bytes on s. It is Temporary and wraps ErrFull when
// there is none. A nil room is unbounded: in a cluster the servers judge.
func (r *room) take(s Stream, n int) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.fits(s, n); err != nil {
		return err
	}
	r.left -= onDisk(n)
	return nil
}

// has says the same and reserves nothing.
func (r *room) has(s Stream, n int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fits(s, n)
}

// fits does the reckoning, under the lock.
func (r *room) fits(s Stream, n int) error {
	floor := r.reserve / 10
	if s == Mentions {
		floor = r.reserve
	}
	if time.Since(r.seen) > measureEvery || r.left-onDisk(n) < floor {
		r.measure()
	}
	if r.left-onDisk(n) < floor {
		return directdial.Errorf(directdial.Temporary,
			"%w: %d bytes are left, for %s all but %d; shorten the retention or give the log more room",
			ErrFull, max(r.left, 0), s, floor)
	}
	return nil
}

// onDisk is what a write of n bytes takes at most: a batch lies on the disk
// twice until it is committed.
func onDisk(n int) int64 { return 2 * int64(n) }

func (r *room) measure() {
	r.left = r.max - r.used()
	if free, known := diskFree(r.dir); known {
		r.left = min(r.left, free)
	}
	r.seen = time.Now()
}
