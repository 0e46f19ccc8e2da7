package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

// Append writes msgs in their order if the last sequence of the stream is
// still last: the fence of the one writer. Each write after the first expects
// what the one before has left, so that nothing of another writer comes in
// between. It returns how many of msgs are known to be in the stream, always
// the first ones; each of them is whole, and what is written together as a
// batch (at most 1,000 messages) is in the stream together.
//
// Errors: Denied wrapping ErrStale when the stream has moved on; Ambiguous when
// an answer is lost, and the caller reads the end of the stream before it
// writes again; Invalid, with nothing written; Temporary; Gone.
func (b *Bus) Append(ctx context.Context, s Stream, last uint64, msgs []Message) (n int, err error) {
	out, err := outgoing(s, msgs)
	if err != nil {
		return 0, err
	}
	for n < len(out) {
		var l load
		for n+l.msgs < len(out) && l.add(out[n+l.msgs]) {
		}
		fence := last + uint64(n)
		results := b.write(ctx, s, out[n:n+l.msgs], &fence)
		for _, r := range results {
			if r.err != nil {
				return n, fmt.Errorf("appending to %s after sequence %d: %w", s, last+uint64(n), r.err)
			}
			n++
		}
	}
	return n, nil
}

// Claim publishes m, whose subject must never have been used. Errors: Denied
// wrapping ErrClaimed when it was; Ambiguous when the answer is lost, and the
// subject's last message tells whose claim it is; Invalid; Temporary; Gone.
func (b *Bus) Claim(ctx context.Context, s Stream, m Message) (uint64, error) {
	out, err := outgoing(s, []Message{m})
	if err != nil {
		return 0, err
	}
	if err := b.room.take(s, size(out[0])); err != nil {
		return 0, err
	}
	f, err := b.ask(ctx, with(out[0], jetstream.ExpectedLastSubjSeqHeader, "0"))
	if err != nil {
		return 0, err
	}
	seq, err := answer(ctx, f)
	if errors.Is(err, ErrStale) {
		return 0, directdial.Errorf(directdial.Denied, "%w: %s", ErrClaimed, m.Subject)
	}
	return seq, err
}
