package reddittest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// info are posts by their names. What was removed with its community, and what
// never was, is not among them.
func (s *Server) info(q url.Values, raw bool) []any {
	found := []any{}
	for _, name := range strings.Split(q.Get("id"), ",") {
		if w := s.byName[name]; w != nil && !slices.Contains(s.Private, w.Community) {
			found = append(found, s.data(w, raw))
		}
	}
	return found
}

// serveThread answers a post and the tree of comments below it, or with
// "comment" the tree of one of them.
func (s *Server) serveThread(w http.ResponseWriter, link string, q url.Values, raw bool) {
	post := s.byName[link]
	if post == nil {
		refuse(w, http.StatusNotFound, "")
		return
	}
	tree := s.below(link, 1, raw)
	if id := q.Get("comment"); id != "" {
		tree = []any{}
		if root := s.byName["t1_"+id]; root != nil && root.link == link {
			tree = append(tree, s.branch(root, 1, raw))
		}
	}
	answer(w, http.StatusOK, []any{page("", []any{s.data(post, raw)}), page("", tree)})
}

// below are the replies to a post, the newest first, as far as the tree shows
// them.
func (s *Server) below(name string, depth int, raw bool) []any {
	var replies []*Written
	for _, w := range slices.Backward(s.posts) {
		if w.ReplyTo == name {
			replies = append(replies, w)
		}
	}
	if len(replies) > 0 && depth > s.Depth {
		return []any{left(name, nil)}
	}
	shown := []any{}
	for _, w := range replies[:min(len(replies), s.Width)] {
		shown = append(shown, s.branch(w, depth, raw))
	}
	if rest := replies[len(shown):]; len(rest) > 0 {
		shown = append(shown, left(name, rest))
	}
	return shown
}

// branch is a comment with what stands below it.
func (s *Server) branch(w *Written, depth int, raw bool) any {
	comment := s.data(w, raw)
	if below := s.below(w.Name, depth+1, raw); len(below) > 0 {
		comment["data"].(map[string]any)["replies"] = page("", below)
	}
	return comment
}

// left stands for comments that are not shown.
func left(parent string, rest []*Written) any {
	ids := []string{}
	for _, w := range rest {
		ids = append(ids, w.Name[3:])
	}
	data := map[string]any{"parent_id": parent, "count": len(ids), "children": ids, "depth": 1, "id": "_", "name": "t1__"}
	if len(ids) > 0 {
		data["id"], data["name"] = ids[0], "t1_"+ids[0]
	}
	return map[string]any{"kind": "more", "data": data}
}

// serveMore answers comments by their ids, each followed by what stands below
// it, in a flat list.
func (s *Server) serveMore(w http.ResponseWriter, q url.Values, raw bool) {
	ids := strings.Split(q.Get("children"), ",")
	if len(ids) > 100 || q.Get("link_id") == "" || q.Get("api_type") != "json" {
		answer(w, http.StatusOK, map[string]any{"json": map[string]any{"errors": [][]string{{"BAD_REQUEST", "bad request", "children"}}}})
		return
	}
	things := []any{}
	for _, id := range ids {
		root := s.byName["t1_"+id]
		if root == nil || root.link != q.Get("link_id") {
			continue
		}
		things = append(things, s.data(root, raw))
		if replies := s.below(root.Name, s.Depth+1, raw); len(replies) > 0 {
			things = append(things, replies...)
		}
	}
	answer(w, http.StatusOK, map[string]any{"json": map[string]any{"errors": [][]string{}, "data": map[string]any{"things": things}}})
}
