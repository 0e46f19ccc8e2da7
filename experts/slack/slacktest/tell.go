package slacktest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"
)

const (
	// AppToken is the app-level token that the fake accepts.
	AppToken = "xapp-slacktest-not-a-real-token"
	// SigningSecret is what the fake signs its requests with.
	SigningSecret = "slacktest-signs-with-this"
)

// PostTo makes the fake tell of deeds by signed requests to an address, as an
// app without Socket Mode has it configured.
func (s *Server) PostTo(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.postTo = address
}

// Tell tells the app of a deed and returns what the app answered with its
// acknowledgement, nil for nothing. How long an acknowledgement may take is the
// context's affair; Slack waits three seconds.
func (s *Server) Tell(ctx context.Context, d Deed) (json.RawMessage, error) {
	s.mu.Lock()
	to := s.postTo
	s.mu.Unlock()
	if to != "" {
		return s.byHTTP(ctx, to, d)
	}
	return s.through(ctx, d)
}

// Request is the signed request by which Slack tells of a deed over HTTP; retry
// is how often it did before.
func (s *Server) Request(ctx context.Context, to string, d Deed, retry int) (*http.Request, error) {
	kind, body := "application/x-www-form-urlencoded", ""
	switch d.Type {
	case "interactive":
		data, err := json.Marshal(d.Payload)
		if err != nil {
			return nil, err
		}
		body = url.Values{"payload": {string(data)}}.Encode()
	case "slash_commands":
		form := url.Values{}
		for name, value := range d.Payload {
			form.Set(name, fmt.Sprint(value))
		}
		body = form.Encode()
	default:
		data, err := json.Marshal(d.Payload)
		if err != nil {
			return nil, err
		}
		kind, body = "application/json", string(data)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", kind)
	if retry > 0 {
		r.Header.Set("X-Slack-Retry-Num", strconv.Itoa(retry))
		r.Header.Set("X-Slack-Retry-Reason", "http_timeout")
	}
	s.mu.Lock()
	Sign(r.Header, []byte(body), s.now())
	s.mu.Unlock()
	return r, nil
}

// Sign puts a signature of a body into a header.
func Sign(h http.Header, body []byte, at time.Time) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(SigningSecret))
	mac.Write([]byte("v0:" + stamp + ":"))
	mac.Write(body)
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

func (s *Server) byHTTP(ctx context.Context, to string, d Deed) (json.RawMessage, error) {
	r, err := s.Request(ctx, to, d, 0)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("the app answers %s: %s", resp.Status, body)
	}
	return bytes.TrimSpace(body), err
}

// socket is one websocket of the app.
type socket struct {
	conn   *websocket.Conn
	closed bool // it was told to go; nothing is sent through it any more
}

// ErrNobody says that the app has no websocket open.
var ErrNobody = errors.New("the app has no websocket open")

// through sends a deed through one of the websockets, in turn, and waits for its
// acknowledgement.
func (s *Server) through(ctx context.Context, d Deed) (json.RawMessage, error) {
	s.mu.Lock()
	var to *socket
	for range s.sockets {
		next := s.sockets[s.turn%len(s.sockets)]
		s.turn++
		if !next.closed {
			to = next
			break
		}
	}
	s.lastEnvelope++
	id := fmt.Sprintf("e-%08d", s.lastEnvelope)
	acked := make(chan json.RawMessage, 1)
	s.acks[id] = acked
	s.mu.Unlock()
	if to == nil {
		return nil, ErrNobody
	}
	data, err := json.Marshal(map[string]any{
		"envelope_id": id, "type": d.Type, "payload": d.Payload, "accepts_response_payload": d.Type != "events_api",
		"retry_attempt": 0, "retry_reason": "",
	})
	if err == nil {
		err = to.conn.Write(ctx, websocket.MessageText, data)
	}
	if err != nil {
		return nil, err
	}
	select {
	case answer := <-acked:
		return answer, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("the app does not acknowledge: %w", ctx.Err())
	}
}

// Sockets is how many websockets of the app take deeds.
func (s *Server) Sockets() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.sockets {
		if !c.closed {
			n++
		}
	}
	return n
}

// Disconnect asks the app to replace all its websockets, with the reason; those
// still can be heard and answered, until they are Dropped.
func (s *Server) Disconnect(ctx context.Context, reason string) {
	s.mu.Lock()
	open := append([]*socket(nil), s.sockets...)
	for _, c := range open {
		c.closed = true
	}
	s.mu.Unlock()
	for _, c := range open {
		_ = c.conn.Write(ctx, websocket.MessageText, []byte(`{"type":"disconnect","reason":"`+reason+`","debug_info":{"host":"slacktest"}}`))
	}
}

// Drop breaks all websockets off.
func (s *Server) Drop() {
	s.mu.Lock()
	open := s.sockets
	s.sockets = nil
	s.mu.Unlock()
	for _, c := range open {
		_ = c.conn.CloseNow()
	}
}

// connect answers apps.connections.open, with an address that works once.
func (s *Server) connect(r *http.Request) any {
	s.tickets++
	ticket := fmt.Sprintf("ticket-%d", s.tickets)
	s.valid[ticket] = true
	return reply{"ok": true, "url": "ws://" + r.Host + "/link/?ticket=" + ticket + "&app_id=A0DIAL"}
}

// link is a websocket of the app, from its beginning to its end.
func (s *Server) link(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	ok := s.valid[ticket]
	delete(s.valid, ticket)
	s.mu.Unlock()
	if !ok {
		http.Error(w, "no such ticket", http.StatusForbidden)
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	conn.SetReadLimit(maxBody)
	me := &socket{conn: conn}
	_ = conn.Write(r.Context(), websocket.MessageText, []byte(`{"type":"hello","num_connections":1,"debug_info":{"host":"slacktest"},"connection_info":{"app_id":"A0DIAL"}}`))
	s.mu.Lock()
	s.sockets = append(s.sockets, me)
	s.mu.Unlock()
	s.hear(r.Context(), conn)
	s.mu.Lock()
	defer s.mu.Unlock()
	for n, c := range s.sockets {
		if c == me {
			s.sockets = append(s.sockets[:n:n], s.sockets[n+1:]...)
			break
		}
	}
}

// hear takes acknowledgements until the websocket ends.
func (s *Server) hear(ctx context.Context, conn *websocket.Conn) {
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			_ = conn.CloseNow()
			return
		}
		var ack struct {
			ID      string `json:"envelope_id"`
			Payload json.RawMessage
		}
		s.mu.Lock()
		switch {
		case json.Unmarshal(data, &ack) != nil || ack.ID == "":
			s.problem("through a websocket comes %s", data)
		case s.acks[ack.ID] == nil:
			s.problem("the envelope %s is acknowledged twice, or is none", ack.ID)
		default:
			s.acks[ack.ID] <- ack.Payload
			delete(s.acks, ack.ID)
		}
		s.mu.Unlock()
	}
}
