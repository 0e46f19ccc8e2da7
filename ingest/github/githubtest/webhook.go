package githubtest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// Delivery makes the request by which GitHub tells of an action on a post:
// "created", "edited", "deleted". With form it is sent as a form.
func (s *Server) Delivery(address, secret, action, id string, form bool) *http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.find(id)
	root, event := e, ""
	body := map[string]any{"action": action, "sender": restUser(e.author)}
	if e.on != nil {
		root, event = e.on, "_comment"
		body["comment"] = restOf(e)
	}
	name := map[string]string{Issue: "issue", Pull: "issue", Discussion: "discussion"}[root.kind]
	switch {
	case e.on == nil && root.kind == Pull:
		name, event = "pull_request", "pull_request"
	case e.on == nil && root.kind == Issue:
		event = "issues"
	default:
		event = name + event
	}
	body[name] = restOf(root)
	body["repository"] = map[string]any{"full_name": root.repo, "private": root.private}
	s.seq++
	return Sign(address, secret, event, fmt.Sprintf("00000000-0000-0000-0000-%012d", s.seq), body, form)
}

// Sign makes the request of a delivery.
func Sign(address, secret, event, delivery string, body any, form bool) *http.Request {
	payload, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	kind := "application/json"
	if form {
		kind, payload = "application/x-www-form-urlencoded", []byte("payload="+url.QueryEscape(string(payload)))
	}
	r, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(payload))
	if err != nil {
		panic(err)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(payload)
	r.Header = http.Header{
		"Content-Type": {kind}, "X-Github-Event": {event}, "X-Github-Delivery": {delivery},
		"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))},
		"User-Agent":          {"GitHub-Hookshot/0000000"},
	}
	return r
}
