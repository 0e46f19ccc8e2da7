package githubtest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// most is how many results a search shows.
const most = 1000

func (s *Server) serveSearch(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !strings.Contains(q.Get("q"), "is:issue") && !strings.Contains(q.Get("q"), "is:pull-request") {
		refuse(w, http.StatusUnprocessableEntity, "Query must include 'is:issue' or 'is:pull-request'")
		return
	}
	size, page := number(q.Get("per_page"), 30), number(q.Get("page"), 1)
	if page*size > most {
		refuse(w, http.StatusUnprocessableEntity, "Only the first 1000 search results are available")
		return
	}
	list := s.search(q.Get("q"))
	if q.Get("sort") != "updated" || q.Get("order") != "asc" {
		slices.Reverse(list)
	}
	total := len(list)
	shown := list[min((page-1)*size, total):min(page*size, total)]
	cut := s.incomplete > 0
	if cut {
		s.incomplete--
		shown = shown[:len(shown)/2]
	}
	items := []any{}
	for _, e := range shown {
		item := restOf(e)
		if strings.Contains(r.Header.Get("Accept"), "text-match") {
			item["text_matches"] = matches(e, parse(q.Get("q")))
		}
		items = append(items, item)
	}
	reply(w, map[string]any{"total_count": total, "incomplete_results": cut, "items": items})
}

// searchFor is a query, parsed.
type searchFor struct {
	words       []string
	kind, repo  string
	from, until time.Time
}

func parse(text string) (q searchFor) {
	for _, w := range strings.Fields(text) {
		name, value, qualifier := strings.Cut(w, ":")
		switch {
		case w == "is:issue":
			q.kind = Issue
		case w == "is:pull-request":
			q.kind = Pull
		case w == "is:discussion":
			q.kind = Discussion
		case name == "repo":
			q.repo = value
		case name == "updated":
			first, last, _ := strings.Cut(strings.TrimPrefix(value, ">="), "..")
			q.from, _ = time.Parse(time.RFC3339, first)
			q.until, _ = time.Parse(time.RFC3339, last)
		case !qualifier && !strings.HasPrefix(w, "-"):
			q.words = append(q.words, strings.ToLower(strings.Trim(w, `"`)))
		}
	}
	return q
}

// search returns the posts that a query finds, the least recently updated
// first.
func (s *Server) search(text string) (list []*entry) {
	q := parse(text)
	for _, e := range s.threads {
		if e.kind != q.kind || e.deleted || e.private || e.movedTo != nil || q.repo != "" && q.repo != e.repo ||
			e.updated.Before(q.from) || !q.until.IsZero() && e.updated.After(q.until) || now().Sub(e.updated) < s.Lag {
			continue
		}
		if len(q.words) == 0 || len(matches(e, q)) > 0 {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b *entry) int { return a.updated.Compare(b.updated) })
	return list
}

// matches says where the words stand: in the post, in which of its comments.
func matches(e *entry, q searchFor) []any {
	list := []any{}
	for _, c := range append([]*entry{e}, e.visible()...) {
		kind := "Issue"
		if c != e {
			kind = "IssueComment"
		}
		text := strings.ToLower(c.title + "\n" + c.body)
		if len(q.words) > 0 && !slices.ContainsFunc(q.words, func(w string) bool { return !strings.Contains(text, w) }) {
			list = append(list, map[string]any{"object_type": kind, "property": "body", "object_url": c.url()})
		}
	}
	return list
}
