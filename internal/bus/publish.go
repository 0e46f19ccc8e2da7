package bus

import (
	"context"
	"sync"

	"github.com/nats-io/nats.go"

	"github.com/directdial/directdial"
)

// Publish puts msgs on the stream in their order, and returns their sequences
// once all are on disk. The messages of many callers gather: while one write
// is under way the next wait, and go out together, singly when they are few
// and as an atomic batch when they are more. Nobody waits for a timer.
//
// All messages are checked before the first is sent: one that is too large, or
// has a subject that is not of this stream, is Invalid, nothing of the call is
// written, and other callers do not notice. Other errors: Temporary (the log is
// full or cannot be reached), Ambiguous (an answer is lost), Gone (closed).
// With these a part may be on disk: the sequences returned are 0 for what is
// not known to be. The end of ctx ends the waiting, not what is under way.
func (b *Bus) Publish(ctx context.Context, s Stream, msgs ...Message) ([]uint64, error) {
	out, err := outgoing(s, msgs)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return b.lanes[s].publish(ctx, out)
}

// lane is the way onto one stream, where the messages of many callers gather.
type lane struct {
	bus    *Bus
	stream Stream
	wake   chan struct{} // holds one when there may be something to take
	ended  chan struct{} // closed when the last write is done

	mu     sync.Mutex
	queue  []*order // with something that waits, in order of arrival
	closed bool
}

// order is what one caller wants to have written.
type order struct {
	msgs  []*nats.Msg
	done  chan struct{} // closed when seqs and err are final
	seqs  []uint64      // 0: not known to be on disk
	err   error
	taken int // how many messages a write has taken
	known int // of how many the result is known
}

// part is a run of messages of one order, in one write.
type part struct {
	*order
	from, to int
}

func startLane(b *Bus, s Stream) *lane {
	l := &lane{bus: b, stream: s, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go l.run()
	return l
}

// stop refuses new orders, and returns when those that wait are done.
func (l *lane) stop() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.signal()
	<-l.ended
}

func (l *lane) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *lane) publish(ctx context.Context, msgs []*nats.Msg) ([]uint64, error) {
	o := &order{msgs: msgs, seqs: make([]uint64, len(msgs)), done: make(chan struct{})}
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil, directdial.Errorf(directdial.Gone, "the log is closed")
	}
	l.queue = append(l.queue, o)
	l.mu.Unlock()
	l.signal()
	select {
	case <-o.done:
		return o.seqs, o.err
	case <-ctx.Done():
		return l.leave(o, ctx.Err())
	}
}

// leave ends the waiting of a caller.
func (l *lane) leave(o *order, cause error) ([]uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-o.done:
		return o.seqs, o.err
	default:
	}
	err := directdial.Errorf(directdial.Temporary, "waiting for the log: %w", cause)
	if o.taken > o.known {
		err = directdial.Errorf(directdial.Ambiguous, "the answer to a write was not awaited: %w", cause)
	}
	l.finish(o, err)
	return o.seqs, err
}

// finish ends an order. The lane is locked.
func (l *lane) finish(o *order, err error) {
	o.err = err
	o.taken = len(o.msgs) // nothing more of it is written
	close(o.done)
	for i, q := range l.queue {
		if q == o {
			l.queue = append(l.queue[:i], l.queue[i+1:]...)
			return
		}
	}
}

// run writes what waits, one write after the other.
func (l *lane) run() {
	defer close(l.ended)
	for {
		parts, msgs := l.take()
		if len(msgs) > 0 {
			// Not a caller's context: the write is for many of them. It is
			// bounded by answerWithin.
			l.settle(parts, l.bus.write(context.Background(), l.stream, msgs, nil))
			continue
		}
		l.mu.Lock()
		closed := l.closed && len(l.queue) == 0
		l.mu.Unlock()
		if closed {
			return
		}
		<-l.wake
	}
}

// take takes what fits one write, the longest waiting first.
func (l *lane) take() (parts []part, msgs []*nats.Msg) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var total load
	for _, o := range l.queue {
		p := part{order: o, from: o.taken, to: o.taken}
		for p.to < len(o.msgs) && total.add(o.msgs[p.to]) {
			msgs = append(msgs, o.msgs[p.to])
			p.to++
		}
		if o.taken = p.to; p.to > p.from {
			parts = append(parts, p)
		}
		if p.to < len(o.msgs) {
			break // full: what comes later must not overtake
		}
	}
	// What is taken whole no longer waits.
	for len(l.queue) > 0 && l.queue[0].taken == len(l.queue[0].msgs) {
		l.queue = l.queue[1:]
	}
	return parts, msgs
}

// settle tells the callers what became of a write.
func (l *lane) settle(parts []part, results []result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range parts {
		mine := results[:p.to-p.from]
		results = results[len(mine):]
		if p.finished() {
			continue // its caller has left
		}
		err := worst(mine)
		for i, r := range mine {
			p.seqs[p.from+i] = r.seq
		}
		p.known = p.to
		if err != nil || p.known == len(p.msgs) {
			l.finish(p.order, err)
		}
	}
}

func (o *order) finished() bool {
	select {
	case <-o.done:
		return true
	default:
		return false
	}
}

// worst is the error that says least, for the caller must reckon with it: an
// ambiguous one before a definite one.
func worst(results []result) (err error) {
	for _, r := range results {
		if r.err != nil && (err == nil || directdial.KindOf(r.err) == directdial.Ambiguous) {
			err = r.err
		}
	}
	return err
}
