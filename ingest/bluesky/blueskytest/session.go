package blueskytest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// grace is how long a refresh token that was used is good for the same answer.
const grace = 2 * time.Hour

// sessions are the tokens that the server has given.
type sessions struct {
	seq     int
	access  map[string]time.Time // until when it is good
	refresh map[string]*refreshToken
	short   bucket
	day     bucket
	made    int
	renewed int
}

type refreshToken struct {
	until time.Time
	next  string
}

// Sessions returns how many sessions were made with the password, and how many
// were renewed.
func (s *Server) Sessions() (made, renewed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions.made, s.sessions.renewed
}

// Revoke makes all tokens worthless, as when the app password is deleted.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.access, s.sessions.refresh = nil, nil
}

// Exhaust uses up the sessions that the account may make today.
func (s *Server) Exhaust() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.day.count(SessionDay, SessionDay, 24*time.Hour)
}

// verify answers for itself if a token is not good.
func (s *Server) verify(w http.ResponseWriter, header string) bool {
	until, known := s.sessions.access[strings.TrimPrefix(header, "Bearer ")]
	switch {
	case !known:
		refuse(w, http.StatusBadRequest, "InvalidToken", "Token could not be verified")
	case !time.Now().Before(until):
		refuse(w, http.StatusBadRequest, "ExpiredToken", "Token has expired")
	default:
		return true
	}
	return false
}

func (s *Server) createSession(w http.ResponseWriter, r *http.Request, _ bool) {
	ss := &s.sessions
	short, day := ss.short.count(1, SessionLimit, 5*time.Minute), ss.day.count(1, SessionDay, 24*time.Hour)
	ss.short.tell(w.Header(), 5*time.Minute)
	if !day {
		ss.day.tell(w.Header(), 24*time.Hour)
	}
	if !short || !day {
		refuse(w, http.StatusTooManyRequests, "RateLimitExceeded", "Rate Limit Exceeded")
		return
	}
	var asked struct{ Identifier, Password string }
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "Input must have the property \"identifier\"")
		return
	}
	if asked.Password != Password || asked.Identifier != s.Account && asked.Identifier != DID(s.Account) {
		refuse(w, http.StatusUnauthorized, "AuthenticationRequired", "Invalid identifier or password")
		return
	}
	ss.made++
	s.give(w, r, ss.newRefresh())
}

func (s *Server) refreshSession(w http.ResponseWriter, r *http.Request, _ bool) {
	ss := &s.sessions
	old := ss.refresh[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if old == nil || !time.Now().Before(old.until) {
		refuse(w, http.StatusBadRequest, "ExpiredToken", "Token has been revoked")
		return
	}
	if old.next == "" {
		old.next = ss.newRefresh()
		if end := time.Now().Add(grace); end.Before(old.until) {
			old.until = end
		}
	}
	ss.renewed++
	s.give(w, r, old.next)
}

func (ss *sessions) newRefresh() string {
	if ss.refresh == nil {
		ss.refresh = map[string]*refreshToken{}
	}
	ss.seq++
	token := fmt.Sprintf("refresh-%d", ss.seq)
	ss.refresh[token] = &refreshToken{until: time.Now().Add(90 * 24 * time.Hour)}
	return token
}

// give answers with a session whose access token is new.
func (s *Server) give(w http.ResponseWriter, r *http.Request, refresh string) {
	ss := &s.sessions
	if ss.access == nil {
		ss.access = map[string]time.Time{}
	}
	lifetime := s.Lifetime
	if lifetime == 0 {
		lifetime = 2 * time.Hour
	}
	ss.seq++
	access := fmt.Sprintf("access-%d", ss.seq)
	ss.access[access] = time.Now().Add(lifetime)
	did := DID(s.Account)
	answer(w, object{
		"did": did, "handle": s.Account, "accessJwt": access, "refreshJwt": refresh, "active": true,
		"didDoc": object{"id": did, "service": []object{{
			"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": "http://" + r.Host,
		}}},
	})
}
