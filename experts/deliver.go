package experts

import (
	"cmp"
	"context"
	"encoding/hex"
	"maps"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// Options are what delivery works with.
type Options struct {
	Exchange Exchange
	Channels map[string]Channel // by name; see Use
	Log      zerolog.Logger
	Metrics  prometheus.Registerer
	// Workers is how many cards a channel sends at once; 0: 8. One receiver
	// gets one at a time.
	Workers int
	// SendTimeout bounds one call of a channel; 0: 30 seconds.
	SendTimeout time.Duration
}

// Delivery brings cards to people. It claims each attempt before it sends,
// reports what became of it, and tries again what was refused for now, for as
// long as the offer lets it. A channel or a receiver that fails makes nobody
// else wait.
//
// It keeps no state that matters: what it knows stands on the log, so that
// after a kill it goes on where it was. A claim without an outcome is a card
// that may have arrived; it is looked up, repeated, or left for a person.
type Delivery struct {
	exchange Exchange
	log      zerolog.Logger
	count    *counters
	workers  int
	timeout  time.Duration
	instance string    // tells our claims from those of others
	born     time.Time // claims of others from before are of a process that is dead

	mu       sync.Mutex
	channels map[string]Channel
	lanes    map[string]*lane // those that run, by channel
}

// NewDelivery makes a delivery; Run starts it.
func NewDelivery(o Options) *Delivery {
	return &Delivery{
		exchange: o.Exchange, log: o.Log, count: newCounters(o.Metrics),
		workers: cmp.Or(o.Workers, 8), timeout: cmp.Or(o.SendTimeout, 30*time.Second),
		instance: instance(), born: time.Now(),
		channels: maps.Clone(o.Channels), lanes: map[string]*lane{},
	}
}

func instance() string {
	var b [4]byte
	for i := range b {
		b[i] = byte(rand.IntN(256))
	}
	return hex.EncodeToString(b[:])
}

// Use replaces the channels after a change of the configuration. Sends that
// are under way end with the channel they began with. What a channel that is
// gone should bring is reported as failed, so that the exchange finds another
// way.
func (d *Delivery) Use(channels map[string]Channel) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.channels = maps.Clone(channels)
	for name, l := range d.lanes {
		l.use(channels[name])
	}
}

// Run delivers until ctx ends. Then no send starts any more; those under way
// end and are reported, within the timeout of a send, before Run returns.
func (d *Delivery) Run(ctx context.Context) error {
	// What is under way outlives ctx: to cut a send short is to not know
	// whether it arrived.
	work, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var running sync.WaitGroup
	start := func(l *lane) { running.Go(func() { l.run(ctx, work) }) }
	var trouble backoff
	for ctx.Err() == nil {
		began := time.Now()
		err := d.refresh(ctx, start)
		if err == nil {
			// As long as it took, so that a large outbox never keeps more than
			// one core half busy.
			pause(ctx, time.Since(began))
			err = d.exchange.Wait(ctx)
		}
		if err == nil {
			trouble.reset()
		} else if ctx.Err() == nil {
			d.log.Error().Err(err).Msg("the outbox cannot be read")
			pause(ctx, trouble.next())
		}
	}
	drained := time.AfterFunc(d.timeout+settle, cut)
	defer drained.Stop()
	running.Wait()
	return nil
}

// refresh hands what the outbox lists to the lanes of its channels.
func (d *Delivery) refresh(ctx context.Context, start func(*lane)) error {
	works, err := d.exchange.Outbox(ctx)
	if err != nil {
		return err
	}
	byChannel := map[string][]Work{}
	for _, w := range works {
		byChannel[w.Offer.Channel] = append(byChannel[w.Offer.Channel], w)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for name := range byChannel {
		if d.lanes[name] == nil {
			d.lanes[name] = newLane(d, name, d.channels[name])
			start(d.lanes[name])
		}
	}
	for name, l := range d.lanes {
		l.refresh(byChannel[name])
	}
	return nil
}

// pause waits, or returns when ctx ends.
func pause(ctx context.Context, long time.Duration) {
	if long <= 0 {
		return
	}
	t := time.NewTimer(long)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// backoff counts failures in a row and says how long to wait after the next.
type backoff struct{ failures int }

const (
	firstPause = time.Second
	maxPause   = 5 * time.Minute
)

// next doubles the pause with each failure, less up to a half, so that those
// who failed together do not come back together.
func (b *backoff) next() time.Duration {
	long := firstPause << min(b.failures, 10)
	b.failures++
	long = min(long, maxPause)
	return long - rand.N(long/2)
}

func (b *backoff) reset() { b.failures = 0 }
