// Package mastodontest is a double of a Mastodon server: as much of its API as
// the source of type mastodon uses, with the habits of the real one. Ids follow
// the time at which a post was written, so that a post from elsewhere that
// arrives late stands among the older ones; lists are shown a page at a time
// with a Link header; requests are counted against a limit; posts are HTML.
//
//	m := mastodontest.New("mastodon.example", "acme")
//	server := httptest.NewServer(m)
//	m.Post(mastodontest.Post{Author: "user1@social.example", Text: "#acme billed me twice"})
package mastodontest

import (
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

// Token is the token of the account of the server. It has the scopes
// read:statuses, read:notifications and read:search unless Scopes says less.
const Token = "mastodon-test-token"

// Limit is how many requests the server allows in Window.
const (
	Limit  = 300
	Window = 5 * time.Minute
)

// Server is the server. It is an http.Handler.
type Server struct {
	// Domain of its accounts and addresses.
	Domain string
	// Account that the token belongs to, without domain.
	Account string
	// Scopes of the token; nil: what a source needs.
	Scopes []string
	// Closed: hashtags are shown to accounts only.
	Closed bool
	// GoToSocial: ids are ULIDs, everything wants a token, errors read
	// otherwise, fields of Mastodon are missing.
	GoToSocial bool
	// Streaming is the address of the streaming API that the server names; "":
	// none, its own.
	Streaming string
	// Mute: the stream is open, and nothing comes.
	Mute bool

	mu            sync.Mutex
	statuses      []*status // by id
	notifications []notification
	seq           int
	used          int       // requests of the window
	reset         time.Time // end of the window
	requests      []string
	listening     []*listening
	changed       chan struct{} // closed when somebody listens to more; nil: nobody waits
}

// New makes a server with one account.
func New(domain, account string) *Server { return &Server{Domain: domain, Account: account} }

// Requests returns path and query of all requests so far.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Use counts n requests that somebody else makes.
func (s *Server) Use(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count(n)
}

func (s *Server) count(n int) {
	if now := time.Now(); !now.Before(s.reset) {
		s.used, s.reset = 0, now.Truncate(Window).Add(Window)
	}
	s.used += n
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/v1/streaming" {
		s.serveStream(w, r)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.URL.RequestURI())
	s.count(1)
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-RateLimit-Limit", strconv.Itoa(Limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(Limit-s.used, 0)))
	h.Set("X-RateLimit-Reset", s.reset.UTC().Format("2006-01-02T15:04:05.000000Z"))
	if s.used > Limit {
		refuse(w, http.StatusTooManyRequests, "Too many requests")
		return
	}
	switch path := r.URL.Path; {
	case r.Method != http.MethodGet:
		refuse(w, http.StatusNotFound, "Record not found")
	case path == "/api/v2/instance":
		i := map[string]any{"domain": s.Domain, "title": "Test", "version": "4.5.2", "languages": []string{"en"}}
		if s.Streaming != "" {
			i["configuration"] = map[string]any{"urls": map[string]any{"streaming": s.Streaming}}
		}
		answer(w, i)
	case path == "/api/v1/notifications":
		s.serveNotifications(w, r)
	case path == "/api/v2/search":
		s.serveSearch(w, r)
	case strings.HasPrefix(path, "/api/v1/timelines/tag/"):
		s.serveTag(w, r, strings.TrimPrefix(path, "/api/v1/timelines/tag/"))
	case strings.HasPrefix(path, "/api/v1/statuses/"):
		s.serveStatus(w, r, strings.TrimPrefix(path, "/api/v1/statuses/"))
	default:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte("<!doctype html><title>The page you are looking for isn't here.</title>"))
	}
}

// allowed answers for itself if the request may not have what needs a scope.
func (s *Server) allowed(w http.ResponseWriter, r *http.Request, scope string, open bool) bool {
	token := r.Header.Get("Authorization")
	scopes := s.Scopes
	if scopes == nil {
		scopes = []string{"read:statuses", "read:notifications", "read:search"}
	}
	switch {
	case token == "Bearer "+Token && (open || slices.Contains(scopes, scope) || slices.Contains(scopes, "read")):
		return true
	case token == "Bearer "+Token:
		refuse(w, http.StatusForbidden, "This action is outside the authorized scopes")
	case token == "" && open && !s.GoToSocial:
		return true
	case s.GoToSocial:
		refuse(w, http.StatusUnauthorized, "Unauthorized: token not supplied")
	default:
		refuse(w, http.StatusUnauthorized, "The access token is invalid")
	}
	return false
}

func (s *Server) serveTag(w http.ResponseWriter, r *http.Request, tag string) {
	if !s.allowed(w, r, "read:statuses", !s.Closed) {
		return
	}
	var list []entry
	known := false
	for _, st := range s.statuses {
		if slices.Contains(st.tags, strings.ToLower(tag)) {
			known = true
			if st.Visibility == "public" && st.boostOf == nil {
				list = append(list, entry{st.ID, st})
			}
		}
	}
	if !known && !s.GoToSocial {
		refuse(w, http.StatusNotFound, "Record not found")
		return
	}
	s.servePage(w, r, list, 20, 40)
}

func (s *Server) serveNotifications(w http.ResponseWriter, r *http.Request) {
	if !s.allowed(w, r, "read:notifications", false) {
		return
	}
	types := r.URL.Query()["types[]"]
	var list []entry
	for _, n := range s.notifications {
		if len(types) == 0 || slices.Contains(types, n.Type) {
			list = append(list, entry{n.ID, n})
		}
	}
	s.servePage(w, r, list, 40, 80)
}

// entry is what stands in a list.
type entry struct {
	id   string
	body any
}

// servePage answers a page of a list that is sorted by id, oldest first.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request, list []entry, usual, most int) {
	q := r.URL.Query()
	limit := usual
	if n, err := strconv.Atoi(q.Get("limit")); err == nil && n > 0 {
		limit = min(n, most)
	}
	above, below := q.Get("since_id"), q.Get("max_id")
	if q.Get("min_id") != "" {
		above = q.Get("min_id")
	}
	list = slices.DeleteFunc(list, func(e entry) bool {
		return above != "" && compare(e.id, above) <= 0 || below != "" && compare(e.id, below) >= 0
	})
	if len(list) > limit {
		if q.Get("min_id") != "" {
			list = list[:limit]
		} else {
			list = list[len(list)-limit:]
		}
	}
	slices.Reverse(list) // the newest first
	page := make([]any, len(list))
	for i, e := range list {
		page[i] = e.body
	}
	if len(list) > 0 {
		w.Header().Set("Link", s.link(r, "max_id", list[len(list)-1].id, "next")+", "+s.link(r, "min_id", list[0].id, "prev"))
	}
	answer(w, page)
}

func (s *Server) link(r *http.Request, name, id, rel string) string {
	q := url.Values{name: {id}}
	if limit := r.URL.Query().Get("limit"); limit != "" {
		q.Set("limit", limit)
	}
	return fmt.Sprintf("<https://%s%s?%s>; rel=%q", s.Domain, r.URL.Path, q.Encode(), rel)
}

func answer(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func refuse(w http.ResponseWriter, status int, words string) {
	w.WriteHeader(status)
	answer(w, map[string]string{"error": words})
}

// compare orders ids: numbers by value, ULIDs by their bytes. A shorter one is
// the smaller number.
func compare(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
