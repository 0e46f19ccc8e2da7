package githubtest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// serveGraphQL runs an operation by its name. The fields that it shows are
// those that the source asks for.
func (s *Server) serveGraphQL(w http.ResponseWriter, r *http.Request, authorized bool) {
	var in struct {
		Query     string `json:"query"`
		Operation string `json:"operationName"`
		Variables struct {
			Query string  `json:"query"`
			ID    string  `json:"id"`
			First int     `json:"first"`
			After *string `json:"after"`
		} `json:"variables"`
	}
	if !authorized {
		refuse(w, http.StatusUnauthorized, "This endpoint requires you to be authenticated.")
		return
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || !strings.Contains(in.Query, "query "+in.Operation+"(") {
		reply(w, map[string]any{"errors": []any{map[string]any{"message": "No operation named " + in.Operation}}})
		return
	}
	s.requests[len(s.requests)-1] += "?" + in.Operation
	from := 0
	if in.Variables.After != nil {
		from = offset(*in.Variables.After)
	}
	if in.Operation == "Search" {
		list := s.search(in.Variables.Query)
		reply(w, data("search", connection(list[:min(len(list), most)], from, in.Variables.First, len(list), "discussionCount")))
		return
	}
	e := s.find(in.Variables.ID)
	if e == nil || e.deleted || e.private || e.on != nil && (e.on.deleted || e.on.private) {
		reply(w, map[string]any{"data": map[string]any{"node": nil}, "errors": []any{map[string]any{
			"type": "NOT_FOUND", "path": []string{"node"}, "message": "Could not resolve to a node with the global id of '" + in.Variables.ID + "'",
		}}})
		return
	}
	switch in.Operation {
	case "Post":
		reply(w, data("node", nodeOf(e)))
	case "Thread":
		reply(w, data("node", map[string]any{"comments": thread(e, from)}))
	case "Replies":
		reply(w, data("node", map[string]any{"replies": connection(repliesTo(e), from, 100, -1, "totalCount")}))
	}
}

func data(name string, v any) any { return map[string]any{"data": map[string]any{name: v}} }

// connection is a page of a list; total -1 is its length.
func connection(list []*entry, from, first, total int, count string) map[string]any {
	if total < 0 {
		total = len(list)
	}
	to := min(from+first, len(list))
	nodes := []any{}
	for _, e := range list[min(from, to):to] {
		nodes = append(nodes, nodeOf(e))
	}
	return map[string]any{count: total, "nodes": nodes, "pageInfo": map[string]any{
		"endCursor": cursor(to), "hasNextPage": to < len(list),
	}}
}

// thread are the comments on a discussion, with the first replies to each.
func thread(e *entry, from int) any {
	var top []*entry
	for _, c := range e.visible() {
		if c.parent == nil {
			top = append(top, c)
		}
	}
	page := connection(top, from, 50, -1, "totalCount")
	for i, n := range page["nodes"].([]any) {
		n.(map[string]any)["replies"] = connection(repliesTo(top[from+i]), 0, 50, -1, "totalCount")
	}
	return page
}

func repliesTo(e *entry) (list []*entry) {
	if e.on == nil {
		return nil
	}
	for _, c := range e.on.visible() {
		if c.parent == e {
			list = append(list, c)
		}
	}
	return list
}

func nodeOf(e *entry) map[string]any {
	m := map[string]any{
		"id": e.node, "body": e.body, "url": e.url(), "createdAt": stamp(e.created), "updatedAt": stamp(e.updated), "lastEditedAt": nil,
		"author": nil, "reactions": map[string]any{"totalCount": 0},
	}
	if !e.edited.IsZero() {
		m["lastEditedAt"] = stamp(e.edited)
	}
	if e.author != "-" {
		kind := "User"
		if isBot(e.author) {
			kind = "Bot"
		}
		m["author"] = map[string]any{"__typename": kind, "login": e.author, "url": "https://github.com/" + e.author, "databaseId": userID(e.author)}
	}
	if e.on == nil {
		m["__typename"], m["number"], m["title"] = "Discussion", e.number, e.title
		m["comments"] = map[string]any{"totalCount": len(e.visible())}
		return m
	}
	m["__typename"], m["discussion"], m["replyTo"] = "DiscussionComment", map[string]any{"id": e.on.node}, nil
	if e.parent != nil {
		m["replyTo"] = map[string]any{"id": e.parent.node}
	}
	return m
}

func cursor(n int) string {
	return base64.StdEncoding.EncodeToString([]byte("cursor:" + strconv.Itoa(n)))
}

func offset(cursor string) int {
	text, _ := base64.StdEncoding.DecodeString(cursor)
	n, _ := strconv.Atoi(strings.TrimPrefix(string(text), "cursor:"))
	return n
}
