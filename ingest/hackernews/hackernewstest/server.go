// Package hackernewstest is a double of Hacker News as programs see it: the
// search index of Algolia under /api/v1, the item tree of Firebase under /v0,
// as much of both as the source of type hackernews uses, with their habits. The
// index completes words, forgives typing errors unless it is told not to, shows
// the newest 1,000 hits of a query, and may lag behind the tree. The tree
// answers null for what it has not, and keeps what was deleted without its
// text.
//
//	n := hackernewstest.New()
//	server := httptest.NewServer(n)
//	n.Post(hackernewstest.Post{Author: "user1", Title: "Ask HN: Acme billed me twice"})
package hackernewstest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Server is both interfaces. It is an http.Handler.
type Server struct {
	// Lag is how long the index takes to have a post that is made from now on.
	Lag time.Duration
	// Estimates: the index does not count its hits, but estimates.
	Estimates bool
	// Forgiving: the index forgives typing errors although it is told not to.
	Forgiving bool

	mu       sync.Mutex
	posts    []*post // by number
	stalled  time.Time
	requests []string
}

// New makes a Hacker News without posts.
func New() *Server { return &Server{} }

// first is the number of the first post.
const first = 40_000_000

// Post is what somebody writes: a story, or with InReplyTo a comment.
type Post struct {
	Author    string
	Title     string // of a story
	Link      string // of a story
	Text      string // as typed: paragraphs, links
	HTML      string // if set, instead of Text
	Kind      string // "" is story or comment; "poll", "job"
	InReplyTo int64
	At        time.Time // the zero time is now
}

type post struct {
	Post
	id            int64
	indexed       time.Time
	html          string
	kids          []int64
	score         int
	deleted, dead bool
	hidden        bool
}

// Post makes a post appear and returns its number.
func (s *Server) Post(p Post) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.At.IsZero() {
		p.At = time.Now()
	}
	n := &post{Post: p, id: first + int64(len(s.posts)), indexed: p.At.Add(s.Lag), html: p.HTML, score: 1}
	if n.html == "" {
		n.html = Render(p.Text)
	}
	switch {
	case p.Kind != "":
	case p.InReplyTo != 0:
		n.Kind = "comment"
	default:
		n.Kind = "story"
	}
	if above := s.find(p.InReplyTo); above != nil {
		above.kids = append(above.kids, n.id)
	}
	s.posts = append(s.posts, n)
	return n.id
}

// Edit gives a post another text, in tree and index.
func (s *Server) Edit(id int64, text string) { s.change(id, func(p *post) { p.html = Render(text) }) }

// Delete empties a post, as its author may do for two hours. The index forgets
// it.
func (s *Server) Delete(id int64) { s.change(id, func(p *post) { p.deleted = true }) }

// Kill makes a post dead, as flags and moderators do. The index forgets it.
func (s *Server) Kill(id int64) { s.change(id, func(p *post) { p.dead = true }) }

// Revive takes back a Kill, as users can who vouch for a post.
func (s *Server) Revive(id int64) { s.change(id, func(p *post) { p.dead = false }) }

// Hide makes the tree answer null for a post, as it does for those that it has
// not yet.
func (s *Server) Hide(id int64, hidden bool) { s.change(id, func(p *post) { p.hidden = hidden }) }

func (s *Server) change(id int64, f func(*post)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.find(id))
}

// Stall makes the index stand still, until Resume.
func (s *Server) Stall() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stalled = time.Now()
}

// Resume makes the index catch up.
func (s *Server) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stalled = time.Time{}
}

// Requests returns path and query of all requests so far.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// find returns a post, nil if there is none.
func (s *Server) find(id int64) *post {
	if id < first || id >= first+int64(len(s.posts)) {
		return nil
	}
	return s.posts[id-first]
}

// story is the post at the top of a thread.
func (s *Server) story(p *post) *post {
	for p.InReplyTo != 0 {
		p = s.find(p.InReplyTo)
	}
	return p
}

// below counts the comments under a post.
func (s *Server) below(p *post) (n int) {
	for _, id := range p.kids {
		n += 1 + s.below(s.find(id))
	}
	return n
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.URL.RequestURI())
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	item, isItem := strings.CutPrefix(r.URL.Path, "/v0/item/")
	switch {
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.URL.Path == "/api/v1/search_by_date":
		s.serveSearch(w, r.URL.Query())
	case r.URL.Path == "/v0/maxitem.json":
		answer(w, first+len(s.posts)-1)
	case isItem:
		id, _ := strconv.ParseInt(strings.TrimSuffix(item, ".json"), 10, 64)
		s.serveItem(w, s.find(id))
	default:
		w.WriteHeader(http.StatusNotFound)
		answer(w, map[string]string{"error": "not found"})
	}
}

// serveItem answers a post of the tree. Fields that are empty are left out.
func (s *Server) serveItem(w http.ResponseWriter, p *post) {
	if p == nil || p.hidden {
		answer(w, nil)
		return
	}
	item := map[string]any{"id": p.id, "type": p.Kind, "time": p.At.Unix()}
	if len(p.kids) > 0 {
		item["kids"] = p.kids
	}
	if p.InReplyTo != 0 {
		item["parent"] = p.InReplyTo
	} else {
		item["score"], item["descendants"] = p.score, s.below(p)
	}
	switch {
	case p.deleted:
		item["deleted"] = true
		answer(w, item)
		return
	case p.dead:
		item["dead"] = true
	}
	item["by"] = p.Author
	for name, value := range map[string]string{"title": p.Title, "url": p.Link, "text": p.html} {
		if value != "" {
			item[name] = value
		}
	}
	answer(w, item)
}

func answer(w http.ResponseWriter, v any) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // the client has gone
}
