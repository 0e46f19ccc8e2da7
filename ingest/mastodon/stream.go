package mastodon

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// streamed is a source that hears posts as they are made.
//
// The streaming API remembers nothing: what is posted while nobody listens, or
// what a server forgets to tell (GoToSocial streams no hashtags), never comes.
// So the stream moves no cursor. The lists are walked from theirs as in a source
// that polls: as soon as the stream is open, which is what catches up after a
// cut, and then every so often. What comes both ways is one post.
type streamed struct {
	source  *source
	every   time.Duration
	polling ingest.Source
	log     zerolog.Logger

	order  sync.Mutex    // items are emitted one after the other
	latest ingest.Latest // an old text of the one way must not take the place of a new one of the other
}

const (
	// steady is how long a stream must have been open to be dialled again at
	// once.
	steady = 30 * time.Second
	// maxFrame bounds one message.
	maxFrame = 1 << 20
	// buffered is how many frames are read ahead.
	buffered = 256
)

func newStream(setup ingest.Setup, s *source) *streamed {
	return &streamed{source: s, every: s.every, polling: ingest.Poll(s.every, s.fetch), log: setup.Log}
}

// Run implements ingest.Source. It ends when the stream does. A server that does
// not stream is asked all the same.
func (s *streamed) Run(ctx context.Context, state ingest.State, emit ingest.Emit) error {
	emit = s.inOrder(emit)
	conn, dialErr := s.dial(ctx)
	if dialErr != nil {
		if err := ingest.CatchUp(ctx, state, emit, s.source.fetch); err != nil {
			return err
		}
		return &directdial.Error{Kind: directdial.Temporary, After: max(s.every, directdial.After(dialErr)), Err: dialErr}
	}
	began := s.source.now()
	ctx, cancel := context.WithCancelCause(ctx)
	frames := make(chan *frame, buffered)
	var beside sync.WaitGroup
	beside.Go(func() { cancel(s.receive(ctx, conn, frames)) })
	beside.Go(func() { cancel(web.Alive(ctx, conn)) })
	beside.Go(func() { cancel(s.polling.Run(ctx, state, emit)) })
	defer func() {
		cancel(nil)
		_ = conn.CloseNow()
		beside.Wait()
	}()
	err := s.hear(ctx, frames, emit)
	if s.source.now().Sub(began) < steady {
		return &directdial.Error{Kind: directdial.Temporary, After: max(steady, directdial.After(err)), Err: err}
	}
	return err
}

// dial opens the stream and subscribes to what the queries ask for. The last of
// them, which is the notifications if they are heard, stands in the address:
// GoToSocial takes no subscription to it on an open connection.
func (s *streamed) dial(ctx context.Context) (*websocket.Conn, error) {
	c := s.source.client
	if err := c.learn(ctx); err != nil {
		return nil, err
	}
	u, err := c.streaming()
	if err != nil {
		return nil, err
	}
	queries, last := s.source.queries[:len(s.source.queries)-1], s.source.queries[len(s.source.queries)-1]
	u.RawQuery = last.stream.query()
	conn, resp, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{
		HTTPClient: c.http, HTTPHeader: http.Header{"Authorization": {"Bearer " + c.token.Reveal()}},
	})
	if err != nil {
		if resp != nil && resp.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("the stream of %s: %w", u.Host, web.ErrorOf(resp, s.source.now()))
		}
		return nil, fmt.Errorf("the stream of %s: %w", u.Host, err)
	}
	conn.SetReadLimit(maxFrame)
	for _, q := range queries {
		message, err := json.Marshal(q.stream)
		if err == nil {
			err = conn.Write(ctx, websocket.MessageText, message)
		}
		if err != nil {
			_ = conn.CloseNow()
			return nil, fmt.Errorf("subscribe to %s: %w", q.name, err)
		}
	}
	return conn, nil
}

// streaming is the address of the stream. The token goes there, so that it must
// be as well protected as the server.
func (c *client) streaming() (*url.URL, error) {
	c.mu.Lock()
	told := c.stream
	c.mu.Unlock()
	u := *c.server
	if told != "" {
		at, err := url.Parse(told)
		if err != nil || at.Host == "" {
			return nil, directdial.Errorf(directdial.Invalid, "the server names no address for its stream: %+q", told)
		}
		if at.Host != u.Host { // else the configuration knows better: GoToSocial says wss whatever it speaks
			u = url.URL{Scheme: at.Scheme, Host: at.Host}
		}
	}
	switch u.Scheme {
	case "https", "wss":
		u.Scheme = "wss"
	case "http", "ws":
		if c.server.Scheme == "https" {
			return nil, directdial.Errorf(directdial.Denied, "the server streams without TLS at %s; the token is not sent there", u.Host)
		}
		u.Scheme = "ws"
	default:
		return nil, directdial.Errorf(directdial.Invalid, "the server streams by %+q", u.Scheme)
	}
	return u.JoinPath("/api/v1/streaming"), nil
}

// Check implements ingest.Checker.
func (s *streamed) Check(ctx context.Context) error {
	if err := s.source.check(ctx); err != nil {
		return err
	}
	conn, err := s.dial(ctx)
	if err != nil {
		return err
	}
	return conn.CloseNow()
}

// Look implements ingest.Looker.
func (s *streamed) Look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	return s.source.look(ctx, p)
}

// inOrder makes an Emit of one that leaves out what is older than what was
// emitted of the same post, and that is not entered twice at a time.
func (s *streamed) inOrder(emit ingest.Emit) ingest.Emit {
	return func(ctx context.Context, items ...directdial.Item) (directdial.Taken, error) {
		s.order.Lock()
		defer s.order.Unlock()
		if items = slices.DeleteFunc(items, s.late); len(items) == 0 {
			return directdial.Taken{}, nil
		}
		return emit(ctx, items...)
	}
}

func (s *streamed) late(item directdial.Item) bool {
	switch item := item.(type) {
	case *directdial.Mention:
		at := item.CreatedAt
		if item.EditedAt.After(at) {
			at = item.EditedAt
		}
		return s.latest.Late(item.ID, at)
	case *directdial.Deletion:
		s.latest.Gone(item.ID)
	}
	return false
}
