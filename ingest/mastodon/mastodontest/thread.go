package mastodontest

import (
	"net/http"
	"slices"
	"strings"
)

// Most that is shown of a thread without a token.
const (
	maxAncestors   = 40
	maxDescendants = 60
)

func (s *Server) serveStatus(w http.ResponseWriter, r *http.Request, rest string) {
	id, context := strings.CutSuffix(rest, "/context")
	st := s.find(id)
	if st == nil || !st.open() {
		refuse(w, http.StatusNotFound, "Record not found")
		return
	}
	if !s.allowed(w, r, "read:statuses", true) {
		return
	}
	if !context {
		answer(w, st)
		return
	}
	above, below := []*status{}, s.below(st, []*status{})
	for p := st.parent(s); p != nil; p = p.parent(s) {
		above = slices.Insert(above, 0, p)
	}
	if r.Header.Get("Authorization") == "" {
		above = above[max(len(above)-maxAncestors, 0):]
		below = below[:min(len(below), maxDescendants)]
	}
	answer(w, map[string]any{"ancestors": above, "descendants": below})
}

func (st *status) open() bool { return st.Visibility == "public" || st.Visibility == "unlisted" }

// below appends the replies below a post, each with the replies to it. Those of
// an account that the token belongs to are among them whoever may see them.
func (s *Server) below(st *status, posts []*status) []*status {
	for _, reply := range s.statuses {
		if reply.parent(s) == st && (reply.open() || slices.Contains(reply.named, s.Account)) {
			posts = s.below(reply, append(posts, reply))
		}
	}
	return posts
}

// serveSearch finds posts by their address. Without resolve the address is
// taken for words, which this server does not search for.
func (s *Server) serveSearch(w http.ResponseWriter, r *http.Request) {
	if !s.allowed(w, r, "read:search", false) {
		return
	}
	q := r.URL.Query()
	found := []*status{}
	for _, st := range s.statuses {
		if q.Get("resolve") == "true" && st.open() && (q.Get("q") == st.URI || q.Get("q") == st.page) {
			found = append(found, st)
		}
	}
	answer(w, map[string]any{"accounts": []any{}, "statuses": found, "hashtags": []any{}})
}
