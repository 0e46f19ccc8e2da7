package slacktest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// response is an address for answers to one interaction.
type response struct {
	user, channel string
	until         time.Time
	uses          int
}

// respondAt makes an address for answers.
func (s *Server) respondAt(user, channel string) string {
	id := fmt.Sprintf("R%08d", len(s.responses)+1)
	s.responses[id] = &response{user: user, channel: channel, until: s.now().Add(respondLife)}
	return strings.TrimSuffix(s.url, "api/") + "respond/" + id
}

// respond takes an answer: an ephemeral message for the one who acted.
func (s *Server) respond(w http.ResponseWriter, r *http.Request, id string) {
	args, err := arguments(r)
	if errors.Is(err, errCut) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	to := s.responses[id]
	s.calls = append(s.calls, Call{Method: "response_url", Args: args})
	if f := s.fault("response_url", ""); f != nil {
		http.Error(w, "no", max(f.Status, http.StatusInternalServerError))
		return
	}
	switch {
	case err != nil:
		s.problem("response_url: %v", err)
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	case to == nil || s.now().After(to.until):
		http.Error(w, "expired_url", http.StatusNotFound)
		return
	case to.uses == maxResponses:
		http.Error(w, "used_url", http.StatusNotFound)
		return
	case args["replace_original"] != "false" || args["response_type"] != "ephemeral":
		s.problem("response_url: replaces the original, or is for everybody")
	}
	to.uses++
	content, code := s.content("response_url", map[string]string{"text": args["text"], "blocks": args["blocks"]})
	if code != "" {
		http.Error(w, code, http.StatusBadRequest)
		return
	}
	s.told = append(s.told, Message{Channel: to.channel, User: to.user, TS: s.timestamp(s.now()), Content: content, Ephemeral: true})
	_, _ = w.Write([]byte("ok"))
}

// ephemeral answers chat.postEphemeral.
func (s *Server) ephemeral(args map[string]string) any {
	if _, open := s.dms[args["channel"]]; !open {
		return refuse("channel_not_found")
	}
	content, code := s.content("chat.postEphemeral", args)
	if code != "" {
		return refuse(code)
	}
	m := Message{Channel: args["channel"], User: args["user"], TS: s.timestamp(s.now()), Content: content, Ephemeral: true}
	s.told = append(s.told, m)
	return reply{"ok": true, "message_ts": m.TS}
}

// Told returns what was said to members alone, the oldest first.
func (s *Server) Told() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.told)
}
