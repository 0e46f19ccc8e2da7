package slack

import (
	"sync"
	"time"
)

const (
	// delivered is how long Slack may tell of the same interaction again: it
	// repeats an event for an hour, and a signed request can be replayed for
	// five minutes.
	delivered = 2 * time.Hour
	// doubleClick is how soon the same button pressed again is the same press.
	doubleClick = 3 * time.Second
	maxOnce     = 10_000 // interactions that are remembered
)

// once remembers what was heard lately. It saves work and second messages to
// people; what keeps an action from being done twice is its id on the log, which
// a restart and another process respect as well.
type once struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// first reports whether an interaction is heard for the first time.
func (o *once) first(i interaction, now time.Time) bool {
	if i.id == "" {
		return true
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.until) >= maxOnce {
		o.forget(now)
	}
	known := o.known(i.key(), now, delivered)
	if i.kind == pressed {
		known = o.known("press "+i.user+" "+i.act+" "+i.value+" "+i.message+" "+string(i.mention), now, doubleClick) || known
	}
	return !known
}

// known reports whether a key is remembered, and remembers it from now on.
func (o *once) known(key string, now time.Time, span time.Duration) bool {
	until, ok := o.until[key]
	if ok && now.Before(until) {
		return true
	}
	if o.until == nil {
		o.until = map[string]time.Time{}
	}
	o.until[key] = now.Add(span)
	return false
}

// forget drops what is over, and everything if nothing is.
func (o *once) forget(now time.Time) {
	for key, until := range o.until {
		if !now.Before(until) {
			delete(o.until, key)
		}
	}
	if len(o.until) >= maxOnce {
		clear(o.until)
	}
}
