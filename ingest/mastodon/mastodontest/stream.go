package mastodontest

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/coder/websocket"
)

// listening is one open connection of the streaming API.
type listening struct {
	streams map[string]bool // "hashtag acme", "user:notification"
	frames  chan []byte
	end     context.CancelFunc
}

// subscription is what a client sends.
type subscription struct {
	Type   string `json:"type"`
	Stream string `json:"stream"`
	Tag    string `json:"tag"`
}

func (s subscription) name() string {
	return strings.TrimSpace(s.Stream + " " + strings.ToLower(s.Tag))
}

// Subscribed waits until somebody listens to all these streams.
func (s *Server) Subscribed(ctx context.Context, streams ...string) error {
	for {
		s.mu.Lock()
		if slices.ContainsFunc(s.listening, func(l *listening) bool {
			return !slices.ContainsFunc(streams, func(name string) bool { return !l.streams[name] })
		}) {
			s.mu.Unlock()
			return nil
		}
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Cut ends all connections to the stream.
func (s *Server) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listening {
		l.end()
	}
	s.listening = nil
}

// Raw sends a message as it is to whoever listens.
func (s *Server) Raw(data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listening {
		l.send([]byte(data))
	}
}

// send ends the connection of who does not read, as the real server does.
func (l *listening) send(data []byte) {
	select {
	case l.frames <- data:
	default:
		l.end()
	}
}

// tell sends an event to whoever listens to one of the streams, once for each.
// The payload is JSON in a string; a string is sent as it is.
func (s *Server) tell(event string, payload any, streams ...string) {
	if s.Mute {
		return
	}
	text, ok := payload.(string)
	if !ok {
		data, err := json.Marshal(payload)
		if err != nil {
			panic(err) // a post that a test made cannot be told
		}
		text = string(data)
	}
	for _, l := range s.listening {
		for _, name := range streams {
			if !l.streams[name] {
				continue
			}
			data, err := json.Marshal(map[string]any{"stream": strings.Fields(name), "event": event, "payload": text})
			if err != nil {
				panic(err)
			}
			l.send(data)
		}
	}
}

// public is the streams of the hashtags of a post. GoToSocial has none.
func (s *Server) public(st *status) (streams []string) {
	if s.GoToSocial || st.Visibility != "public" || st.boostOf != nil {
		return nil
	}
	for _, tag := range st.tags {
		streams = append(streams, "hashtag "+tag)
	}
	return streams
}

// serveStream serves /api/v1/streaming, over websockets only: server-sent events
// are refused, as GoToSocial does.
func (s *Server) serveStream(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.URL.RequestURI())
	s.mu.Unlock()
	if r.Header.Get("Upgrade") == "" {
		http.Error(w, "Bad Request", http.StatusBadRequest)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+Token {
		w.WriteHeader(http.StatusUnauthorized)
		answer(w, map[string]string{"error": "Missing access token"})
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	ctx, end := context.WithCancel(r.Context())
	defer end()
	l := &listening{streams: map[string]bool{}, frames: make(chan []byte, 256), end: end}
	s.mu.Lock()
	s.listening = append(s.listening, l)
	if q := r.URL.Query(); q.Has("stream") {
		s.listen(l, subscription{Stream: q.Get("stream"), Tag: q.Get("tag")})
	}
	s.mu.Unlock()
	go s.subscribe(ctx, conn, l)
	for {
		select {
		case data := <-l.frames:
			if conn.Write(ctx, websocket.MessageText, data) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// subscribe takes the subscriptions of a connection until it ends.
func (s *Server) subscribe(ctx context.Context, conn *websocket.Conn, l *listening) {
	defer l.end()
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			return
		}
		var sub subscription
		if json.Unmarshal(data, &sub) != nil || sub.Type != "subscribe" {
			continue
		}
		s.mu.Lock()
		if !s.GoToSocial { // which takes these two with the connection only
			s.listen(l, sub)
		}
		s.mu.Unlock()
	}
}

// listen adds a stream to a connection.
func (s *Server) listen(l *listening, sub subscription) {
	if sub.Stream != "hashtag" && sub.Stream != "user:notification" {
		l.send([]byte(`{"error":"Unknown stream type"}`))
		return
	}
	l.streams[sub.name()] = true
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}
