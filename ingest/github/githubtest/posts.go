package githubtest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The kinds of posts.
const (
	Issue      = "issue"
	Pull       = "pull-request"
	Discussion = "discussion"
)

// Post is what somebody writes.
type Post struct {
	Repo   string // "acme/widget" if left out
	Kind   string // Issue if left out
	Title  string // "Post <number>" if left out
	Body   string // Markdown
	Author string // login; "user1" if left out, "-" for an account that is gone, "…[bot]" for a program
	At     time.Time
}

// Written is a post on GitHub.
type Written struct {
	ID     string // of the node
	URL    string
	Title  string
	Author int64 // id of the account
	At     time.Time
}

// entry is a post, or a comment if its title is empty.
type entry struct {
	id               int64
	node, repo, kind string
	number           int
	title, body      string
	author           string
	created, updated time.Time
	edited           time.Time
	on               *entry // of a comment: the first post of the thread
	parent           *entry // of a reply to a comment in a discussion
	comments         []*entry
	movedTo          *entry
	deleted, private bool
}

func (e *entry) written() Written {
	return Written{ID: e.node, URL: e.url(), Title: e.title, Author: userID(e.author), At: e.created}
}

func (e *entry) url() string {
	root := e
	if e.on != nil {
		root = e.on
	}
	url := "https://github.com/" + root.repo + map[string]string{Issue: "/issues/", Pull: "/pull/", Discussion: "/discussions/"}[root.kind] + fmt.Sprint(root.number)
	switch {
	case e.on == nil:
		return url
	case root.kind == Discussion:
		return fmt.Sprintf("%s#discussioncomment-%d", url, e.id)
	}
	return fmt.Sprintf("%s#issuecomment-%d", url, e.id)
}

// Open opens an issue, a pull request or a discussion. It was created at the
// time of the post, and appears now.
func (s *Server) Open(p Post) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.add(p.Author, p.Body, p.At)
	e.repo, e.kind, e.number, e.title = or(p.Repo, "acme/widget"), or(p.Kind, Issue), int(e.id), or(p.Title, fmt.Sprintf("Post %d", e.id))
	e.node = nodeID(map[string]string{Issue: "I", Pull: "PR", Discussion: "D"}[e.kind], e.id)
	s.threads = append(s.threads, e)
	return e.written()
}

// Comment adds a comment to a post, or a reply to a comment in a discussion.
func (s *Server) Comment(to Written, author, body string) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, above := s.add(author, body, time.Time{}), s.find(to.ID)
	e.on = above
	if above.on != nil {
		e.on, e.parent = above.on, above
	}
	e.kind = e.on.kind
	e.node = nodeID(map[string]string{Issue: "IC", Pull: "IC", Discussion: "DC"}[e.kind], e.id)
	e.on.comments = append(e.on.comments, e)
	e.on.updated = e.created
	return e.written()
}

// Edit gives a post another text.
func (s *Server) Edit(id, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.find(id)
	e.body, e.updated, e.edited = body, now(), now()
	if e.on != nil {
		e.on.updated = now()
	}
}

// Touch updates a post without a word, as a label does.
func (s *Server) Touch(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.find(id).updated = now()
}

// Delete takes a post away.
func (s *Server) Delete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.find(id).deleted = true
}

// Transfer moves an issue to another repository, where it is another post.
func (s *Server) Transfer(id, repo string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.find(id)
	moved := *old
	s.seq++
	moved.id, moved.number, moved.repo = s.seq, int(s.seq), repo
	moved.node = nodeID("I", moved.id)
	s.threads = append(s.threads, &moved)
	old.movedTo = &moved
}

// Hide makes a repository private: nobody but its members sees its posts.
func (s *Server) Hide(repo string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.threads {
		e.private = e.private || e.repo == repo
	}
}

func (s *Server) add(author, body string, at time.Time) *entry {
	s.seq++
	e := &entry{id: s.seq, author: or(author, "user1"), body: body, created: now(), updated: now()}
	if !at.IsZero() {
		e.created = at.UTC().Truncate(time.Second)
	}
	return e
}

// find returns a post, nil if there is none.
func (s *Server) find(id string) *entry {
	for _, e := range s.threads {
		if e.node == id {
			return e
		}
		if i := slices.IndexFunc(e.comments, func(c *entry) bool { return c.node == id }); i >= 0 {
			return e.comments[i]
		}
	}
	return nil
}

// visible are the comments that were not deleted.
func (e *entry) visible() (list []*entry) {
	for _, c := range e.comments {
		if !c.deleted {
			list = append(list, c)
		}
	}
	return list
}

// now is the clock of GitHub: it counts seconds.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

// nodeID is of the form of GitHub's: a kind and something opaque.
func nodeID(kind string, id int64) string {
	return kind + "_" + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "kwDO%08d", id))
}

// userID is the id of an account, which stays.
func userID(login string) (id int64) {
	if login == "-" {
		return 0
	}
	for _, c := range login {
		id = id*31%1_000_003 + int64(c)
	}
	return id
}

func isBot(login string) bool { return strings.HasSuffix(login, "[bot]") }

func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}
