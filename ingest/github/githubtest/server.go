// Package githubtest is a double of GitHub: as much of its two APIs and of its
// webhooks as the source of type github uses, with the habits of the real one.
// Searches show a thousand results and no more, have a bucket of their own, and
// may be cut short or lag behind; limits are told with 403 and with 429; an
// issue that was deleted is 410 and a comment 404; times count seconds.
//
//	g := githubtest.New()
//	server := httptest.NewServer(g)
//	g.Open(githubtest.Post{Title: "Acme billed me twice"})
package githubtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Token is a token that GitHub accepts. Any other is refused.
const Token = "github-test-token"

// Server is GitHub. It is an http.Handler.
type Server struct {
	// Lag is how far the index of the search is behind.
	Lag time.Duration

	mu         sync.Mutex
	threads    []*entry
	seq        int64
	windows    map[string]*window
	incomplete int // searches that are cut short
	secondary  int // requests that are refused
	header     http.Header
	requests   []string
}

// window counts requests against one limit.
type window struct {
	used  int
	reset time.Time
}

// New makes GitHub without a post.
func New() *Server { return &Server{windows: map[string]*window{}, seq: 100} }

// CutShort makes the next n searches take too long: they show half of what
// they found.
func (s *Server) CutShort(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.incomplete = n
}

// Abuse makes the next n requests be refused by the secondary limit, with these
// headers.
func (s *Server) Abuse(n int, header http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secondary, s.header = n, header
}

// Use counts n requests of somebody else who uses the token.
func (s *Server) Use(bucket string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count(bucket, true, n)
}

// Requests returns path and query of all requests so far; those of GraphQL with
// the name of the operation.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.URL.RequestURI())
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	authorized := r.Header.Get("Authorization") == "Bearer "+Token
	switch {
	case r.Header.Get("User-Agent") == "":
		refuse(w, http.StatusForbidden, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.")
		return
	case !authorized && r.Header.Get("Authorization") != "":
		refuse(w, http.StatusUnauthorized, "Bad credentials")
		return
	case s.secondary > 0:
		s.secondary--
		for name, values := range s.header {
			w.Header()[name] = values
		}
		refuse(w, http.StatusForbidden, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
		return
	}
	bucket := "core"
	switch {
	case strings.HasPrefix(r.URL.Path, "/search/"):
		bucket = "search"
	case r.URL.Path == "/graphql":
		bucket = "graphql"
	}
	if !s.limit(w.Header(), bucket, authorized) {
		refuse(w, http.StatusForbidden, "API rate limit exceeded for user ID 1.")
		return
	}
	switch {
	case r.URL.Path == "/search/issues" && r.Method == http.MethodGet:
		s.serveSearch(w, r)
	case r.URL.Path == "/graphql" && r.Method == http.MethodPost:
		s.serveGraphQL(w, r, authorized)
	case strings.HasPrefix(r.URL.Path, "/repos/") && r.Method == http.MethodGet:
		s.serveRepo(w, r)
	default:
		refuse(w, http.StatusNotFound, "Not Found")
	}
}

// limit counts a request and tells the limit that it counts for.
func (s *Server) limit(h http.Header, bucket string, authorized bool) bool {
	most, win := s.count(bucket, authorized, 1)
	h.Set("X-RateLimit-Limit", strconv.Itoa(most))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(most-win.used, 0)))
	h.Set("X-RateLimit-Used", strconv.Itoa(win.used))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(win.reset.Unix(), 10))
	h.Set("X-RateLimit-Resource", bucket)
	return win.used <= most
}

func (s *Server) count(bucket string, authorized bool, n int) (most int, win *window) {
	most = map[string]int{"core": 60, "search": 10}[bucket]
	if authorized {
		most = map[string]int{"core": 5000, "search": 30, "graphql": 5000}[bucket]
	}
	length := time.Hour
	if bucket == "search" {
		length = time.Minute
	}
	win = s.windows[bucket]
	if win == nil || !time.Now().Before(win.reset) {
		win = &window{reset: now().Add(length)}
		s.windows[bucket] = win
	}
	win.used += n
	return most, win
}

// serveRepo serves an issue, a comment, and the comments on an issue.
func (s *Server) serveRepo(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/repos/"), "/")
	if len(parts) < 4 || parts[2] != "issues" {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	repo, number := parts[0]+"/"+parts[1], parts[len(parts)-1]
	if len(parts) == 5 && parts[3] == "comments" {
		s.serveComment(w, repo, number)
		return
	}
	i := slices.IndexFunc(s.threads, func(e *entry) bool {
		return e.repo == repo && strconv.Itoa(e.number) == parts[3] && e.kind != Discussion && !e.private
	})
	switch {
	case i < 0:
		refuse(w, http.StatusNotFound, "Not Found")
	case s.threads[i].movedTo != nil:
		to := s.threads[i].movedTo
		http.Redirect(w, r, "/repos/"+to.repo+"/issues/"+strconv.Itoa(to.number), http.StatusMovedPermanently)
	case s.threads[i].deleted:
		refuse(w, http.StatusGone, "This issue was deleted")
	case len(parts) == 5 && number == "comments":
		serveComments(w, r, s.threads[i])
	default:
		reply(w, restOf(s.threads[i]))
	}
}

func (s *Server) serveComment(w http.ResponseWriter, repo, id string) {
	for _, e := range s.threads {
		for _, c := range e.visible() {
			if e.repo == repo && e.kind != Discussion && !e.private && !e.deleted && strconv.FormatInt(c.id, 10) == id {
				reply(w, restOf(c))
				return
			}
		}
	}
	refuse(w, http.StatusNotFound, "Not Found")
}

func serveComments(w http.ResponseWriter, r *http.Request, e *entry) {
	q := r.URL.Query()
	since, _ := time.Parse(time.RFC3339, q.Get("since"))
	list := []any{}
	for _, c := range e.visible() {
		if !c.updated.Before(since) {
			list = append(list, restOf(c))
		}
	}
	size, page := number(q.Get("per_page"), 30), number(q.Get("page"), 1)
	reply(w, list[min((page-1)*size, len(list)):min(page*size, len(list))])
}

func number(s string, instead int) int {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return min(n, 100)
	}
	return instead
}

func reply(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func refuse(w http.ResponseWriter, status int, message string) {
	w.WriteHeader(status)
	reply(w, map[string]any{"message": message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(status)})
}
