package blueskytest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Post is what somebody writes.
type Post struct {
	Author string // handle
	Name   string // that the author shows
	// Text as typed: "@handle", "#tag" and links become facets, and links are
	// shortened as the platform's own program does.
	Text    string
	Lang    string
	ReplyTo string // uri
	Quote   string // uri
	Alt     string // description of an image
	Tags    []string
	Labels  []string
	// At is when the author says that it was written; the zero time is now.
	At time.Time
}

// Written is a post on the network.
type Written struct {
	URI, URL string
	// Shown is what stands in the text, with shortened links.
	Shown string
	At    time.Time // what lists are sorted by
}

// post is a post of the network.
type post struct {
	uri, cid string
	author   *account
	text     string
	facets   []any
	named    []string // DIDs
	written  Post
	root     string
	created  string // as the record has it
	sortAt   time.Time
	indexed  time.Time
	deleted  bool
	reposts  int
}

// Post makes a post appear.
func (s *Server) Post(p Post) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	now := time.Now().UTC().Truncate(time.Millisecond)
	if p.At.IsZero() {
		p.At = now
	}
	a := s.account(p.Author)
	if p.Name != "" {
		a.name = p.Name
	}
	x := &post{
		uri: fmt.Sprintf("at://%s/app.bsky.feed.post/3k%08d", a.did, s.seq), cid: fmt.Sprintf("bafyrei%08d", s.seq),
		author: a, written: p, created: stamp(p.At), indexed: now, sortAt: p.At.UTC().Truncate(time.Millisecond),
	}
	if x.sortAt.After(now) {
		x.sortAt = now
	}
	x.write(s, p.Text)
	if parent := s.find(p.ReplyTo); parent != nil {
		x.root = parent.uri
		if parent.root != "" {
			x.root = parent.root
		}
	}
	i, _ := slices.BinarySearchFunc(s.posts, x, newer)
	s.posts = slices.Insert(s.posts, i, x)
	s.stream.commit(x.uri, "create", x.record())
	return x.wrote()
}

func (x *post) wrote() Written {
	_, key, _ := strings.Cut(x.uri, "/app.bsky.feed.post/")
	return Written{URI: x.uri, URL: "https://bsky.app/profile/" + x.author.did + "/post/" + key, Shown: x.text, At: x.sortAt}
}

// newer orders posts as lists have them.
func newer(a, b *post) int {
	if c := b.sortAt.Compare(a.sortAt); c != 0 {
		return c
	}
	return strings.Compare(b.cid, a.cid)
}

func (x *post) write(s *Server, text string) {
	x.text, x.facets, x.named = s.facets(text)
}

// Edit gives a post another text.
func (s *Server) Edit(uri, text string) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.find(uri)
	x.write(s, text)
	s.stream.commit(uri, "update", x.record())
	return x.wrote()
}

// Delete takes a post away.
func (s *Server) Delete(uri string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.find(uri).deleted = true
	s.stream.commit(uri, "delete", nil)
}

// DeleteAccount takes an account away, with all its posts.
func (s *Server) DeleteAccount(handle string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.account(handle)
	a.gone = true
	s.stream.gone(a, "deleted")
}

// Block makes an account block that of the server: its posts look as if they
// were not there.
func (s *Server) Block(handle string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account(handle).blocks = true
}

// Label puts labels on an account.
func (s *Server) Label(handle string, labels ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.account(handle)
	a.labels = append(a.labels, labels...)
}

// find returns a post, nil if there is none.
func (s *Server) find(uri string) *post {
	for _, x := range s.posts {
		if x.uri == uri && !x.deleted {
			return x
		}
	}
	return nil
}

// hidden reports whether a post is not to be seen.
func (x *post) hidden(viewer bool) bool {
	return x.deleted || x.author.gone || viewer && x.author.blocks
}

// special is what the platform's own program makes facets of.
var special = regexp.MustCompile(`https?://[^\s]+|#[\pL\pN_]+|@[A-Za-z0-9.-]+[A-Za-z0-9]`)

// facets makes the facets of a text, by bytes, and finds whom it names.
func (s *Server) facets(typed string) (text string, facets []any, named []string) {
	var b strings.Builder
	end := 0
	for _, at := range special.FindAllStringIndex(typed, -1) {
		b.WriteString(typed[end:at[0]])
		word := typed[at[0]:at[1]]
		end = at[1]
		start := b.Len()
		var feature object
		switch word[0] {
		case '#':
			b.WriteString(word)
			feature = object{"$type": "app.bsky.richtext.facet#tag", "tag": word[1:]}
		case '@':
			b.WriteString(word)
			named = append(named, s.account(word[1:]).did)
			feature = object{"$type": "app.bsky.richtext.facet#mention", "did": s.account(word[1:]).did}
		default:
			b.WriteString(short(word))
			feature = object{"$type": "app.bsky.richtext.facet#link", "uri": word}
		}
		facets = append(facets, object{"index": object{"byteStart": start, "byteEnd": b.Len()}, "features": []any{feature}})
	}
	b.WriteString(typed[end:])
	return b.String(), facets, named
}

// short is a link as it is shown.
func short(link string) string {
	_, rest, _ := strings.Cut(link, "://")
	host, path, _ := strings.Cut(rest, "/")
	if len(path) > 15 {
		path = path[:13] + "..."
	}
	if path != "" {
		path = "/" + path
	}
	return host + path
}
