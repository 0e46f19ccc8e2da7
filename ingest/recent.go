package ingest

import (
	"sync"
	"time"

	"github.com/directdial/directdial"
)

// seen is what is known of a mention that was published.
type seen struct {
	text     directdial.Key // "" for one that was erased
	reach    directdial.Reach
	erased   bool // or deleted: its words are not taken again
	source   string
	accepted time.Time
}

// recent remembers the last mentions that this process published, because the
// index reaches them only after the router has read them. It holds keyed hashes
// and is bounded: what it forgets, the index knows or the router finds.
type recent struct {
	size  int
	mu    sync.Mutex
	of    map[directdial.Key]seen
	order []directdial.Key // once it has size keys, a ring with the oldest at next
	next  int
}

func newRecent(size int) *recent {
	return &recent{size: size, of: map[directdial.Key]seen{}}
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
		r.enter(key)
	}
	r.of[key] = s
}

// enter notes a new key and forgets the oldest if there are too many.
func (r *recent) enter(key directdial.Key) {
	if len(r.order) < r.size {
		r.order = append(r.order, key)
		return
	}
	delete(r.of, r.order[r.next])
	r.order[r.next] = key
	r.next = (r.next + 1) % r.size
}
