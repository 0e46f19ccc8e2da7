package blueskytest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const maxPage = 100

func limit(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil || n < 1 {
		return 50
	}
	return min(n, maxPage)
}

// searchPosts finds posts that have all the words. What the viewer may not see
// is taken out after the page was cut, so that a page can be empty and have a
// cursor.
func (s *Server) searchPosts(w http.ResponseWriter, r *http.Request, viewer bool) {
	q := r.URL.Query()
	if strings.TrimSpace(q.Get("q")) == "" {
		refuse(w, http.StatusBadRequest, "BadQueryString", "empty query")
		return
	}
	until, err := time.Parse(time.RFC3339, q.Get("until"))
	var found []*post
	for _, x := range s.posts {
		if x.deleted || !matches(x, q.Get("q")) || !s.OldSearch && err == nil && !x.sortAt.Before(until) {
			continue
		}
		found = append(found, x)
	}
	if s.SearchCap > 0 {
		found = found[:min(len(found), s.SearchCap)]
	}
	if cursor := q.Get("cursor"); cursor != "" {
		at, cid, ok := strings.Cut(cursor, "__")
		ms, err := strconv.ParseInt(at, 10, 64)
		if !ok || err != nil {
			refuse(w, http.StatusBadRequest, "InvalidRequest", "Malformed cursor")
			return
		}
		anchor := &post{sortAt: time.UnixMilli(ms), cid: cid}
		found = slices.DeleteFunc(found, func(x *post) bool { return newer(x, anchor) <= 0 })
	}
	found = found[:min(len(found), limit(r))]
	out := object{"posts": s.views(found, viewer)}
	if n := len(found); n > 0 {
		out["cursor"] = fmt.Sprintf("%d__%s", found[n-1].sortAt.UnixMilli(), found[n-1].cid)
	}
	answer(w, out)
}

func matches(x *post, q string) bool {
	text := strings.ToLower(x.text + " #" + strings.Join(x.written.Tags, " #"))
	if phrase := strings.Trim(q, `"`); phrase != q {
		return strings.Contains(text, strings.ToLower(phrase))
	}
	return !slices.ContainsFunc(strings.Fields(strings.ToLower(q)), func(word string) bool { return !strings.Contains(text, word) })
}

func (s *Server) views(posts []*post, viewer bool) []object {
	list := []object{}
	for _, x := range posts {
		if !x.hidden(viewer) {
			list = append(list, s.view(x, viewer))
		}
	}
	return list
}

// listNotifications has the posts that were written to the account. Its cursor
// is a time alone: of posts of one millisecond that a page divides, the second
// half is not shown.
func (s *Server) listNotifications(w http.ResponseWriter, r *http.Request, viewer bool) {
	q := r.URL.Query()
	before, err := time.Parse(time.RFC3339, q.Get("cursor"))
	if q.Get("cursor") != "" && err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "Malformed cursor")
		return
	}
	list, cursor, n := []object{}, "", 0
	for _, x := range s.posts {
		reason := s.reason(x)
		if reason == "" || x.deleted || !before.IsZero() && !x.sortAt.Before(before) || q.Has("reasons") && !slices.Contains(q["reasons"], reason) {
			continue
		}
		if n++; n > limit(r) {
			break
		}
		cursor = stamp(x.sortAt)
		if x.hidden(viewer) {
			continue
		}
		list = append(list, object{
			"uri": x.uri, "cid": x.cid, "author": x.author.view(), "reason": reason, "record": x.record(),
			"isRead": false, "indexedAt": stamp(x.sortAt), "labels": labels(x.written.Labels, x.uri),
		})
	}
	out := object{"notifications": list, "priority": false}
	if cursor != "" {
		out["cursor"] = cursor
	}
	answer(w, out)
}

// reason is why the account of the server is told of a post, "" if it is not.
func (s *Server) reason(x *post) string {
	did := DID(s.Account)
	switch {
	case x.author.did == did:
	case strings.HasPrefix(x.written.ReplyTo, "at://"+did+"/"):
		return "reply"
	case strings.HasPrefix(x.written.Quote, "at://"+did+"/"):
		return "quote"
	case slices.Contains(x.named, did):
		return "mention"
	}
	return ""
}

func (s *Server) getPosts(w http.ResponseWriter, r *http.Request, viewer bool) {
	uris := r.URL.Query()["uris"]
	if len(uris) > 25 {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "Error: uris must not have more than 25 elements")
		return
	}
	var found []*post
	for _, uri := range uris {
		if x := s.find(uri); x != nil {
			found = append(found, x)
		}
	}
	answer(w, object{"posts": s.views(found, viewer)})
}

func (s *Server) getPostThread(w http.ResponseWriter, r *http.Request, viewer bool) {
	q := r.URL.Query()
	x := s.find(q.Get("uri"))
	if x == nil || x.hidden(viewer) {
		refuse(w, http.StatusBadRequest, "NotFound", "Post not found: "+q.Get("uri"))
		return
	}
	depth := 6
	if n, err := strconv.Atoi(q.Get("depth")); err == nil {
		depth = n
	}
	answer(w, object{"thread": s.thread(x, viewer, depth)})
}

func (s *Server) thread(x *post, viewer bool, depth int) object {
	t := object{"$type": "app.bsky.feed.defs#threadViewPost", "post": s.view(x, viewer)}
	if depth == 0 {
		return t
	}
	replies := []object{}
	for _, other := range slices.Backward(s.posts) {
		switch {
		case other.written.ReplyTo != x.uri:
		case viewer && other.author.blocks:
			replies = append(replies, object{
				"$type": "app.bsky.feed.defs#blockedPost", "uri": other.uri, "blocked": true, "author": object{"did": other.author.did},
			})
		case other.hidden(viewer):
			replies = append(replies, object{"$type": "app.bsky.feed.defs#notFoundPost", "uri": other.uri, "notFound": true})
		default:
			replies = append(replies, s.thread(other, viewer, depth-1))
		}
	}
	t["replies"] = replies
	return t
}

func (s *Server) getProfiles(w http.ResponseWriter, r *http.Request, _ bool) {
	list := []object{}
	for _, a := range s.accounts {
		if slices.Contains(r.URL.Query()["actors"], a.did) && !a.gone {
			v := a.view()
			v["followersCount"] = 12
			list = append(list, v)
		}
	}
	answer(w, object{"profiles": list})
}

func (s *Server) resolveHandle(w http.ResponseWriter, r *http.Request, _ bool) {
	handle := r.URL.Query().Get("handle")
	for _, a := range s.accounts {
		if a.handle == handle && !a.gone {
			answer(w, object{"did": a.did})
			return
		}
	}
	refuse(w, http.StatusBadRequest, "HandleNotFound", "Unable to resolve handle")
}
