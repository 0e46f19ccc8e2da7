// Package reddittest is a double of the API of Reddit, as much of it as the
// source of type reddit uses, with its habits: numbers are floats, `edited` is
// false, `replies` is an empty string, text is escaped for HTML unless somebody
// asks for it as it is; a list has its newest 1,000 posts and ends at once if
// the post that it is to go on from is deleted; who does not say who he is is
// refused; errors come with status 200; a community that does not exist is
// searched for.
//
//	reddit := reddittest.New()
//	server := httptest.NewServer(reddit)
//	reddit.Post(reddittest.Post{Author: "user1", Title: "Billed twice?", Text: "Acme did it."})
package reddittest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What an application is recognised by.
const (
	ClientID = "test-client-id"
	Secret   = "test-client-secret"
	Operator = "acme_support"
	Password = "test-password"
)

// Limits.
const (
	Deep    = 1000 // posts of a list
	Allowed = 1000 // requests in ten minutes
	window  = 10 * time.Minute
	life    = 24 * time.Hour // of a token
)

// Server is the API, and where tokens are given. It is an http.Handler.
type Server struct {
	// Lag is how long search takes to find a post that is made from now on, and
	// Held how long a filter holds it back from its community.
	Lag, Held time.Duration
	// Private are communities that are not open to everybody.
	Private []string
	// Width and Depth are how many replies a tree shows below a comment, and how
	// deep it is.
	Width, Depth int

	mu       sync.Mutex
	posts    []*Written
	byName   map[string]*Written
	users    []string
	left     map[string]bool
	tokens   map[string]time.Time // when each ends
	used     int
	since    time.Time
	requests []string
}

// New makes a Reddit without posts.
func New() *Server {
	return &Server{Width: 100, Depth: 10, byName: map[string]*Written{}, left: map[string]bool{}, tokens: map[string]time.Time{}}
}

// Requests returns path and query of all requests so far.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Use counts n requests that the same application makes elsewhere.
func (s *Server) Use(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count(n)
}

// Revoke ends all tokens.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

func (s *Server) count(n int) {
	if now := time.Now(); now.Sub(s.since) >= window {
		s.since, s.used = now, 0
	}
	s.used += n
}

// agents is the form of the header User-Agent that Reddit asks for.
var agents = regexp.MustCompile(`^[a-z]+:[A-Za-z0-9._-]+:[A-Za-z0-9.+_-]+ \(by /u/[A-Za-z0-9_-]+\)$`)

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.URL.RequestURI())
	if !agents.MatchString(r.UserAgent()) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte("<!doctype html><title>Too Many Requests</title><p>whoa there, pardner!"))
		return
	}
	if r.URL.Path == "/api/v1/access_token" {
		s.serveToken(w, r)
		return
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "bearer ")
	if ends := s.tokens[token]; !ok || !ends.After(time.Now()) {
		refuse(w, http.StatusUnauthorized, "")
		return
	}
	s.count(1)
	s.writeLimits(w.Header())
	if s.used > Allowed {
		refuse(w, http.StatusTooManyRequests, "")
		return
	}
	s.serve(w, r)
}

// writeLimits tells what is left, as Reddit does.
func (s *Server) writeLimits(h http.Header) {
	h.Set("X-Ratelimit-Used", strconv.Itoa(s.used))
	h.Set("X-Ratelimit-Remaining", fmt.Sprintf("%.1f", float64(max(Allowed-s.used, 0))))
	h.Set("X-Ratelimit-Reset", strconv.Itoa(int(time.Until(s.since.Add(window)).Seconds())))
}

// serveToken gives a token. A wrong password is told with status 200.
func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	grant := r.PostFormValue("grant_type")
	switch {
	case id != ClientID || secret != Secret:
		refuse(w, http.StatusUnauthorized, "")
	case grant == "password" && (r.PostFormValue("username") != Operator || r.PostFormValue("password") != Password):
		answer(w, http.StatusOK, map[string]any{"error": "invalid_grant"})
	case grant != "password" && grant != "client_credentials":
		answer(w, http.StatusOK, map[string]any{"error": "unsupported_grant_type"})
	default:
		token := fmt.Sprintf("test-token-%d", len(s.requests))
		s.tokens[token] = time.Now().Add(life)
		answer(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "bearer", "expires_in": int(life.Seconds()), "scope": "*"})
	}
}

var communityList = regexp.MustCompile(`^/r/([A-Za-z0-9_]+)/(new|comments|search)$`)

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	raw := q.Get("raw_json") == "1"
	list := communityList.FindStringSubmatch(r.URL.Path)
	switch {
	case r.Method != http.MethodGet:
		refuse(w, http.StatusMethodNotAllowed, "")
	case r.URL.Path == "/subreddits/search":
		answer(w, http.StatusOK, page("", []any{}))
	case r.URL.Path == "/api/info":
		answer(w, http.StatusOK, page("", s.info(q, raw)))
	case r.URL.Path == "/api/morechildren":
		s.serveMore(w, q, raw)
	case strings.HasPrefix(r.URL.Path, "/comments/"):
		s.serveThread(w, "t3_"+strings.TrimPrefix(r.URL.Path, "/comments/"), q, raw)
	case list == nil:
		refuse(w, http.StatusNotFound, "")
	case slices.Contains(s.Private, list[1]):
		refuse(w, http.StatusForbidden, "private")
	case list[1] != "all" && list[1] != "gadgets" && list[1] != "acme":
		http.Redirect(w, r, "/subreddits/search?q="+list[1], http.StatusFound)
	default:
		s.servePage(w, s.listing(r.URL.Path, q), q, raw)
	}
}

// servePage answers one page of a list: behind the post of a name, or before it.
func (s *Server) servePage(w http.ResponseWriter, list []*Written, q url.Values, raw bool) {
	size, err := strconv.Atoi(q.Get("limit"))
	if err != nil {
		size = 25
	}
	size = min(size, 100)
	from := 0
	if anchor := q.Get("after") + q.Get("before"); anchor != "" {
		i := slices.IndexFunc(list, func(w *Written) bool { return w.Name == anchor })
		switch {
		case i < 0: // deleted, or too deep
			answer(w, http.StatusOK, page("", []any{}))
			return
		case q.Get("before") != "":
			list, from = list[:i], max(i-size, 0)
		default:
			from = i + 1
		}
	}
	end := min(from+size, len(list))
	children := []any{}
	for _, p := range list[from:end] {
		children = append(children, s.data(p, raw))
	}
	next := ""
	if end < len(list) {
		next = list[end-1].Name
	}
	answer(w, http.StatusOK, page(next, children))
}

func page(after string, children []any) map[string]any {
	data := map[string]any{"after": nil, "before": nil, "dist": len(children), "modhash": nil, "geo_filter": "", "children": children}
	if after != "" {
		data["after"] = after
	}
	return map[string]any{"kind": "Listing", "data": data}
}

func refuse(w http.ResponseWriter, status int, reason string) {
	body := map[string]any{"message": http.StatusText(status), "error": status}
	if reason != "" {
		body["reason"] = reason
	}
	answer(w, status, body)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client has gone
}
