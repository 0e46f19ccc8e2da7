// Package discoursetest is a double of a forum that runs Discourse: as much of
// its API and of its webhooks as the source of type discourse uses, with the
// habits of the real one. A search shows one post of each topic, cut short, and
// ten pages at most; it may be refused with status 200; limits are told in a
// header, in the body, or not at all; a webhook that is called a form is JSON.
//
//	d := discoursetest.New("https://forum.example")
//	server := httptest.NewServer(d)
//	d.Post(discoursetest.Post{Title: "Acme billed me twice"})
package discoursetest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Key is a key of the API, of the user User. Any other is refused.
const (
	Key  = "discourse-test-key"
	User = "directdial"
)

// Server is the forum. It is an http.Handler.
type Server struct {
	// Address of the forum.
	Address string
	// Old: /posts.json shows the fifty ids up to the one that is named.
	Old bool
	// Closed: the forum is shown to who is logged in.
	Closed bool
	// Lag is how far the index of the search is behind.
	Lag time.Duration

	mu       sync.Mutex
	posts    []*post // by id
	topics   map[int64]*topic
	seq      int64
	busy     int // searches that are refused
	limited  int // requests that are refused
	limit    func(http.Header) any
	requests []string
}

type topic struct {
	id      int64
	title   string
	private bool
}

// New makes a forum without a post.
func New(address string) *Server { return &Server{Address: address, topics: map[int64]*topic{}} }

// Overload makes the next n searches be refused, with status 200.
func (s *Server) Overload(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = n
}

// Limit makes the next n requests be refused with status 429 and the body that
// answer makes beside the headers it sets.
func (s *Server) Limit(n int, answer func(http.Header) any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limited, s.limit = n, answer
}

// Requests returns path and query of all requests so far.
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
	key := r.Header.Get("Api-Key")
	parts := strings.Split(strings.Trim(strings.TrimSuffix(r.URL.Path, ".json"), "/"), "/")
	switch {
	case s.limited > 0:
		s.limited--
		body := s.limit(w.Header())
		w.WriteHeader(http.StatusTooManyRequests)
		reply(w, body)
	case key != "" && (key != Key || r.Header.Get("Api-Username") != User), key == "" && s.Closed:
		refuse(w, http.StatusForbidden, "invalid_access", "You are not permitted to view the requested resource.")
	case r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, ".json"):
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte("<!doctype html><title>Oops!</title>"))
	case r.URL.Path == "/posts.json":
		s.serveLatest(w, r)
	case r.URL.Path == "/search.json":
		s.serveSearch(w, r)
	case parts[0] == "t":
		s.serveTopic(w, r, parts[1:])
	default:
		notFound(w)
	}
}

func (s *Server) serveLatest(w http.ResponseWriter, r *http.Request) {
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	list := []any{}
	for _, p := range slices.Backward(s.posts) {
		switch {
		case !p.public() || p.kind != 1:
		case before > 0 && s.Old && (p.id > before || p.id <= before-50):
		case before > 0 && !s.Old && p.id >= before:
		case len(list) < 50:
			list = append(list, s.show(p, true))
		}
	}
	reply(w, map[string]any{"latest_posts": list})
}

// serveTopic serves /t/{id}, /t/{id}/{number} and /t/{id}/posts.
func (s *Server) serveTopic(w http.ResponseWriter, r *http.Request, parts []string) {
	id, _ := strconv.ParseInt(parts[0], 10, 64)
	t := s.topics[id]
	if t == nil || t.private {
		notFound(w)
		return
	}
	var all []*post
	for _, p := range s.posts {
		if p.topic == t && p.public() {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		notFound(w)
		return
	}
	if len(parts) == 2 && parts[1] == "posts" {
		wanted := r.URL.Query()["post_ids[]"]
		list := []any{}
		for _, p := range all {
			if slices.Contains(wanted, strconv.FormatInt(p.id, 10)) {
				list = append(list, s.show(p, false))
			}
		}
		reply(w, map[string]any{"id": t.id, "post_stream": map[string]any{"posts": list[:min(len(list), 20)]}})
		return
	}
	ids, from := []int64{}, 0
	for i, p := range all {
		ids = append(ids, p.id)
		if len(parts) == 2 && strconv.Itoa(p.number) == parts[1] {
			from = max(i-5, 0)
		}
	}
	list := []any{}
	for _, p := range all[from:min(from+20, len(all))] {
		list = append(list, s.show(p, false))
	}
	reply(w, map[string]any{"id": t.id, "title": t.title, "slug": slug(t.title), "post_stream": map[string]any{"posts": list, "stream": ids}})
}

func reply(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func refuse(w http.ResponseWriter, status int, kind, words string) {
	w.WriteHeader(status)
	reply(w, map[string]any{"errors": []string{words}, "error_type": kind})
}

func notFound(w http.ResponseWriter) {
	refuse(w, http.StatusNotFound, "not_found", "The requested URL or resource could not be found.")
}
