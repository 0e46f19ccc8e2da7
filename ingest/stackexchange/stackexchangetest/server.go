// Package stackexchangetest is a double of the API of Stack Exchange, as much
// of it as the source of type stackexchange uses, with its habits: answers are
// always compressed, titles and names have entities, users can be gone, a quota
// is counted by the day, a method can ask not to be asked for a while, and what
// goes too far is refused with status 400 and a sentence.
//
//	se := stackexchangetest.New()
//	server := httptest.NewServer(se)
//	se.Post(stackexchangetest.Post{Author: "user1", Title: "Billed twice?", Text: "Acme did it.", Tags: []string{"acme"}})
package stackexchangetest

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Key is the key of an application.
const Key = "stackexchange-test-key"

// Quotas of a day.
const (
	Quota        = 300
	QuotaWithKey = 10_000
)

// Server is the API. It is an http.Handler. The version stands before the
// paths: /2.3.
type Server struct {
	// Lag is how long search takes to find a post that is made from now on.
	Lag time.Duration
	// Sites that there are.
	Sites []string

	mu       sync.Mutex
	posts    []*Written // by number
	users    []string   // by number
	used     int
	day      time.Time
	backoff  int                  // of the next answer
	until    map[string]time.Time // by method
	requests []string
	asked    map[string]time.Time
	faults   []string
}

// New makes an API without posts.
func New() *Server {
	return &Server{Sites: []string{"stackoverflow", "superuser", "unix"}, until: map[string]time.Time{}, asked: map[string]time.Time{}}
}

// Requests returns path and query of all requests so far.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Faults returns what was asked against the rules: a method during its
// back-off, the same request within a minute.
func (s *Server) Faults() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.faults)
}

// Use counts n requests that somebody else makes from the same address.
func (s *Server) Use(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count(n)
}

// Backoff makes the next answer ask that its method is not asked for a while.
func (s *Server) Backoff(seconds int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.backoff = seconds
}

func (s *Server) count(n int) {
	if day := time.Now().UTC().Truncate(24 * time.Hour); day.After(s.day) {
		s.day, s.used = day, 0
	}
	s.used += n
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.URL.RequestURI())
	s.count(1)
	q := r.URL.Query()
	path, ok := strings.CutPrefix(r.URL.Path, "/2.3")
	method, ids := split(path)
	limit := Quota
	if q.Get("key") == Key {
		limit = QuotaWithKey
	}
	now := time.Now()
	switch until := s.until[method]; {
	case !ok || r.Method != http.MethodGet:
		refuse(w, 404, "no_method", "this method cannot be called this way")
		return
	case s.used > limit:
		refuse(w, 502, "throttle_violation", fmt.Sprintf("too many requests from this IP, more requests available in %d seconds",
			int(s.day.Add(24*time.Hour).Sub(now).Seconds())))
		return
	case now.Before(until):
		s.faults = append(s.faults, fmt.Sprintf("%s %v before the end of its back-off", method, until.Sub(now)))
		refuse(w, 502, "throttle_violation", fmt.Sprintf("too many requests from this IP, more requests available in %d seconds", int(until.Sub(now).Seconds())+1))
		return
	case !slices.Contains(s.Sites, q.Get("site")):
		refuse(w, 400, "bad_parameter", "No site found for name `"+q.Get("site")+"`")
		return
	}
	if last, again := s.asked[r.URL.String()]; again && now.Sub(last) < time.Minute {
		s.faults = append(s.faults, "the same within a minute: "+r.URL.RequestURI())
	}
	s.asked[r.URL.String()] = now
	found, known := s.find(method, ids, q)
	if !known {
		refuse(w, 404, "no_method", "no method found with this name")
		return
	}
	s.servePage(w, method, q, found, limit)
}

// split parts a path into its method and the numbers in it.
func split(path string) (method string, ids []int64) {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if part == "" || part[0] < '0' || part[0] > '9' {
			continue
		}
		parts[i] = "{ids}"
		for _, word := range strings.Split(part, ";") {
			id, _ := strconv.ParseInt(word, 10, 64)
			ids = append(ids, id)
		}
	}
	return strings.Join(parts, "/"), ids
}

// servePage answers one page of what was found.
func (s *Server) servePage(w http.ResponseWriter, method string, q url.Values, found []*Written, limit int) {
	size, page := number(q, "pagesize", 30), number(q, "page", 1)
	if size > 100 || page < 1 {
		refuse(w, 400, "bad_parameter", "pagesize")
		return
	}
	if page > 25 && q.Get("key") == "" {
		refuse(w, 403, "access_denied", "page above 25 requires access token or app key")
		return
	}
	end := min(page*size, len(found))
	items := make([]map[string]any, 0, size)
	for _, p := range found[min((page-1)*size, len(found)):end] {
		items = append(items, s.item(p, method, q.Get("filter") == "withbody"))
	}
	body := map[string]any{
		"items": items, "has_more": end < len(found), "quota_max": limit, "quota_remaining": max(limit-s.used, 0),
	}
	if s.backoff > 0 {
		body["backoff"] = s.backoff
		s.until[method] = time.Now().Add(time.Duration(s.backoff) * time.Second)
		s.backoff = 0
	}
	answer(w, http.StatusOK, body)
}

func number(q url.Values, name string, usual int) int {
	if n, err := strconv.Atoi(q.Get(name)); err == nil {
		return n
	}
	return usual
}

func refuse(w http.ResponseWriter, id int, name, message string) {
	answer(w, http.StatusBadRequest, map[string]any{"error_id": id, "error_name": name, "error_message": message})
}

// answer compresses, whatever the client says it takes.
func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(w)
	_ = json.NewEncoder(z).Encode(body) // the client has gone
	_ = z.Close()
}

// packers keeps what packs, which is almost a megabyte each.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}
