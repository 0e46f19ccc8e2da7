package bus

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/directdial/directdial"
)

// believed is how long a refusal of an external stream counts. What a stream holds
// can be asked; that an account or the disk of a server is full shows only in its
// answers, and nobody writes to a log that is said to be full.
const believed = time.Minute

// refusals are when external streams last said that they are full, as long as they
// have taken nothing since.
type refusals struct {
	mu   sync.Mutex
	last map[Stream]refusal
}

type refusal struct {
	at  time.Time
	err error
}

// note takes what became of a write.
func (r *refusals) note(s Stream, results []result, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range results {
		switch {
		case one.err == nil:
			delete(r.last, s)
		case errors.Is(one.err, ErrFull):
			if r.last == nil {
				r.last = map[Stream]refusal{}
			}
			r.last[s] = refusal{now, one.err}
		}
	}
}

// of returns why a stream was full a moment ago, nil if it was not.
func (r *refusals) of(s Stream, now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if one, ok := r.last[s]; ok && now.Sub(one.at) < believed {
		return directdial.Errorf(directdial.Temporary, "%s refuses what is written: %w", s, one.err)
	}
	return nil
}

// takes says whether an external stream has room left within the limits that an
// operator gave it.
func (b *Bus) takes(ctx context.Context, s Stream) error {
	st, err := b.js.Stream(ctx, string(s)) // see State
	if err != nil {
		return refused(err)
	}
	info := st.CachedInfo()
	holds, limits := info.State, info.Config
	// A stream of its own may be smaller than ten of the largest messages.
	bytes, least := limits.MaxBytes, min(uint64(MaxMessage), uint64(max(limits.MaxBytes, 0))/10)
	if bytes > 0 && holds.Bytes+least > uint64(bytes) {
		return directdial.Errorf(directdial.Temporary, "%w: %s holds %d of %d bytes; raise max_bytes of the stream or shorten the retention", ErrFull, s, holds.Bytes, bytes)
	}
	if most := limits.MaxMsgs; most > 0 && holds.Msgs >= uint64(most) {
		return directdial.Errorf(directdial.Temporary, "%w: %s holds %d messages; raise max_msgs of the stream or shorten the retention", ErrFull, s, holds.Msgs)
	}
	return b.refusals.of(s, time.Now())
}
