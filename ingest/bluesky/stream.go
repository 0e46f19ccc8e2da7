package bluesky

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// streamed is a source that hears the whole network as it posts, from a
// Jetstream, and finds what matters itself.
//
// A Jetstream tells the time of each event, and goes on from a time that it is
// asked for, the event of that time included, as far as it remembers: a day and
// a half. What is too old it skips without a word. So it is asked for a little
// more than is needed: if the last event that was read does not come again,
// events are missing in between, and that is a gap.
type streamed struct {
	source  *source
	servers []*url.URL
	next    int // of servers to dial
	account string
	matcher *matcher
	log     zerolog.Logger
	known   known
	latest  ingest.Latest // streams overlap: an old text must not take the place of a new one
	strange bool          // a frame was told of that cannot be read
}

const (
	// overlap is how much earlier than the last event a stream is asked to go
	// on: servers of one network see an event at slightly different times.
	overlap = 10 * time.Second
	// saveEvery is how often the place in the stream is saved. A kill repeats
	// as much.
	saveEvery = 5 * time.Second
	// maxFrame bounds one message.
	maxFrame = 4 << 20
	// buffered is how many frames are read ahead.
	buffered = 1024
	// future is how far ahead of ours the clock of a Jetstream may be.
	future = time.Hour
)

// streamState is what a source that streams remembers.
type streamState struct {
	V int `json:"v"`
	// Last is the time of the last event that was read, in microseconds since
	// 1970.
	Last int64 `json:"last"`
	// Seen says that it is one of an event, not the beginning.
	Seen bool `json:"seen,omitempty"`
}

// Run implements ingest.Source. It ends when the stream does, and goes on from
// there, on the next server, when it is run again.
func (s *streamed) Run(ctx context.Context, state ingest.State, emit ingest.Emit) error {
	st, err := s.load(ctx, state)
	if err != nil {
		return err
	}
	if err := s.resolve(ctx); err != nil {
		return err
	}
	conn, err := s.dial(ctx, st.Last)
	if err != nil {
		s.next = (s.next + 1) % len(s.servers)
		return err
	}
	if !st.Seen { // or a restart would begin at another present
		if err := st.save(ctx, state); err != nil {
			_ = conn.CloseNow()
			return err
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	frames := make(chan *frame, buffered)
	var beside sync.WaitGroup
	beside.Go(func() { s.receive(ctx, conn, frames, cancel) })
	beside.Go(func() { cancel(web.Alive(ctx, conn)) })
	defer func() {
		cancel(nil)
		_ = conn.CloseNow()
		beside.Wait()
	}()
	r := &reading{streamed: s, state: st, store: state, emit: emit, resumed: st.Seen, saved: s.source.now()}
	err = r.run(ctx, frames)
	s.next = (s.next + 1) % len(s.servers)
	return err
}

// load reads the state. Without one the stream begins at the present.
func (s *streamed) load(ctx context.Context, state ingest.State) (*streamState, error) {
	saved, err := state.Load(ctx)
	if err != nil {
		return nil, err
	}
	st := &streamState{}
	if saved != nil {
		if err := json.Unmarshal(saved, st); err != nil {
			return nil, fmt.Errorf("read the state: %w", err)
		}
	}
	switch {
	case st.V > stateVersion:
		return nil, fmt.Errorf("the state has version %d, this program knows %d", st.V, stateVersion)
	case st.Last == 0: // nothing was saved, or by a source that polled
		return &streamState{V: stateVersion, Last: s.source.now().UnixMicro()}, nil
	}
	return st, nil
}

func (st *streamState) save(ctx context.Context, state ingest.State) error {
	data, err := json.Marshal(st)
	if err != nil {
		return err
	}
	return state.Save(ctx, data)
}

// resolve asks for the DID of the account, once.
func (s *streamed) resolve(ctx context.Context) error {
	if s.account == "" || s.matcher.did != "" {
		return nil
	}
	var answer struct {
		DID string `json:"did"`
	}
	if err := s.source.client.get(ctx, "com.atproto.identity.resolveHandle", url.Values{"handle": {s.account}}, &answer); err != nil {
		return fmt.Errorf("the account %s: %w", s.account, err)
	}
	if answer.DID == "" {
		return directdial.Errorf(directdial.Invalid, "the account %s has no DID", s.account)
	}
	s.matcher.did = answer.DID
	return nil
}

// dial connects to the server whose turn it is.
func (s *streamed) dial(ctx context.Context, last int64) (*websocket.Conn, error) {
	u := *s.servers[s.next]
	u.Path = "/subscribe"
	u.RawQuery = url.Values{
		"wantedCollections": {postCollection, repostCollection},
		"cursor":            {strconv.FormatInt(last-overlap.Microseconds(), 10)},
	}.Encode()
	conn, resp, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{HTTPClient: s.source.client.http})
	if err != nil {
		if resp != nil {
			return nil, fmt.Errorf("%s: %w: %w", u.Host, web.ErrorOf(resp, s.source.now()), err)
		}
		return nil, fmt.Errorf("%s: %w", u.Host, err)
	}
	conn.SetReadLimit(maxFrame)
	return conn, nil
}

// Check implements ingest.Checker.
func (s *streamed) Check(ctx context.Context) error {
	if err := s.resolve(ctx); err != nil {
		return err
	}
	conn, err := s.dial(ctx, s.source.now().UnixMicro())
	if err != nil {
		return err
	}
	return conn.CloseNow()
}

// Look implements ingest.Looker.
func (s *streamed) Look(ctx context.Context, p ingest.Post) ([]directdial.Item, error) {
	return s.source.look(ctx, p)
}

// receive reads frames until the stream ends, and says why it did.
func (s *streamed) receive(ctx context.Context, conn *websocket.Conn, frames chan<- *frame, cancel context.CancelCauseFunc) {
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			cancel(directdial.Errorf(directdial.Temporary, "the stream ended: %w", err))
			return
		}
		f, ok := readFrame(data)
		switch {
		case !ok:
			if !s.strange {
				s.log.Warn().Int("bytes", len(data)).Msg("the stream has messages that cannot be read; this is told once")
			}
			s.strange = true
			continue
		case f.Error != "":
			cancel(directdial.Errorf(directdial.Temporary, "the server ends the stream (it says %+q)", f.Error))
			return
		}
		select {
		case frames <- f:
		case <-ctx.Done():
			return
		}
	}
}
