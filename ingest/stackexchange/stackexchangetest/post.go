package stackexchangetest

import (
	"cmp"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Post is what somebody writes: a question, or with AnswerTo an answer, or with
// CommentOn a comment.
type Post struct {
	Site   string // "" is stackoverflow
	Author string // "" is somebody whose account is gone
	Title  string // of a question
	Tags   []string
	Text   string // as typed, in paragraphs
	HTML   string // if set, instead of Text
	// AnswerTo and CommentOn are numbers of posts.
	AnswerTo, CommentOn int64
}

// Written is a post at a site.
type Written struct {
	Post
	ID      int64
	At      time.Time
	Edited  time.Time
	found   time.Time // by search, from then on
	deleted bool
}

// first is the number of the first post.
const first = 77_400_000

// Post makes a post appear.
func (s *Server) Post(p Post) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Site = cmp.Or(p.Site, "stackoverflow")
	if p.HTML == "" {
		p.HTML = render(p.Text)
	}
	w := &Written{Post: p, ID: first + int64(len(s.posts)), At: time.Now().UTC().Truncate(time.Second), found: time.Now().Add(s.Lag)}
	s.posts = append(s.posts, w)
	return *w
}

func render(text string) string {
	return "<p>" + strings.ReplaceAll(html.EscapeString(text), "\n\n", "</p>\n\n<p>") + "</p>\n"
}

// Edit gives a post another text, and returns when.
func (s *Server) Edit(id int64, text string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.posts[id-first]
	w.HTML, w.Edited = render(text), time.Now().UTC().Truncate(time.Second)
	return w.Edited
}

// Delete takes a post away.
func (s *Server) Delete(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posts[id-first].deleted = true
}

// kind is the kind of a post.
func (w *Written) kind() string {
	switch {
	case w.CommentOn != 0:
		return "comment"
	case w.AnswerTo != 0:
		return "answer"
	}
	return "question"
}

// find returns what a method shows, and whether there is such a method.
func (s *Server) find(method string, ids []int64, q url.Values) (found []*Written, known bool) {
	shows := map[string]func(*Written) bool{
		"/search/excerpts": func(w *Written) bool {
			return w.CommentOn == 0 && !w.found.After(time.Now()) && matches(w, q.Get("q"))
		},
		"/questions":               func(w *Written) bool { return w.kind() == "question" && slices.Contains(w.Tags, q.Get("tagged")) },
		"/questions/{ids}":         func(w *Written) bool { return w.kind() == "question" && slices.Contains(ids, w.ID) },
		"/answers/{ids}":           func(w *Written) bool { return w.kind() == "answer" && slices.Contains(ids, w.ID) },
		"/comments/{ids}":          func(w *Written) bool { return w.kind() == "comment" && slices.Contains(ids, w.ID) },
		"/questions/{ids}/answers": func(w *Written) bool { return slices.Contains(ids, w.AnswerTo) && w.AnswerTo != 0 },
		"/posts/{ids}/comments":    func(w *Written) bool { return slices.Contains(ids, w.CommentOn) && w.CommentOn != 0 },
	}[method]
	if shows == nil || len(ids) > 100 {
		return nil, false
	}
	from := number(q, "fromdate", 0)
	for _, w := range s.posts {
		if !w.deleted && w.Site == q.Get("site") && w.At.Unix() >= int64(from) && shows(w) {
			found = append(found, w)
		}
	}
	if q.Get("order") != "asc" {
		slices.Reverse(found)
	}
	return found, true
}

// matches reports whether the words of a quoted query stand side by side.
func matches(w *Written, query string) bool {
	words := func(text string) string {
		return " " + strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }), " ") + " "
	}
	return strings.Contains(words(w.Title+" "+html.UnescapeString(w.HTML)), words(query))
}

// item is a post as a method shows it.
func (s *Server) item(w *Written, method string, withBody bool) map[string]any {
	item := map[string]any{"creation_date": w.At.Unix(), "score": 0}
	if method == "/search/excerpts" {
		item["item_type"], item["title"], item["excerpt"] = w.kind(), html.EscapeString(w.Title), "…"
	} else {
		item["owner"], item["content_license"] = s.owner(w), "CC BY-SA 4.0"
		if withBody {
			item["body"] = w.HTML
		}
		if !w.Edited.IsZero() {
			item["last_edit_date"] = w.Edited.Unix()
		}
	}
	switch w.kind() {
	case "comment":
		item["comment_id"], item["post_id"], item["edited"] = w.ID, w.CommentOn, !w.Edited.IsZero()
	case "answer":
		item["answer_id"], item["question_id"], item["is_accepted"] = w.ID, w.AnswerTo, false
	default:
		item["question_id"], item["tags"], item["answer_count"], item["view_count"] = w.ID, w.Tags, 0, 12
		if method != "/search/excerpts" {
			item["title"] = html.EscapeString(w.Title)
			item["link"] = fmt.Sprintf("https://%s.example/questions/%d/how", w.Site, w.ID)
		}
	}
	return item
}

// owner is the author of a post.
func (s *Server) owner(w *Written) map[string]any {
	if w.Author == "" {
		return map[string]any{"user_type": "does_not_exist", "display_name": "user" + strconv.FormatInt(w.ID, 10)}
	}
	n := slices.Index(s.users, w.Author)
	if n < 0 {
		n = len(s.users)
		s.users = append(s.users, w.Author)
	}
	return map[string]any{
		"account_id": 9000 + n, "reputation": 101, "user_id": 12345 + n, "user_type": "registered",
		"display_name": html.EscapeString(w.Author), "link": fmt.Sprintf("https://%s.example/users/%d", w.Site, 12345+n),
	}
}
