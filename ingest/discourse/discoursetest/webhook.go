package discoursetest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
)

// Delivery makes the request by which the forum tells of an event of a post:
// "post_created", "post_edited", "post_destroyed", "post_recovered". A form is
// called one and is none.
func (s *Server) Delivery(address, secret, event string, id int64, form bool) *http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[id-1]
	m := s.show(p, true)
	m["topic_archetype"], m["raw"] = "regular", "…"
	delete(m, "actions_summary")
	return Sign(address, secret, "post", event, id, map[string]any{"post": m}, form)
}

// Sign makes the request of a delivery.
func Sign(address, secret, kind, event string, id int64, body any, form bool) *http.Request {
	payload, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	r, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(payload))
	if err != nil {
		panic(err)
	}
	contentType := "application/json"
	if form {
		contentType = "application/x-www-form-urlencoded"
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(payload)
	r.Header = http.Header{
		"Content-Type": {contentType}, "X-Discourse-Instance": {"https://forum.example"}, "X-Discourse-Event-Id": {strconv.FormatInt(id, 10)},
		"X-Discourse-Event-Type": {kind}, "X-Discourse-Event": {event},
		"X-Discourse-Event-Signature": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}, "User-Agent": {"Discourse/3.5.0"},
	}
	return r
}
