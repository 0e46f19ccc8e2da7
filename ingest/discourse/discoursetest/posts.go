package discoursetest

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"
)

// Post is what somebody writes.
type Post struct {
	Topic   int64  // 0: a topic of its own
	Title   string // of a topic of its own; "Topic <id>" if left out
	Text    string // as typed; paragraphs, no markup
	Cooked  string // HTML, taken instead of Text
	Author  string // "user1" if left out, "system" for the forum itself
	ReplyTo int    // number of the post it answers
	Kind    int    // 1 if left out: regular
	At      time.Time
}

// Written is a post on the forum.
type Written struct {
	ID, Topic int64
	Number    int
	Title     string
	URL       string
	Author    int64
	At        time.Time
}

type post struct {
	id               int64
	topic            *topic
	number, kind     int
	cooked           string
	author           string
	replyTo, version int
	created, updated time.Time
	deleted          time.Time
	byAuthor, hidden bool
}

// public reports whether everybody can read the post.
func (p *post) public() bool { return !p.topic.private && p.deleted.IsZero() && !p.hidden }

// Post makes a post appear. Its date may be another, as of an import.
func (s *Server) Post(w Post) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	t := s.topics[w.Topic]
	if t == nil {
		t = &topic{id: 1000 + s.seq, title: w.Title}
		if t.title == "" {
			t.title = fmt.Sprintf("Topic %d", t.id)
		}
		s.topics[t.id] = t
	}
	p := &post{id: s.seq, topic: t, number: 1, kind: max(w.Kind, 1), cooked: w.Cooked, author: w.Author, replyTo: w.ReplyTo, version: 1, created: now(), updated: now()}
	for _, other := range s.posts {
		if other.topic == t {
			p.number = other.number + 1
		}
	}
	if p.cooked == "" {
		p.cooked = cook(w.Text)
	}
	if p.author == "" {
		p.author = "user1"
	}
	if !w.At.IsZero() {
		p.created = w.At.UTC().Truncate(time.Millisecond)
	}
	s.posts = append(s.posts, p)
	return s.written(p)
}

// Written returns a post by its id.
func (s *Server) Written(id int64) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.written(s.posts[id-1])
}

func (s *Server) written(p *post) Written {
	return Written{ID: p.id, Topic: p.topic.id, Number: p.number, Title: p.topic.title, URL: s.url(p), Author: userID(p.author), At: p.created}
}

// Edit gives a post another text.
func (s *Server) Edit(id int64, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[id-1]
	p.cooked, p.updated = cook(text), now()
	p.version++
}

// Delete takes a post away; its author's deletion leaves a note.
func (s *Server) Delete(id int64, byAuthor bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[id-1]
	p.updated = now()
	if byAuthor {
		p.byAuthor, p.cooked = true, "<p>(post deleted by author)</p>"
		return
	}
	p.deleted = now()
}

// Recover brings a post back.
func (s *Server) Recover(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posts[id-1].deleted, s.posts[id-1].updated = time.Time{}, now()
}

// Hide makes a topic private: nobody but its members sees its posts.
func (s *Server) Hide(topic int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.topics[topic].private = true
}

// show is a post as the API shows it; titled says whether with its topic.
func (s *Server) show(p *post, titled bool) map[string]any {
	m := map[string]any{
		"id": p.id, "post_number": p.number, "post_type": p.kind, "topic_id": p.topic.id, "topic_slug": slug(p.topic.title),
		"cooked": p.cooked, "user_id": userID(p.author), "username": p.author, "name": strings.ToUpper(p.author[:1]) + p.author[1:],
		"avatar_template": "/user_avatar/" + p.author + "/{size}/1.png",
		"created_at":      stamp(p.created), "updated_at": stamp(p.updated), "version": p.version, "reply_count": 0, "reads": 3, "score": 0.4,
		"user_deleted": p.byAuthor, "hidden": p.hidden, "reply_to_post_number": nil, "deleted_at": nil,
		"actions_summary": []any{map[string]any{"id": 2, "count": 1}, map[string]any{"id": 3, "can_act": true}},
	}
	if p.replyTo > 0 {
		m["reply_to_post_number"] = p.replyTo
	}
	if !p.deleted.IsZero() {
		m["deleted_at"] = stamp(p.deleted)
	}
	if titled {
		m["topic_title"] = p.topic.title
	}
	return m
}

func (s *Server) url(p *post) string {
	return fmt.Sprintf("%s/t/%s/%d/%d", s.Address, slug(p.topic.title), p.topic.id, p.number)
}

// cook makes HTML of a text as Discourse does.
func cook(text string) string {
	text = strings.ReplaceAll(html.EscapeString(text), "\n\n", "</p>\n<p>")
	return "<p>" + strings.ReplaceAll(text, "\n", "<br>\n") + "</p>"
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

func slug(title string) string {
	return strings.Trim(notSlug.ReplaceAllString(strings.ToLower(title), "-"), "-")
}

func userID(name string) (id int64) {
	if name == "system" {
		return -1
	}
	for _, c := range name {
		id = id*31%1_000_003 + int64(c)
	}
	return id
}

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
