package bus

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"

	"github.com/directdial/directdial"
)

const (
	// batchFrom is the number of messages from which on one batch is cheaper
	// than that many singles. With SyncAlways a single costs one fsync; a batch,
	// whatever its size, four and two synchronous writes of small files.
	batchFrom = 8
	// batchMax is the server's limit.
	batchMax = 1000
	// batchBytes bounds what is sent before an answer must come. A batch lies
	// in the server's queue, in its own store and in the stream.
	batchBytes = 8 << 20
)

// The headers of an atomic batch, as the server reads them (ADR-50). A message
// without the third is put aside and not answered; the one with it commits
// them all, and its answer names the sequence of the last one. A batch that is
// not committed leaves nothing in the stream.
const (
	batchID     = "Nats-Batch-Id"
	batchSeq    = "Nats-Batch-Sequence" // from 1, without a gap
	batchCommit = "Nats-Batch-Commit"
)

// load counts what goes into one write.
type load struct{ msgs, bytes int }

// add says whether m still fits, and counts it if it does. The first one
// always fits.
func (l *load) add(m *nats.Msg) bool {
	n := size(m)
	if l.msgs > 0 && (l.msgs == batchMax || l.bytes+n > batchBytes) {
		return false
	}
	l.msgs++
	l.bytes += n
	return true
}

// result is what became of one message: its sequence, or an error.
type result struct {
	seq uint64
	err error
}

// write puts msgs on s, which must fit one load. With a fence, the stream's
// last sequence must be *fence.
func (b *Bus) write(ctx context.Context, s Stream, msgs []*nats.Msg, fence *uint64) []result {
	out := b.attempt(ctx, s, msgs, fence)
	if b.srv == nil {
		b.refusals.note(s, out, time.Now())
	}
	return out
}

func (b *Bus) attempt(ctx context.Context, s Stream, msgs []*nats.Msg, fence *uint64) []result {
	var l load
	for _, m := range msgs {
		l.add(m)
	}
	if err := b.room.take(s, l.bytes); err != nil {
		return failed(len(msgs), err)
	}
	if len(msgs) < batchFrom {
		return b.singles(ctx, msgs, fence)
	}
	last, err := b.batch(ctx, msgs, fence)
	switch {
	case errors.Is(err, errBatch):
		// Nothing of it is in the stream, and singly they may get in.
		b.log.Debug().Err(err).Str("stream", string(s)).Msg("the batch is refused, publishing singly")
		return b.singles(ctx, msgs, fence)
	case err != nil:
		return failed(len(msgs), err)
	}
	out := make([]result, len(msgs))
	for i := range out {
		out[i].seq = last - uint64(len(out)-1-i)
	}
	return out
}

func failed(n int, err error) []result {
	out := make([]result, n)
	for i := range out {
		out[i].err = err
	}
	return out
}

// singles publishes each message for itself.
func (b *Bus) singles(ctx context.Context, msgs []*nats.Msg, fence *uint64) []result {
	if fence != nil {
		return b.fenced(ctx, msgs, *fence)
	}
	// No answer is awaited before the next is sent; the server takes them in
	// order.
	out := make([]result, len(msgs))
	asked := make([]jetstream.PubAckFuture, 0, len(msgs))
	for i, m := range msgs {
		f, err := b.ask(ctx, m)
		if err != nil {
			copy(out[i:], failed(len(msgs)-i, err))
			break
		}
		asked = append(asked, f)
	}
	for i, f := range asked {
		out[i].seq, out[i].err = answer(ctx, f)
	}
	return out
}

// fenced publishes one message after the other, and stops at the first that is
// not known to be in the stream. Each answer must be awaited: of messages sent
// ahead, a later one could find the stream where it expects it although the
// ones before were refused.
func (b *Bus) fenced(ctx context.Context, msgs []*nats.Msg, fence uint64) []result {
	out := make([]result, len(msgs))
	for i, m := range msgs {
		f, err := b.ask(ctx, with(m, jetstream.ExpectedLastSeqHeader, strconv.FormatUint(fence+uint64(i), 10)))
		if err == nil {
			out[i].seq, err = answer(ctx, f)
		}
		if err != nil {
			copy(out[i:], failed(len(msgs)-i, err))
			break
		}
	}
	return out
}

// batch publishes msgs as one atomic batch and returns the sequence of the
// last one. Only the first may carry a fence: the server checks it against the
// stream as it is before the batch, and refuses a batch with a second one.
func (b *Bus) batch(ctx context.Context, msgs []*nats.Msg, fence *uint64) (last uint64, err error) {
	id := nuid.Next()
	parts := make([]*nats.Msg, len(msgs))
	for i, m := range msgs {
		parts[i] = with(m, batchID, id)
		parts[i].Header[batchSeq] = []string{strconv.Itoa(i + 1)}
	}
	if fence != nil {
		parts[0].Header[jetstream.ExpectedLastSeqHeader] = []string{strconv.FormatUint(*fence, 10)}
	}
	commit := parts[len(parts)-1]
	commit.Header[batchCommit] = []string{"1"}
	for _, m := range parts[:len(parts)-1] {
		if err := b.nc.PublishMsg(m); err != nil {
			return 0, refused(err) // what was sent is never committed
		}
	}
	f, err := b.ask(ctx, commit)
	if err != nil {
		return 0, err
	}
	return answer(ctx, f)
}

// ask sends one message that is answered. An error means that it was not sent.
func (b *Bus) ask(ctx context.Context, m *nats.Msg) (jetstream.PubAckFuture, error) {
	if err := ctx.Err(); err != nil {
		return nil, refused(err)
	}
	// Without repeats of the library's, which would let later messages pass.
	f, err := b.js.PublishMsgAsync(m, jetstream.WithRetryAttempts(0))
	if err != nil && b.nc.IsClosed() {
		err = nats.ErrConnectionClosed // the library does not always wrap it
	}
	return f, refused(err)
}

// answer waits for the answer to a message that was sent.
func answer(ctx context.Context, f jetstream.PubAckFuture) (uint64, error) {
	select {
	case ack := <-f.Ok():
		return ack.Sequence, nil
	case err := <-f.Err():
		return 0, unanswered(err)
	case <-ctx.Done():
		return 0, directdial.Errorf(directdial.Ambiguous, "the answer to a write was not awaited: %w", ctx.Err())
	}
}
