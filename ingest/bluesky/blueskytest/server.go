// Package blueskytest is a double of Bluesky: as much of a server (PDS), of the
// AppView behind it and of a Jetstream as the source of type bluesky uses, with
// the habits of the real ones. Lists begin with the newest post and are sorted
// by what authors say of the time; every page has a cursor, also the last one
// but the empty; a session that has expired is a 400; refresh tokens are
// rotated; what a block hides looks as if it were not there.
//
//	b := blueskytest.New("acme.example")
//	server := httptest.NewServer(b)
//	b.Post(blueskytest.Post{Author: "user1.example", Text: "@acme.example billed me twice"})
package blueskytest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Password is the app password of the account of the server.
const Password = "blsk-test-pass-word"

// Limits of the server: requests for an address, and sessions that an account
// may make.
const (
	Limit        = 3000
	Window       = 5 * time.Minute
	SessionLimit = 30
	SessionDay   = 300
)

// Server is the server. It is an http.Handler.
type Server struct {
	// Account is the handle of the account that can log in.
	Account string
	// Closed: a search needs an account.
	Closed bool
	// SearchCap is how many posts a search can be scrolled through; 0: all.
	SearchCap int
	// OldSearch: until is not known, and not refused either.
	OldSearch bool
	// Lifetime is how long an access token is good; 0: two hours.
	Lifetime time.Duration

	mu       sync.Mutex
	accounts []*account
	posts    []*post
	seq      int
	requests []string
	reads    bucket
	sessions sessions
	stream   stream
}

// New makes a server with one account that can log in.
func New(handle string) *Server {
	s := &Server{Account: handle}
	s.account(handle)
	return s
}

// DID is the DID of an account.
func DID(handle string) string {
	return "did:plc:" + strings.NewReplacer(".", "2", "-", "3", "_", "4").Replace(handle)
}

// account is somebody on the network.
type account struct {
	handle, did, name string
	labels            []string
	blocks            bool // the account of the server
	gone              bool
}

// account returns the account with a handle, and makes it if there is none.
func (s *Server) account(handle string) *account {
	for _, a := range s.accounts {
		if a.handle == handle {
			return a
		}
	}
	a := &account{handle: handle, did: DID(handle)}
	s.accounts = append(s.accounts, a)
	return a
}

// Requests returns path and query of all requests so far.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Use counts n requests that somebody else makes from the same address.
func (s *Server) Use(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads.count(n, Limit, Window)
}

// bucket counts requests in windows.
type bucket struct {
	limit, used int
	reset       time.Time
}

func (b *bucket) count(n, limit int, window time.Duration) (ok bool) {
	if now := time.Now(); !now.Before(b.reset) {
		b.used, b.reset = 0, now.Truncate(window).Add(window)
	}
	b.limit = limit
	b.used += n
	return b.used <= limit
}

// tell writes the headers of a bucket.
func (b *bucket) tell(h http.Header, window time.Duration) {
	h.Set("RateLimit-Limit", strconv.Itoa(b.limit))
	h.Set("RateLimit-Remaining", strconv.Itoa(max(b.limit-b.used, 0)))
	h.Set("RateLimit-Reset", strconv.FormatInt(b.reset.Unix(), 10))
	h.Set("RateLimit-Policy", strconv.Itoa(b.limit)+";w="+strconv.Itoa(int(window.Seconds())))
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/subscribe" {
		s.serveStream(w, r)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.URL.RequestURI())
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	method, ok := strings.CutPrefix(r.URL.Path, "/xrpc/")
	if !ok {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte("<!doctype html><title>Not found</title>"))
		return
	}
	allowed := s.reads.count(1, Limit, Window)
	s.reads.tell(w.Header(), Window)
	if !allowed {
		refuse(w, http.StatusTooManyRequests, "RateLimitExceeded", "Rate Limit Exceeded")
		return
	}
	s.serveMethod(w, r, method)
}

func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request, method string) {
	type serve struct {
		http   string
		signed bool // needs an account
		f      func(w http.ResponseWriter, r *http.Request, viewer bool)
	}
	m, ok := map[string]serve{
		"com.atproto.server.createSession":        {"POST", false, s.createSession},
		"com.atproto.server.refreshSession":       {"POST", false, s.refreshSession},
		"com.atproto.identity.resolveHandle":      {"GET", false, s.resolveHandle},
		"app.bsky.notification.listNotifications": {"GET", true, s.listNotifications},
		"app.bsky.feed.searchPosts":               {"GET", s.Closed, s.searchPosts},
		"app.bsky.feed.getPosts":                  {"GET", false, s.getPosts},
		"app.bsky.feed.getPostThread":             {"GET", false, s.getPostThread},
		"app.bsky.actor.getProfiles":              {"GET", false, s.getProfiles},
	}[method]
	if !ok || m.http != r.Method {
		refuse(w, http.StatusNotImplemented, "MethodNotImplemented", "Method Not Implemented")
		return
	}
	viewer := false
	if token := r.Header.Get("Authorization"); token != "" && method != "com.atproto.server.refreshSession" {
		if viewer = s.verify(w, token); !viewer {
			return
		}
	}
	if m.signed && !viewer {
		if method == "app.bsky.feed.searchPosts" {
			refuse(w, http.StatusForbidden, "Forbidden", "Search needs an account")
			return
		}
		refuse(w, http.StatusUnauthorized, "AuthMissing", "Authentication Required")
		return
	}
	m.f(w, r, viewer)
}

type object = map[string]any

func answer(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func refuse(w http.ResponseWriter, status int, name, message string) {
	w.WriteHeader(status)
	answer(w, object{"error": name, "message": message})
}

// stamp is a time as programs of the network write it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
