package reddittest

import (
	"cmp"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Post is what somebody writes: a post of a community, or with ReplyTo a
// comment.
type Post struct {
	Community string // "" is gadgets; of a comment that of its post
	Author    string
	Title     string
	Text      string // Markdown
	Link      string // in place of a text
	ReplyTo   string // name of a post or a comment
	Shows     string // name of the post that this crosspost shows
}

// Written is a post at Reddit.
type Written struct {
	Post
	Name   string
	At     time.Time
	Edited time.Time
	link   string    // name of the post that it stands below
	found  time.Time // by search, from then on
	listed time.Time // by its community, from then on
	state  string    // "", "deleted" by its author, "removed" by a moderator
}

// first is the number of the first post.
const first = 60_466_176

// Post makes a post appear.
func (s *Server) Post(p Post) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Community = cmp.Or(p.Community, "gadgets")
	w := &Written{Post: p, At: time.Now().UTC().Truncate(time.Second), found: time.Now().Add(s.Lag), listed: time.Now().Add(s.Held)}
	w.Name = "t3_" + strconv.FormatInt(int64(first+len(s.posts)), 36)
	if p.ReplyTo != "" {
		above := s.byName[p.ReplyTo]
		w.Name, w.Community, w.link = "t1_"+w.Name[3:], above.Community, cmp.Or(above.link, above.Name)
	}
	s.posts = append(s.posts, w)
	s.byName[w.Name] = w
	if !slices.Contains(s.users, p.Author) {
		s.users = append(s.users, p.Author)
	}
	return *w
}

// Edit gives a post another text, and returns when.
func (s *Server) Edit(name, text string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.byName[name]
	w.Text, w.Edited = text, time.Now().UTC().Truncate(time.Second)
	return w.Edited
}

// Delete is what an author does.
func (s *Server) Delete(name string) { s.set(name, "deleted") }

// Remove is what a moderator does.
func (s *Server) Remove(name string) { s.set(name, "removed") }

// Leave takes an account away. What it wrote stays.
func (s *Server) Leave(author string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left[author] = true
}

func (s *Server) set(name, state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byName[name].state = state
}

// listing returns the posts of a list, the newest first.
func (s *Server) listing(path string, q url.Values) (list []*Written) {
	community, what, _ := strings.Cut(strings.TrimPrefix(path, "/r/"), "/")
	now := time.Now()
	for _, w := range slices.Backward(s.posts) {
		shown := w.state == "" && strings.EqualFold(w.Community, community) && !w.listed.After(now)
		switch what {
		case "new":
			shown = shown && w.ReplyTo == ""
		case "comments":
			shown = shown && w.ReplyTo != ""
		case "search":
			shown = w.state == "" && w.ReplyTo == "" && !w.found.After(now) && matches(w, q.Get("q"))
		}
		if shown {
			list = append(list, w)
		}
	}
	return list[:min(len(list), Deep)]
}

func matches(w *Written, query string) bool {
	return strings.Contains(strings.ToLower(w.Title+" "+w.Text), strings.ToLower(strings.Trim(query, `"`)))
}

// data is a post as Reddit shows it.
func (s *Server) data(w *Written, raw bool) map[string]any {
	text := func(s string) string {
		if raw {
			return s
		}
		return html.EscapeString(s)
	}
	id := w.Name[3:]
	d := map[string]any{
		"subreddit": w.Community, "id": id, "name": w.Name, "created_utc": float64(w.At.Unix()), "created": float64(w.At.Unix()),
		"score": 1, "ups": 1, "edited": false, "author": w.Author, "author_fullname": s.user(w.Author), "distinguished": nil,
		"removed_by_category": nil, "stickied": false,
	}
	if !w.Edited.IsZero() {
		d["edited"] = float64(w.Edited.Unix())
	}
	body := text(w.Text)
	if w.state != "" {
		body = "[" + w.state + "]"
	}
	if w.state == "deleted" || w.state == "removed" && w.ReplyTo != "" || s.left[w.Author] {
		d["author"] = "[deleted]"
		delete(d, "author_fullname")
	}
	if w.ReplyTo != "" {
		d["body"], d["link_id"], d["parent_id"], d["replies"] = body, w.link, w.ReplyTo, ""
		d["body_html"] = text("<div class=\"md\">…</div>")
		d["permalink"] = fmt.Sprintf("/r/%s/comments/%s/title/%s/", w.Community, w.link[3:], id)
		return map[string]any{"kind": "t1", "data": d}
	}
	d["title"], d["selftext"], d["is_self"], d["num_comments"], d["num_crossposts"] = text(w.Title), body, w.Link == "", 0, 0
	d["permalink"] = fmt.Sprintf("/r/%s/comments/%s/title/", w.Community, id)
	d["url"] = cmp.Or(w.Link, "https://www.reddit.com"+d["permalink"].(string))
	switch w.state {
	case "deleted":
		d["removed_by_category"] = "deleted"
	case "removed":
		d["removed_by_category"] = "moderator"
	}
	if shown := s.byName[w.Shows]; shown != nil {
		d["crosspost_parent"], d["crosspost_parent_list"] = shown.Name, []any{s.data(shown, raw)["data"]}
	}
	return map[string]any{"kind": "t3", "data": d}
}

func (s *Server) user(name string) string {
	return "t2_" + strconv.FormatInt(int64(1_000_000+slices.Index(s.users, name)), 36)
}

// Written returns a post as it is now.
func (s *Server) Written(name string) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.byName[name]
}
