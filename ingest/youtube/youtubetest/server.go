// Package youtubetest is a double of the YouTube Data API v3, as much of it as
// the source of type youtube uses, with its habits: a quota a day in units, and
// one of its own for searches, given anew at midnight in California and told to
// nobody; refusals with status 403 and a reason; five replies with a comment and
// the others on request; texts in HTML; what search finds is cut, escaped, late
// and at most 500.
//
//	youtube := youtubetest.New()
//	server := httptest.NewServer(youtube)
//	v := youtube.Upload(youtubetest.Video{Channel: "owner", Title: "Our widget"})
//	youtube.Write(youtubetest.Comment{On: v.ID, Author: "user1", Text: "Acme billed me twice."})
package youtubetest

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Key is the key of a project.
const Key = "youtube-test-key"

// Found is how many videos a search finds at most.
const Found = 500

// Server is the API. It is an http.Handler. The version stands before the paths:
// /youtube/v3.
type Server struct {
	// Units and Searches are the quotas of a day.
	Units, Searches int
	// Lag is how long search takes to find a video that is made from now on.
	Lag time.Duration
	// Displayed says that comments are told as HTML only.
	Displayed bool

	mu             sync.Mutex
	videos         []*Uploaded
	comments       []*Written
	day            string
	used, searched int
	requests       []string
}

// New makes an API without videos.
func New() *Server { return &Server{Units: 10_000, Searches: 100} }

// Requests returns path and query of all requests so far.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Use counts units and searches that somebody else uses of the same project.
func (s *Server) Use(units, searches int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count(units, searches)
}

// zone is California's. Its standard time will do.
var zone = time.FixedZone("PST", -8*60*60)

func (s *Server) count(units, searches int) {
	if day := time.Now().In(zone).Format(time.DateOnly); day != s.day {
		s.day, s.used, s.searched = day, 0, 0
	}
	s.used, s.searched = s.used+units, s.searched+searches
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.URL.RequestURI())
	q := r.URL.Query()
	method, ok := strings.CutPrefix(r.URL.Path, "/youtube/v3/")
	isSearch := method == "search"
	if isSearch {
		s.count(0, 1)
	} else {
		s.count(1, 0) // invalid requests cost one, too
	}
	switch {
	case !ok:
		w.WriteHeader(http.StatusNotFound)
	case r.Header.Get("X-Goog-Api-Key") != Key && q.Get("key") != Key:
		refuse(w, http.StatusBadRequest, "keyInvalid")
	case isSearch && s.searched > s.Searches, !isSearch && s.used > s.Units:
		refuse(w, http.StatusForbidden, "quotaExceeded")
	default:
		s.serve(w, r, method, q)
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, method string, q url.Values) {
	switch method {
	case "search":
		s.serveSearch(w, r, q)
	case "videos":
		items := []any{}
		for _, id := range ids(q) {
			if v := s.video(id); v != nil {
				items = append(items, resource(v, false))
			}
		}
		answer(w, r, items, "")
	case "comments":
		s.serveComments(w, r, q)
	case "commentThreads":
		s.serveThreads(w, r, q)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func ids(q url.Values) []string { return strings.Split(q.Get("id"), ",") }

func (s *Server) serveComments(w http.ResponseWriter, r *http.Request, q url.Values) {
	if parent := q.Get("parentId"); parent != "" {
		paged(w, r, q, s.replies(parent))
		return
	}
	items := []any{}
	for _, id := range ids(q) {
		if c := s.comment(id); c != nil {
			items = append(items, s.snippet(c))
		}
	}
	if len(ids(q)) > 50 || q.Get("maxResults") != "" {
		refuse(w, http.StatusBadRequest, "invalidFilters")
		return
	}
	answer(w, r, items, "")
}

func (s *Server) serveThreads(w http.ResponseWriter, r *http.Request, q url.Values) {
	channel, on := q.Get("allThreadsRelatedToChannelId"), q.Get("videoId")
	if on != "" {
		switch v := s.video(on); {
		case v == nil:
			refuse(w, http.StatusNotFound, "videoNotFound")
			return
		case v.Disabled:
			refuse(w, http.StatusForbidden, "commentsDisabled")
			return
		}
	}
	var items []any
	for _, c := range newestFirst(s.comments) {
		v := s.video(c.On)
		if c.gone || c.ReplyTo != "" || v == nil || on != "" && v.ID != on || channel != "" && ChannelID(v.Channel) != channel {
			continue
		}
		items = append(items, s.thread(c))
	}
	paged(w, r, q, items)
}

func (s *Server) serveSearch(w http.ResponseWriter, r *http.Request, q url.Values) {
	after, _ := time.Parse(time.RFC3339, q.Get("publishedAfter"))
	before, err := time.Parse(time.RFC3339, q.Get("publishedBefore"))
	word := strings.ToLower(strings.Trim(q.Get("q"), `"`))
	var items []any
	for _, v := range newestFirst(s.videos) {
		// It finds what is similar, too.
		similar := strings.Contains(strings.ToLower(v.Title+" "+v.Description), word[:len(word)-1])
		if !v.gone && similar && !v.found.After(time.Now()) && !v.At.Before(after) && (err != nil || v.At.Before(before)) {
			items = append(items, resource(v, true))
		}
	}
	paged(w, r, q, items[:min(len(items), Found)])
}

// paged answers one page of a list.
func paged(w http.ResponseWriter, r *http.Request, q url.Values, list []any) {
	size, err := strconv.Atoi(q.Get("maxResults"))
	if err != nil {
		size = 20
	}
	from := 0
	if token := q.Get("pageToken"); token != "" {
		from, err = strconv.Atoi(strings.TrimPrefix(token, "QURTSl9"))
		if err != nil || from >= len(list) {
			refuse(w, http.StatusBadRequest, "invalidPageToken")
			return
		}
	}
	end, next := min(from+min(size, 100), len(list)), ""
	if end < len(list) {
		next = "QURTSl9" + strconv.Itoa(end)
	}
	answer(w, r, append([]any{}, list[from:end]...), next)
}

func refuse(w http.ResponseWriter, status int, reason string) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{ // the client has gone
		"code": status, "message": "Refused.", "errors": []any{map[string]any{"domain": "youtube", "reason": reason, "message": "Refused."}},
	}})
}

func answer(w http.ResponseWriter, r *http.Request, items []any, next string) {
	body := map[string]any{"kind": "youtube#listResponse", "pageInfo": map[string]any{"totalResults": 1_000_000, "resultsPerPage": len(items)}, "items": items}
	if next != "" {
		body["nextPageToken"] = next
	}
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // it is made of strings and numbers
	}
	etag := fmt.Sprintf("%x", sha256.Sum256(data))[:27]
	w.Header().Set("ETag", `"`+etag+`"`)
	if r.Header.Get("If-None-Match") == etag || r.Header.Get("If-None-Match") == `"`+etag+`"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body["etag"] = etag
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(body) // the client has gone
}
