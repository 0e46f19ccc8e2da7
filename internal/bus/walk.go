package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

const (
	fetchMsgs  = 256
	fetchBytes = 4 << 20 // more than any message

	minPause = 50 * time.Millisecond
	maxPause = 5 * time.Second
)

// How long one fetch waits for something new. After each idle one the leader is
// asked whether something was missed, for a server of a cluster may die with the
// consumer and leave our connection alone. In the own process that cannot be.
const (
	waitEmbedded = time.Minute
	waitExternal = 5 * time.Second
	waitDoubtful = 250 * time.Millisecond // the leader has something: is it only about to come?
)

// walk goes through a stream. Its position is the truth; the consumer on the
// server is only a means, made anew at the position whenever in doubt.
type walk struct {
	bus     *Bus
	stream  Stream
	subject string
	next    uint64 // the first sequence that fn has not seen
	until   uint64 // where it arrives; known from the beginning, or when bounded is set
	bounded bool
	doubt   bool // the leader has something that the last fetch did not bring
	fn      func(*Message) error
	arrived func() (stop bool) // called once, when all up to until was delivered; nil after that
}

var (
	errArrived = errors.New("arrived")
	errMissed  = errors.New("a message was missed")
	errCut     = errors.New("the connection was cut")
)

// stopped wraps an error that ends the walk.
type stopped struct{ error }

func (w *walk) run(ctx context.Context) error {
	for pause := minPause; ; pause = min(2*pause, maxPause) {
		at, since := w.next, time.Now()
		err := w.session(ctx)
		var end stopped
		switch {
		case ctx.Err() != nil && !errors.As(err, &end):
			return ctx.Err()
		case errors.As(err, &end):
			return end.error
		case directdial.KindOf(err) == directdial.Gone:
			return err
		}
		level := zerolog.DebugLevel
		if w.next > at || time.Since(since) > maxPause || pause == minPause {
			pause, level = minPause, zerolog.WarnLevel // one line for one outage
		}
		w.bus.log.WithLevel(level).Err(err).Str("stream", string(w.stream)).Uint64("at", w.next).Msg("reading again from here")
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// begin finds out where the walk arrives.
func (w *walk) begin(ctx context.Context) error {
	st, err := w.bus.State(ctx, w.stream)
	if err != nil {
		return err
	}
	if w.next > st.Last+1 {
		return stopped{fmt.Errorf("%s ends at sequence %d, before %d: it is another stream, or it was cut", w.stream, st.Last, w.next)}
	}
	if !w.bounded {
		w.until, w.bounded = st.Last, true
	}
	return nil
}

// session delivers by one consumer until something fails.
func (w *walk) session(ctx context.Context) error {
	w.doubt = false
	// What is on its way when a connection breaks is lost to a consumer without
	// acknowledgements.
	cut := w.bus.nc.StatusChanged(nats.RECONNECTING, nats.CLOSED)
	defer w.bus.nc.RemoveStatusListener(cut)
	if err := w.begin(ctx); err != nil {
		return err
	}
	consumer, err := w.bus.js.CreateConsumer(ctx, string(w.stream), jetstream.ConsumerConfig{
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       w.next,
		FilterSubject:     w.subject,
		AckPolicy:         jetstream.AckNonePolicy,
		MemoryStorage:     true,
		Replicas:          1,
		InactiveThreshold: time.Minute,
	})
	if err != nil {
		return refused(err)
	}
	info := consumer.CachedInfo()
	defer func() {
		// If it does not succeed, the server drops the consumer a minute later.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = w.bus.js.DeleteConsumer(ctx, string(w.stream), info.Name)
	}()
	if err := w.check(ctx, info.NumPending == 0); err != nil {
		return err
	}
	for delivered := uint64(0); ; {
		if err := w.fetch(ctx, consumer, cut, &delivered); err != nil {
			return err
		}
	}
}

// fetch delivers one helping. delivered counts what this consumer has sent: its
// own count must agree, else one is missing.
func (w *walk) fetch(ctx context.Context, consumer jetstream.Consumer, cut <-chan nats.Status, delivered *uint64) error {
	wait := w.wait()
	asking, end := context.WithTimeout(ctx, wait)
	defer end()
	batch, err := consumer.Fetch(fetchMsgs, jetstream.FetchMaxBytes(fetchBytes),
		jetstream.FetchContext(asking), jetstream.FetchHeartbeat(wait/3))
	if err != nil {
		return refused(err)
	}
	before := *delivered
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-cut:
			return errCut
		case m, ok := <-batch.Messages():
			switch {
			case ok:
				if err := w.deliver(ctx, m, delivered); err != nil {
					return err
				}
				continue
			case batch.Error() != nil && !errors.Is(batch.Error(), jetstream.ErrBatchCompleted):
				return refused(batch.Error())
			case *delivered == before:
				return w.idle(ctx)
			}
			return nil
		}
	}
}

func (w *walk) wait() time.Duration {
	switch {
	case w.doubt:
		return waitDoubtful
	case w.bus.srv != nil:
		return waitEmbedded
	}
	return waitExternal
}

func (w *walk) deliver(ctx context.Context, m jetstream.Msg, delivered *uint64) error {
	meta, err := m.Metadata()
	if err != nil {
		return err
	}
	if *delivered++; meta.Sequence.Consumer != *delivered || meta.Sequence.Stream < w.next {
		return errMissed
	}
	if w.arrived != nil && meta.Sequence.Stream > w.until {
		if err := w.arrive(); err != nil {
			return err
		}
	}
	err = w.fn(&Message{
		Stream: w.stream, Seq: meta.Sequence.Stream, Subject: m.Subject(),
		Header: ownHeader(m.Headers()), Data: m.Data(), Time: meta.Timestamp.UTC(),
	})
	if err != nil {
		return stopped{err}
	}
	w.next, w.doubt = meta.Sequence.Stream+1, false
	return w.check(ctx, meta.NumPending == 0)
}

// check sees whether the walk has arrived: when all up to until was delivered,
// or when the consumer has nothing more and the leader agrees, for the last
// messages may be deleted.
func (w *walk) check(ctx context.Context, drained bool) error {
	switch {
	case w.arrived == nil:
		return nil
	case w.next > w.until:
		return w.arrive()
	case !drained:
		return nil
	}
	m, err := w.bus.next(ctx, w.stream, w.subject, w.next)
	switch {
	case directdial.KindOf(err) == directdial.NotFound, err == nil && m.Seq > w.until:
		return w.arrive()
	}
	return err // nil: a replica lags, the message comes
}

// arrive calls arrived once.
func (w *walk) arrive() error {
	arrived := w.arrived
	if w.arrived = nil; arrived() {
		return stopped{errArrived}
	}
	return nil
}

// idle asks the leader whether there is something that the consumer has not
// sent, and begins anew when there is twice.
func (w *walk) idle(ctx context.Context) error {
	_, err := w.bus.next(ctx, w.stream, w.subject, w.next)
	switch {
	case directdial.KindOf(err) == directdial.NotFound:
		w.doubt = false
		return nil
	case err == nil && w.doubt:
		return errMissed
	}
	w.doubt = true
	return err
}
