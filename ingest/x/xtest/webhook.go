package xtest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
)

// Delivery makes the request by which X tells of an event about a post, as
// "post.mention.create", to who follows the events of an account.
func (s *Server) Delivery(address, event, id, account string) *http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.find(id)
	payload := p.render()
	included := s.render([]*post{p}, nil)["includes"]
	if event == "post.delete" {
		payload = map[string]any{"id": decimal(p.id), "author_id": decimal(p.by.id)}
		included = map[string]any{}
	}
	return Sign(address, Secret, map[string]any{"data": map[string]any{
		"event_uuid": strconv.FormatInt(int64(p.id), 10), "filter": map[string]any{"user_id": account}, "event_type": event, "tag": "",
		"payload": payload, "includes": included,
	}})
}

// Sign makes the request of a delivery.
func Sign(address, secret string, body any) *http.Request {
	payload, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	r, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(payload))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Twitter-Webhooks-Signature", "sha256="+Signature(secret, payload))
	return r
}

// Signature is what X makes of a body, or of the token of a challenge.
func Signature(secret string, payload []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(payload)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
