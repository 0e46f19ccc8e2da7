package ingest

import (
	"sync"

	"github.com/directdial/directdial"
)

// seen is what is known of a mention that was published.
type seen struct {
	text   directdial.Key // "" for one that was erased
	reach  directdial.Reach
	erased bool
}

// recent remembers the last mentions that this process published, because the
// index reaches them only after the router has read them. It holds keyed hashes
// and is bounded: what it forgets, the index knows or the router finds.
type recent struct {
	mu    sync.Mutex
	of    map[directdial.Key]seen
	order []directdial.Key // a ring, oldest at next
	next  int
}

func newRecent(size int) *recent {
	return &recent{of: make(map[directdial.Key]seen), order: make([]directdial.Key, size)}
}

func (r *recent) get(key directdial.Key) (seen, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.of[key]
	return s, ok
}

func (r *recent) put(key directdial.Key, s seen) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.of[key]; !ok {
		delete(r.of, r.order[r.next])
		r.order[r.next] = key
		r.next = (r.next + 1) % len(r.order)
	}
	r.of[key] = s
}
