package experts

import (
	"context"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/time/rate"

	"github.com/directdial/directdial"
)

// lane is the delivery by one channel. Its own goroutine decides what is done
// next; each deed runs in one of its own, at most one for a receiver.
type lane struct {
	d    *Delivery
	name string
	log  zerolog.Logger
	wake chan struct{} // something changed

	mu         sync.Mutex
	channel    Channel // nil if there is none of that name
	generation int     // counts the channels, from 1
	limits     Limits
	rate       *rate.Limiter
	jobs       map[string]*job // by offer
	receivers  map[string]*receiver
	busy       int
	trouble    backoff // of the channel
	until      time.Time
}

// receiver is one person on one channel.
type receiver struct {
	queue    []*job
	unsorted bool // the queue is to be sorted before it is used
	busy     bool
	trouble  backoff
	until    time.Time
	pace     *rate.Limiter
	lapses   time.Time // when the first of the jobs lapses; zero: none does
}

// job is one offer whose card is to be brought or changed. While its receiver
// is busy it belongs to the goroutine that works on it, but for work.
type job struct {
	work     Work
	receiver *receiver
	log      []directdial.Action // its claims and outcomes, as far as they are known
	read     bool                // log is what the exchange has, with what others did
	blind    int                 // the generation of the channel that could not look up after all
	foreign  bool                // another process may be working on it
	shown    int                 // the newest revision that was reported as shown
	until    time.Time           // the channel is not asked before
	stuck    time.Time           // nor is the exchange
	trouble  backoff
}

func newLane(d *Delivery, name string, c Channel) *lane {
	l := &lane{
		d: d, name: name, log: d.log.With().Str("channel", name).Logger(), wake: make(chan struct{}, 1),
		jobs: map[string]*job{}, receivers: map[string]*receiver{},
	}
	l.use(c)
	return l
}

// use takes another channel, or the same with other limits.
func (l *lane) use(c Channel) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.channel, l.limits = c, Limits{}
	if limited, ok := c.(Limited); ok {
		l.limits = limited.Limits()
	}
	l.rate = l.limits.Rate.limiter()
	l.until = time.Time{}
	l.trouble.reset()
	for _, r := range l.receivers {
		r.pace = l.limits.Pace.limiter()
	}
	l.generation++
	l.signal()
}

func (l *lane) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// refresh takes over what the outbox lists now. A job that is not listed any
// more is as it should be, or not wanted; what was reported about one that is
// still listed stays known, so that it is not done twice.
func (l *lane) refresh(works []Work) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.receivers {
		r.queue, r.unsorted, r.lapses = r.queue[:0], true, time.Time{}
	}
	listed := make(map[string]*job, len(works))
	for _, w := range works {
		j := l.jobs[w.Offer.ID]
		if j == nil {
			j = &job{receiver: l.receiver(w.Offer.Expert)}
		}
		j.work = w
		listed[w.Offer.ID] = j
		r := j.receiver
		r.queue = append(r.queue, j)
		if s := j.lapses(); !s.IsZero() && (r.lapses.IsZero() || s.Before(r.lapses)) {
			r.lapses = s
		}
	}
	l.jobs = listed
	l.d.count.waiting.WithLabelValues(l.name).Set(float64(len(works)))
	l.signal()
}

func (l *lane) receiver(expert string) *receiver {
	r := l.receivers[expert]
	if r == nil {
		r = &receiver{pace: l.limits.Pace.limiter()}
		l.receivers[expert] = r
	}
	return r
}

// run works until ctx ends and what was begun is finished. Deeds run under
// work, which outlives ctx.
func (l *lane) run(ctx, work context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	for ctx.Err() == nil {
		if t, wait := l.pick(time.Now()); t != nil {
			running.Go(func() {
				l.do(ctx, work, t)
				l.finish(t.job)
			})
		} else {
			l.rest(ctx, wait)
		}
	}
}

// rest waits for a change, at most so long; 0: until there is one.
func (l *lane) rest(ctx context.Context, wait time.Duration) {
	var alarm <-chan time.Time
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		alarm = t.C
	}
	select {
	case <-ctx.Done():
	case <-l.wake:
	case <-alarm:
	}
}

// finish gives a job and its receiver free.
func (l *lane) finish(j *job) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy--
	j.receiver.busy, j.receiver.unsorted = false, true
	l.signal()
}
