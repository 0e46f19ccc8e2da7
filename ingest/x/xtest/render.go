package xtest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var (
	links   = regexp.MustCompile(`https?://[^\s<>"]+`)
	escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

// long is how many characters X shows of a long post.
const long = 280

// render makes an answer of posts: data, what belongs to them, and what is
// lacking of that. Without posts there are no data.
func (s *Server) render(posts []*post, lacking []map[string]any) map[string]any {
	var data, users, others []any
	day := time.Now().UTC().Format(time.DateOnly)
	if s.charged[day] == nil {
		s.charged[day] = map[uint64]bool{}
	}
	known := map[*user]bool{}
	author := func(p *post) {
		if !known[p.by] {
			known[p.by] = true
			users = append(users, p.by.render())
		}
	}
	for _, p := range posts {
		data = append(data, p.render())
		s.charged[day][p.id] = true
		author(p)
		for _, id := range []string{p.InReplyTo, p.Quote, p.Repost} {
			switch other := s.find(id); {
			case id == "":
			case other == nil || !other.visible():
				lacking = append(lacking, lacks("referenced_tweets.id", id, "resource-not-found"))
			default:
				others = append(others, other.render())
				s.charged[day][other.id] = true
				author(other)
			}
		}
	}
	body := map[string]any{}
	if len(data) > 0 {
		included := map[string]any{"users": users}
		if len(others) > 0 {
			included["tweets"] = others
		}
		body["data"], body["includes"] = data, included
	}
	if len(lacking) > 0 {
		body["errors"] = lacking
	}
	return body
}

// render makes the JSON of a post.
func (p *post) render() map[string]any {
	text, urls := p.shorten(p.Text)
	if p.Quote != "" {
		short := "https://t.co/q" + strconv.FormatUint(p.id, 36)
		text = strings.TrimSpace(text + " " + short)
		urls = append(urls, map[string]any{"url": short, "expanded_url": "https://twitter.com/i/web/status/" + p.Quote, "display_url": "x.com/…"})
	}
	if p.Picture {
		short := "https://t.co/p" + strconv.FormatUint(p.id, 36)
		text = strings.TrimSpace(text + " " + short)
		urls = append(urls, map[string]any{"url": short, "expanded_url": "https://x.com/" + p.Author + "/status/" + decimal(p.id) + "/photo/1", "media_key": "3_1"})
	}
	if p.Repost != "" {
		text = "RT @somebody: cut short…"
	}
	versions := []string{} // an old version knows the later ones, too
	for _, v := range *p.versions {
		versions = append(versions, decimal(v))
	}
	lang := p.Lang
	if lang == "" {
		lang = "en"
	}
	m := map[string]any{
		"id": decimal(p.id), "text": text, "author_id": decimal(p.by.id), "lang": lang, "conversation_id": decimal(p.root),
		"created_at": p.at.UTC().Format("2006-01-02T15:04:05.000Z"), "edit_history_tweet_ids": versions,
		"public_metrics": map[string]any{"retweet_count": 1, "reply_count": 0, "like_count": 2, "quote_count": 0, "impression_count": 40},
	}
	return p.withReferences(withText(m, text, urls))
}

// withText sets the text of a post: a long one stands in a note, too, and is cut
// short where it stood before.
func withText(m map[string]any, text string, urls []map[string]any) map[string]any {
	m["text"] = text
	if utf8.RuneCountInString(text) > long {
		m["note_tweet"] = map[string]any{"text": text, "entities": map[string]any{"urls": urls}}
		m["text"] = string([]rune(text)[:long-1]) + "…"
		return m
	}
	if len(urls) > 0 {
		m["entities"] = map[string]any{"urls": urls}
	}
	return m
}

func (p *post) withReferences(m map[string]any) map[string]any {
	var refs []any
	for _, r := range [][2]string{{"replied_to", p.InReplyTo}, {"quoted", p.Quote}, {"retweeted", p.Repost}} {
		if r[1] != "" {
			refs = append(refs, map[string]any{"type": r[0], "id": r[1]})
		}
	}
	if len(refs) > 0 {
		m["referenced_tweets"] = refs
	}
	return m
}

// shorten escapes a text, and puts short addresses in place of those in it.
func (p *post) shorten(text string) (string, []map[string]any) {
	var b strings.Builder
	var urls []map[string]any
	end := 0
	for i, at := range links.FindAllStringIndex(text, -1) {
		b.WriteString(escaper.Replace(text[end:at[0]]))
		// One is the beginning of another.
		short := "https://t.co/" + strconv.FormatUint(p.id, 36) + strings.Repeat("x", i)
		urls = append(urls, map[string]any{"url": short, "expanded_url": text[at[0]:at[1]], "display_url": "…"})
		b.WriteString(short)
		end = at[1]
	}
	b.WriteString(escaper.Replace(text[end:]))
	return b.String(), urls
}

func (u *user) render() map[string]any {
	return map[string]any{
		"id": decimal(u.id), "username": u.name, "name": "User " + u.name, "verified": false, "protected": u.protected,
		"public_metrics": map[string]any{"followers_count": 12, "following_count": 1, "tweet_count": 3, "listed_count": 0},
	}
}

// problem is a refusal.
type problem struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Type   string `json:"type"`
	Status int    `json:"status,omitempty"`
	Errors []any  `json:"errors,omitempty"`
}

func invalid(parameter, value, message string) *problem {
	return &problem{
		Title: "Invalid Request", Type: "https://api.x.com/2/problems/invalid-request", Detail: "One or more parameters to your request was invalid.",
		Errors: []any{map[string]any{"parameters": map[string]any{parameter: []string{value}}, "message": message}},
	}
}

// lacks is what an answer says of what it cannot show.
func lacks(parameter, id, kind string) map[string]any {
	return map[string]any{
		"parameter": parameter, "value": id, "resource_id": id, "resource_type": "tweet", "title": "Not Found Error",
		"detail": "Could not find tweet with " + parameter + ": [" + id + "].", "type": "https://api.x.com/2/problems/" + kind,
	}
}

func refuse(w http.ResponseWriter, status int, p problem) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(p) // the client has gone
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // the client has gone
}
