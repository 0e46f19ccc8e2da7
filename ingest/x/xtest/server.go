// Package xtest is a double of X as programs see it: recent search, mentions,
// lookup and counts of posts, and the events of a webhook, as much of them as
// the source of type x uses, with their habits. Lists have the newest post first
// and one token a page; ids above the number range of JSON tell the time; since_id
// is refused after seven days; an edit is another post; an answer may have posts
// and errors at once; each post is charged once a day.
//
//	x := xtest.New()
//	server := httptest.NewServer(x)
//	x.Post(xtest.Post{Author: "user1", Text: "acme billed me twice"})
package xtest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Token is the bearer token that the server takes, and Secret what it signs
// with.
const (
	Token  = "AAAAAAAAAAAAAAAAAAAAAexample"
	Secret = "the consumer secret of the app"
)

// Server is X. It is an http.Handler.
type Server struct {
	// Lag is how long the search takes to have a post that is made from now on.
	Lag time.Duration
	// Capped: all that was paid for is read.
	Capped bool
	// Limit is how many requests of a kind are allowed in 15 minutes; 0 is 450.
	Limit int

	mu       sync.Mutex
	posts    []*post // in the order of their ids, all versions
	users    map[string]*user
	charged  map[string]map[uint64]bool // by day
	windows  map[string]*window
	requests []string
}

// New makes an X without posts.
func New() *Server {
	return &Server{users: map[string]*user{}, charged: map[string]map[uint64]bool{}, windows: map[string]*window{}}
}

// Post is what somebody writes.
type Post struct {
	Author    string // name of the account
	Text      string // as typed; a repost has none
	InReplyTo string
	Quote     string // a post that is shown below the text
	Repost    string
	Picture   bool
	Lang      string
}

// Written is a post as it stands.
type Written struct {
	ID, URL, Author, Conversation string
	At                            time.Time // in seconds, as X says it
}

type user struct {
	id                   uint64
	name                 string
	protected, suspended bool
}

type post struct {
	Post
	id       uint64
	at       time.Time
	by       *user
	versions *[]uint64 // of all versions, oldest first
	root     uint64    // of the conversation
	deleted  *bool     // of all versions
	replaced bool      // by a later version
	indexed  time.Time
}

// epoch is where the time in ids begins, in milliseconds since 1970.
const epoch = 1288834974657

// account returns an account; it is made if there is none.
func (s *Server) account(name string) *user {
	u := s.users[name]
	if u == nil {
		u = &user{id: uint64(1000 + len(s.users)), name: name}
		s.users[name] = u
	}
	return u
}

// Account returns the id of an account.
func (s *Server) Account(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return decimal(s.account(name).id)
}

// Post makes a post appear.
func (s *Server) Post(p Post) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(p, &[]uint64{}, new(bool))
}

// Edit makes another version of a post, which takes the place of the last.
func (s *Server) Edit(id, text string) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.find(id)
	for _, p := range s.posts {
		if p.versions == old.versions {
			p.replaced = true
		}
	}
	p := old.Post
	p.Text = text
	return s.write(p, old.versions, old.deleted)
}

func (s *Server) write(p Post, versions *[]uint64, deleted *bool) Written {
	now := time.Now()
	n := &post{
		Post: p, at: now, by: s.account(p.Author), versions: versions, deleted: deleted, indexed: now.Add(s.Lag),
		// The lowest bits tell posts of one moment apart.
		id: uint64(now.UnixMilli()-epoch)<<22 + uint64(len(s.posts)),
	}
	*versions = append(*versions, n.id)
	n.root = (*versions)[0]
	if above := s.find(p.InReplyTo); above != nil {
		n.root = above.root
	}
	s.posts = append(s.posts, n)
	return n.written()
}

func (p *post) written() Written {
	return Written{
		ID: decimal(p.id), URL: "https://x.com/" + p.Author + "/status/" + decimal(p.id), Author: decimal(p.by.id),
		Conversation: decimal(p.root), At: p.at.UTC().Truncate(time.Second),
	}
}

// Delete takes away all versions of a post.
func (s *Server) Delete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*s.find(id).deleted = true
}

// Suspend takes an account away.
func (s *Server) Suspend(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account(name).suspended = true
}

// Protect shows the posts of an account to its followers only; whose token asks
// is one.
func (s *Server) Protect(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account(name).protected = true
}

// Charged returns how many posts were read on a day in UTC, as they are
// charged.
func (s *Server) Charged(day time.Time) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.charged[day.UTC().Format(time.DateOnly)])
}

// Requests returns path and query of all requests so far.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// find returns a version of a post, nil if there is none of that id.
func (s *Server) find(id string) *post {
	n, _ := strconv.ParseUint(id, 10, 64)
	for _, p := range s.posts {
		if p.id == n {
			return p
		}
	}
	return nil
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

// visible reports whether a post is shown to who asks.
func (p *post) visible() bool { return !*p.deleted && !p.by.suspended }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.URL.RequestURI())
	account, ofAccount := strings.CutPrefix(r.URL.Path, "/2/users/")
	account, ofMentions := strings.CutSuffix(account, "/mentions")
	switch {
	case r.Header.Get("Authorization") != "Bearer "+Token:
		refuse(w, http.StatusUnauthorized, problem{Title: "Unauthorized", Type: "about:blank", Detail: "Unauthorized"})
	case !s.allowed(w, r.URL.Path):
		refuse(w, http.StatusTooManyRequests, problem{Title: "Too Many Requests", Type: "about:blank", Detail: "Too Many Requests"})
	case s.Capped:
		refuse(w, http.StatusTooManyRequests, problem{
			Title: "UsageCapExceeded", Type: "https://api.x.com/2/problems/usage-capped", Detail: "Usage cap exceeded: Monthly product cap",
		})
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.URL.Path == "/2/tweets/search/recent":
		s.serveSearch(w, r.URL.Query())
	case r.URL.Path == "/2/tweets/counts/recent":
		s.serveCounts(w, r.URL.Query())
	case r.URL.Path == "/2/tweets":
		s.serveLookup(w, r.URL.Query())
	case ofAccount && ofMentions:
		s.serveMentions(w, r.URL.Query(), account)
	default:
		refuse(w, http.StatusNotFound, problem{Title: "Not Found", Type: "about:blank", Detail: "Not Found"})
	}
}

// window counts requests.
type window struct {
	until time.Time
	used  int
}

// allowed counts a request and writes the headers that tell of it.
func (s *Server) allowed(w http.ResponseWriter, path string) bool {
	limit := s.Limit
	if limit == 0 {
		limit = 450
	}
	n := s.windows[path]
	if n == nil || !time.Now().Before(n.until) {
		n = &window{until: time.Now().Add(15 * time.Minute)}
		s.windows[path] = n
	}
	n.used++
	w.Header().Set("x-rate-limit-limit", strconv.Itoa(limit))
	w.Header().Set("x-rate-limit-remaining", strconv.Itoa(max(limit-n.used, 0)))
	w.Header().Set("x-rate-limit-reset", strconv.FormatInt(n.until.Unix()+1, 10))
	return n.used <= limit
}
