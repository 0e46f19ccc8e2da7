package experts

import (
	"context"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

// Hearing takes what people do from the channels that hear it: it runs those
// that listen, and serves those that are answered over HTTP.
type Hearing struct {
	replies Replies
	log     zerolog.Logger

	mu       sync.Mutex
	channels map[string]Channel
	handlers map[string]http.Handler
	changed  chan struct{} // closed when the channels change
}

// NewHearing makes a hearing; Run starts it.
func NewHearing(r Replies, channels map[string]Channel, log zerolog.Logger) *Hearing {
	h := &Hearing{replies: r, log: log}
	h.Use(channels)
	return h
}

// Use replaces the channels after a change of the configuration.
func (h *Hearing) Use(channels map[string]Channel) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.channels = maps.Clone(channels)
	h.handlers = map[string]http.Handler{}
	for name, c := range channels {
		if a, ok := c.(Answered); ok {
			h.handlers[name] = a.Handler(h.replies)
		}
	}
	if h.changed != nil {
		close(h.changed)
	}
	h.changed = make(chan struct{})
}

// Channels are those in use.
func (h *Hearing) Channels() map[string]Channel {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.channels
}

// Handler serves /v1/channels/<name>/… for each channel that is answered over
// HTTP; a path below another name is not found.
func (h *Hearing) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		handler := h.handlers[r.PathValue("channel")]
		h.mu.Unlock()
		if handler == nil {
			http.NotFound(w, r)
			return
		}
		handler.ServeHTTP(w, r)
	})
}

// Run listens until ctx ends. After a change of the channels it listens to the
// new ones.
func (h *Hearing) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		h.mu.Lock()
		channels, changed := h.channels, h.changed
		h.mu.Unlock()
		h.until(ctx, channels, changed)
	}
	return nil
}

// until listens to these channels until they change or ctx ends.
func (h *Hearing) until(ctx context.Context, channels map[string]Channel, changed <-chan struct{}) {
	ctx, cancel := context.WithCancel(ctx)
	var listening sync.WaitGroup
	for name, c := range channels {
		if l, ok := c.(Listening); ok {
			listening.Go(func() { h.listen(ctx, name, l) })
		}
	}
	select {
	case <-ctx.Done():
	case <-changed:
	}
	cancel()
	listening.Wait()
}

// listen runs one channel again and again, more slowly as it keeps failing.
func (h *Hearing) listen(ctx context.Context, name string, l Listening) {
	var trouble backoff
	for {
		began := time.Now()
		err := l.Listen(ctx, h.replies)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && directdial.KindOf(err) == directdial.Gone:
			h.log.Error().Err(err).Str("channel", name).Msg("nothing is heard from this channel any more; correct its settings")
			return
		case time.Since(began) > maxPause:
			trouble.reset()
		}
		wait := max(trouble.next(), directdial.After(err))
		h.log.Warn().Err(err).Str("channel", name).Dur("retry_in_ms", wait).Msg("the channel stopped listening")
		pause(ctx, wait)
	}
}
