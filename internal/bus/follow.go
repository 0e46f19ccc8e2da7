package bus

import (
	"context"
	"errors"
)

// Follow calls fn for each message from sequence from on, in order, and then
// for each new one, until ctx ends or fn fails; it returns ctx's or fn's error.
// Sequences that were deleted are skipped. It goes on over lost connections and
// restarts of the server, without a gap and without a repeat. caught, if not
// nil, is called once, when everything was delivered that the stream held when
// Follow began.
//
// Other errors: Internal when the stream ends before from, for then it is
// another one or was cut; Gone when the bus is closed.
func (b *Bus) Follow(ctx context.Context, s Stream, from uint64, caught func(), fn func(*Message) error) error {
	w := walk{bus: b, stream: s, next: max(from, 1), fn: fn}
	w.arrived = func() bool {
		if caught != nil {
			caught()
		}
		return false
	}
	return w.run(ctx)
}

// Read calls fn for each message in [from, to], in order, and returns; the end
// of the stream at the beginning of the call bounds to. subject, which may hold
// wildcards, selects; "" is all. It returns ctx's or fn's error, Temporary when
// NATS cannot be reached at the beginning, Gone when the bus is closed.
func (b *Bus) Read(ctx context.Context, s Stream, subject string, from, to uint64, fn func(*Message) error) error {
	st, err := b.State(ctx, s)
	if err != nil {
		return err
	}
	w := walk{bus: b, stream: s, subject: subject, next: max(from, 1), until: min(to, st.Last), bounded: true, fn: fn}
	if w.next > w.until {
		return nil
	}
	w.arrived = func() bool { return true }
	err = w.run(ctx)
	if errors.Is(err, errArrived) {
		return nil
	}
	return err
}
