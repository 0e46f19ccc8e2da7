package hackernewstest

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// limit is how many hits the index shows of one query.
const limit = 1000

// serveSearch answers a query of the index, the newest hit first.
func (s *Server) serveSearch(w http.ResponseWriter, q url.Values) {
	var found []*post
	for _, p := range slices.Backward(s.posts) {
		if s.indexed(p) && s.tagged(p, q.Get("tags")) && within(p, q.Get("numericFilters")) && s.matches(p, q) {
			found = append(found, p)
		}
	}
	slices.SortStableFunc(found, func(a, b *post) int { return cmp.Compare(b.At.Unix(), a.At.Unix()) })
	size := 20
	if n, err := strconv.Atoi(q.Get("hitsPerPage")); err == nil {
		size = min(max(n, 0), limit)
	}
	page, _ := strconv.Atoi(q.Get("page"))
	count := len(found)
	found = found[:min(count, limit)]
	pages := 0
	if size > 0 {
		pages = (len(found) + size - 1) / size
	}
	found = found[min(page*size, len(found)):min((page+1)*size, len(found))]
	hits := make([]map[string]any, len(found))
	for i, p := range found {
		hits[i] = s.hit(p)
	}
	if s.Estimates {
		count /= 3
	}
	answer(w, map[string]any{
		"hits": hits, "page": page, "nbHits": count, "nbPages": pages, "hitsPerPage": size,
		"exhaustiveNbHits": !s.Estimates, "query": q.Get("query"), "params": q.Encode(),
	})
}

// indexed reports whether the index has a post already, and still.
func (s *Server) indexed(p *post) bool {
	return !p.deleted && !p.dead && !p.indexed.After(time.Now()) && (s.stalled.IsZero() || !p.indexed.After(s.stalled))
}

// tags of a post in the index.
func (s *Server) tags(p *post) []string {
	return []string{p.Kind, "author_" + p.Author, "story_" + strconv.FormatInt(s.story(p).id, 10)}
}

// tagged reports whether a post has the tags: all of a list, in parentheses one
// of them.
func (s *Server) tagged(p *post, want string) bool {
	tags := s.tags(p)
	has := func(tag string) bool { return slices.Contains(tags, tag) }
	if any, ok := strings.CutPrefix(want, "("); ok {
		return slices.ContainsFunc(strings.Split(strings.TrimSuffix(any, ")"), ","), has)
	}
	return want == "" || !slices.ContainsFunc(strings.Split(want, ","), func(tag string) bool { return !has(tag) })
}

// within reports whether a post passes the filters on its time.
func within(p *post, filters string) bool {
	for _, f := range strings.Split(filters, ",") {
		rest, ok := strings.CutPrefix(f, "created_at_i")
		if !ok {
			continue
		}
		n, _ := strconv.ParseInt(strings.TrimLeft(rest, "<>="), 10, 64)
		at := p.At.Unix()
		passes := map[string]bool{">=": at >= n, ">": at > n, "<=": at <= n, "<": at < n}
		if !passes[rest[:len(rest)-len(strings.TrimLeft(rest, "<>="))]] {
			return false
		}
	}
	return true
}

// matches reports whether a post matches the words of a query.
func (s *Server) matches(p *post, q url.Values) bool {
	phrase := q.Get("advancedSyntax") == "true" && strings.HasPrefix(q.Get("query"), `"`)
	wanted := tokens(q.Get("query"))
	forgiving := s.Forgiving || q.Get("typoTolerance") != "false"
	for name, text := range map[string]string{"title": p.Title, "url": p.Link, "story_text": p.html, "comment_text": p.html, "author": p.Author} {
		of := q.Get("restrictSearchableAttributes")
		if of != "" && !slices.Contains(strings.Split(of, ","), name) || (name == "story_text") != (p.Kind != "comment") && strings.HasSuffix(name, "_text") {
			continue
		}
		if has(tokens(text), wanted, phrase, forgiving) {
			return true
		}
	}
	return false
}

// has reports whether a text has the wanted words, side by side or anywhere.
// Words are completed: "acm" finds "acme".
func has(text, wanted []string, phrase, forgiving bool) bool {
	equal := func(got, want string) bool {
		return strings.HasPrefix(got, want) || forgiving && len(want) > 3 && oneOff(got, want)
	}
	if !phrase {
		return !slices.ContainsFunc(wanted, func(want string) bool {
			return !slices.ContainsFunc(text, func(got string) bool { return equal(got, want) })
		})
	}
	for i := 0; i+len(wanted) <= len(text); i++ {
		if slices.EqualFunc(text[i:i+len(wanted)], wanted, equal) {
			return true
		}
	}
	return false
}

// oneOff reports whether two words of one length differ in one letter.
func oneOff(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	n := 0
	for i := range len(a) {
		if a[i] != b[i] {
			n++
		}
	}
	return n <= 1
}

func tokens(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

// hit is a post as the index shows it.
func (s *Server) hit(p *post) map[string]any {
	story := s.story(p)
	created := p.At.UTC().Format("2006-01-02T15:04:05.000Z")
	if p.id%2 == 0 {
		created = p.At.UTC().Format("2006-01-02T15:04:05Z") // the index has both forms
	}
	h := map[string]any{
		"objectID": strconv.FormatInt(p.id, 10), "created_at": created, "created_at_i": p.At.Unix(), "author": p.Author,
		"title": nil, "url": nil, "points": nil, "story_text": nil, "comment_text": nil, "num_comments": nil,
		"story_id": story.id, "story_title": story.Title, "story_url": story.Link, "parent_id": nil,
		"_tags": s.tags(p), "_highlightResult": map[string]any{},
	}
	if p.Kind == "comment" {
		h["comment_text"], h["parent_id"] = p.html, p.InReplyTo
		return h
	}
	h["title"], h["points"], h["num_comments"] = p.Title, p.score, s.below(p)
	if p.Link != "" {
		h["url"] = p.Link
	}
	if p.html != "" {
		h["story_text"] = p.html
	}
	return h
}
