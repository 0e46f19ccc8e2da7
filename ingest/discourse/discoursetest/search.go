package discoursetest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	pageSize = 50
	pages    = 10
)

func (s *Server) serveSearch(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page := 1
	if v := q.Get("page"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n > pages {
			refuse(w, http.StatusBadRequest, "invalid_parameters", "You supplied invalid parameters to the request: page parameter must not be greater than 10")
			return
		}
		page = max(n, 1)
	}
	if len(q.Get("q")) < 3 {
		refuse(w, http.StatusBadRequest, "invalid_parameters", "You supplied invalid parameters to the request: q")
		return
	}
	if s.busy > 0 {
		s.busy--
		reply(w, map[string]any{"grouped_search_result": map[string]any{"error": "The site is under extreme load, try again later.", "term": q.Get("q")}})
		return
	}
	all := s.search(q.Get("q"))
	shown := all[min((page-1)*pageSize, len(all)):min(page*pageSize, len(all))]
	posts := []any{}
	for _, p := range shown {
		posts = append(posts, map[string]any{
			"id": p.id, "name": p.author, "username": p.author, "created_at": stamp(p.created), "like_count": 1,
			"blurb": blurb(p.cooked), "post_number": p.number, "topic_id": p.topic.id,
		})
	}
	var more any
	if len(all) > page*pageSize {
		more = true
	}
	answer := map[string]any{"grouped_search_result": map[string]any{"term": q.Get("q"), "more_full_page_results": more, "error": nil}}
	if len(posts) > 0 { // else they are left out
		answer["posts"] = posts
	}
	reply(w, answer)
}

// search returns of each topic the latest post that has the words, the latest
// first.
func (s *Server) search(text string) (found []*post) {
	var words []string
	var after, before time.Time
	for _, w := range strings.Fields(text) {
		name, value, qualifier := strings.Cut(w, ":")
		switch {
		case name == "after":
			after, _ = time.Parse(time.DateOnly, value)
		case name == "before":
			before, _ = time.Parse(time.DateOnly, value)
		case !qualifier && !strings.HasPrefix(w, "#"):
			words = append(words, strings.ToLower(strings.Trim(w, `"`)))
		}
	}
	latest := map[*topic]*post{}
	for _, p := range s.posts {
		text := strings.ToLower(p.topic.title + "\n" + p.cooked)
		missing := func(w string) bool { return !strings.Contains(text, w) }
		if p.public() && p.kind == 1 && p.created.After(after) && (before.IsZero() || p.created.Before(before)) &&
			time.Since(p.updated) >= s.Lag && !slices.ContainsFunc(words, missing) {
			latest[p.topic] = p
		}
	}
	for _, p := range latest {
		found = append(found, p)
	}
	slices.SortFunc(found, func(a, b *post) int {
		if c := b.created.Compare(a.created); c != 0 {
			return c
		}
		return int(b.id - a.id)
	})
	return found
}

func blurb(cooked string) string {
	text := []rune(strings.NewReplacer("<p>", "", "</p>", " ").Replace(cooked))
	return string(text[:min(len(text), 20)]) + "..."
}
