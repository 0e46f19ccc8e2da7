package ingest

import (
	"sync"
	"time"
)

// maxLatest is how many posts a Latest remembers.
const maxLatest = 1 << 14

// Latest lets a receiver leave out what it is told late. Platforms deliver the
// events of a post side by side and repeat some of them, so that an old text
// can come after a new one, or after the deletion, and would take its place.
// The zero Latest has been told nothing. It is in memory.
type Latest struct {
	mu   sync.Mutex
	told map[string]version
}

type version struct {
	at   time.Time
	gone bool
}

// Late reports whether something newer than a version made at that time was
// told of the post, and remembers the version if not. A version of the same
// time is not late: platforms count seconds.
func (l *Latest) Late(id string, at time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if v, ok := l.told[id]; ok && (v.gone || at.Before(v.at)) {
		return true
	}
	l.put(id, version{at: at})
	return false
}

// Gone remembers that a post is gone: whatever comes after is late.
func (l *Latest) Gone(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.put(id, version{gone: true})
}

// put forgets everything rather than grow: what it is for happens within
// seconds.
func (l *Latest) put(id string, v version) {
	if l.told == nil || len(l.told) >= maxLatest {
		l.told = map[string]version{}
	}
	l.told[id] = v
}

// Back remembers that a post that was gone is there again.
func (l *Latest) Back(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.told, id)
}
