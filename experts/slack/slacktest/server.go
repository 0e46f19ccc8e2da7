// Package slacktest is a fake of the part of Slack's Web API that directdial
// uses: members, direct messages, posts with Block Kit and metadata, edits and
// history, modals and the Home tab. It is as strict as Slack where Slack is
// strict, and stricter where Slack is silent about a fault of the caller.
//
// A test acts as the members: it presses a button that a message has, fills in a
// form, types a command, and tells the app of it, once or again and again,
// through the websockets of Socket Mode or by signed requests.
//
// It is an http.Handler that stands at /api/, so that a test of the real
// binary can name it in the configuration (api_url: http://host:port/api/).
// Start runs it for one test and fails that test at its end if a request came
// that a correct client does not send.
//
// What it cannot tell: how fast Slack is, how long Slack's caches lag behind,
// and which undocumented limits there are.
package slacktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Token is the bot token that the fake accepts.
const Token = "xoxb-slacktest-not-a-real-token"

// User is a member of the fake workspace.
type User struct {
	ID      string // U… or W…
	Email   string
	Name    string
	Deleted bool // deactivated
	Guest   bool
	Bot     bool
}

// Call is one request that reached the fake.
type Call struct {
	Method string
	Args   map[string]string // without the token
}

// Server is the fake. Its methods may be called at any time.
type Server struct {
	mu       sync.Mutex
	now      func() time.Time
	paced    bool
	users    []User
	dms      map[string]string // id of a direct message channel -> id of the user
	messages []*Message        // in the order of their posting
	lastPost map[string]time.Time
	lastTS   int64 // microseconds
	faults   []*Fault
	calls    []Call
	problems []string
	scopes   string
	url      string

	told      []Message // ephemeral
	views     []View    // open modals
	homes     map[string]View
	triggers  map[string]*trigger
	responses map[string]*response
	lastView  int
	lastEvent int

	postTo       string // where deeds are told over HTTP; "": through sockets
	sockets      []*socket
	turn         int             // of the sockets
	tickets      int             // addresses for sockets that were given out
	valid        map[string]bool // of them, those that were not used yet
	acks         map[string]chan json.RawMessage
	lastEnvelope int
}

// New makes a fake with no members. A caller that serves it must ask Problems
// at the end.
func New() *Server {
	return &Server{
		now: time.Now, dms: map[string]string{}, lastPost: map[string]time.Time{}, scopes: allScopes,
		homes: map[string]View{}, triggers: map[string]*trigger{}, responses: map[string]*response{},
		valid: map[string]bool{}, acks: map[string]chan json.RawMessage{},
	}
}

// Start runs a fake until the test ends, and fails the test if there are
// Problems then.
func Start(t testing.TB, users ...User) *Server {
	t.Helper()
	s := New()
	s.AddUser(users...)
	h := httptest.NewServer(s)
	s.url = h.URL + "/api/"
	t.Cleanup(func() {
		s.Drop() // the server does not wait for websockets, nor end them
		h.CloseClientConnections()
		h.Close()
		for _, p := range s.Problems() {
			t.Errorf("slacktest: %s", p)
		}
	})
	return s
}

// URL is the api_url of a fake that Start runs, or that stands At it.
func (s *Server) URL() string { return s.url }

// At sets the api_url under which the caller of New serves the fake.
func (s *Server) At(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url = url
}

// allScopes are those of deploy/slack/manifest.yaml.
const allScopes = "chat:write,im:write,im:history,users:read,users:read.email,commands"

// Scopes sets what Slack tells of the scopes of the app; it does not take
// anything from the app.
func (s *Server) Scopes(scopes string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = scopes
}

// Clock sets the clock that timestamps and paces.
func (s *Server) Clock(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = now
}

// EnforcePace makes the fake answer 429 to a second post on a channel within
// one second, as Slack does after a short burst.
func (s *Server) EnforcePace() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paced = true
}

// AddUser adds members; one with the same id is replaced.
func (s *Server) AddUser(users ...User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range users {
		s.users = slices.DeleteFunc(s.users, func(old User) bool { return old.ID == u.ID })
		s.users = append(s.users, u)
	}
}

// Messages returns copies of all messages, in the order of their posting.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Message, len(s.messages))
	for i, m := range s.messages {
		all[i] = *m
		all[i].Earlier = slices.Clone(m.Earlier)
	}
	return all
}

// Delete removes a message, as its receiver or a retention rule may.
func (s *Server) Delete(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = slices.DeleteFunc(s.messages, func(m *Message) bool { return m.Channel == channel && m.TS == ts })
}

// Calls returns the requests that came, in their order; those of one method
// if it is named.
func (s *Server) Calls(method ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := []Call{}
	for _, c := range s.calls {
		if len(method) == 0 || slices.Contains(method, c.Method) {
			calls = append(calls, c)
		}
	}
	return calls
}

// Problems returns what a correct client does not do: calls of unknown
// methods, with a wrong token, with unknown arguments or with blocks that
// Slack refuses. Answers that a Fault scripted are none.
func (s *Server) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.problems)
}

// Forgive drops the problems so far and returns them: for a test that
// provokes them.
func (s *Server) Forgive() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.problems
	s.problems = nil
	return p
}

func (s *Server) problem(format string, args ...any) {
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

// ServeHTTP answers /api/<method>, takes websockets at /link/ and answers to
// interactions at /respond/<id>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/link/" {
		s.link(w, r)
		return
	}
	if id, ok := strings.CutPrefix(r.URL.Path, "/respond/"); ok {
		s.respond(w, r, id)
		return
	}
	method, found := strings.CutPrefix(r.URL.Path, "/api/")
	if !found {
		s.mu.Lock()
		s.problem("request of %s %s, which is outside /api/", r.Method, r.URL.Path)
		s.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	args, err := arguments(r)
	if errors.Is(err, errCut) {
		return
	}
	if err != nil {
		s.mu.Lock()
		s.problem("%s: %v", method, err)
		s.mu.Unlock()
		write(w, refuse("invalid_form_data"))
		return
	}
	token := args["token"]
	delete(args, "token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	s.mu.Lock()
	w.Header().Set("X-OAuth-Scopes", s.scopes)
	s.mu.Unlock()
	s.serve(w, r, method, token, args)
}

// serve applies the fault that is scripted for the call, if there is one,
// before or after the call takes effect.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, method, token string, args map[string]string) {
	s.mu.Lock()
	s.calls = append(s.calls, Call{Method: method, Args: args})
	fault := s.fault(method, args["channel"])
	if fault != nil && fault.before() {
		s.mu.Unlock()
		fault.answer(w)
		return
	}
	answer := s.answer(r, method, token, args)
	s.mu.Unlock()
	if fault != nil && !fault.after(w, r) {
		return
	}
	write(w, answer)
}
