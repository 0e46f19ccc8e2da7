package youtube

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// query is one list of YouTube that is walked, the newest entry first.
type query struct {
	name   string // in the state, and to people
	word   string // to search for; "": comments
	params url.Values
	every  time.Duration // between two walks
	late   time.Duration // how far below its mark a walk reads
}

// method is whose quota a page costs.
func (q *query) method() string {
	if q.word != "" {
		return search
	}
	return "commentThreads"
}

// onChannel are the comments on all videos of a channel, onVideo on one.
func onChannel(id string) *query { return comments("channel "+id, "allThreadsRelatedToChannelId", id) }
func onVideo(id string) *query   { return comments("video "+id, "videoId", id) }

func comments(name, field, id string) *query {
	return &query{name: name, late: lateComments, params: url.Values{
		field: {id}, "part": {"snippet,replies"}, "order": {"time"}, "maxResults": {strconv.Itoa(pageSize)},
	}}
}

// searchFor are the videos that a search finds.
func searchFor(word string, every time.Duration) *query {
	return &query{name: "search " + word, word: word, every: every, late: lateVideos, params: url.Values{
		"q": {`"` + word + `"`}, "part": {"snippet"}, "type": {"video"}, "order": {"date"}, "maxResults": {strconv.Itoa(searchSize)},
	}}
}

// page is one page of a list.
type page struct {
	threads []thread
	videos  []video
	times   []time.Time // of the entries
	etag    string
	next    string // token, "": there is no further page
}

// page asks for the page at which a walk stands.
func (q *query) page(ctx context.Context, c *client, w *walk, etag string) (*page, error) {
	params := url.Values{}
	for name, values := range q.params {
		params[name] = values
	}
	if w.Token != "" {
		params.Set("pageToken", w.Token)
	}
	if q.word == "" {
		l, err := get[thread](ctx, c, q.method(), params, etag)
		if err != nil {
			return nil, err
		}
		p := &page{threads: l.Items, etag: l.ETag, next: l.Next}
		for i := range p.threads {
			if !p.threads[i].whole() {
				return nil, errShape
			}
			p.times = append(p.times, p.threads[i].Snippet.TopLevel.Snippet.Published.Time)
		}
		return p, nil
	}
	params.Set("publishedAfter", w.Floor.UTC().Format(time.RFC3339))
	if !w.Before.IsZero() {
		params.Set("publishedBefore", w.Before.UTC().Format(time.RFC3339))
	}
	return q.found(ctx, c, params, etag)
}

// found asks what a search finds, and for the videos themselves.
func (q *query) found(ctx context.Context, c *client, params url.Values, etag string) (*page, error) {
	l, err := get[video](ctx, c, search, params, etag)
	if err != nil {
		return nil, err
	}
	p := &page{etag: l.ETag, next: l.Next}
	var ids []string
	for i := range l.Items {
		if !l.Items[i].whole() {
			return nil, errShape
		}
		ids = append(ids, string(l.Items[i].ID))
		p.times = append(p.times, l.Items[i].Snippet.Published.Time)
	}
	p.videos, err = c.videos(ctx, ids)
	return p, err
}

// videos asks for videos by their ids, at most maxIDs, and returns those that
// there are, in the order of the ids.
func (c *client) videos(ctx context.Context, ids []string) ([]video, error) {
	return byID(ctx, c, "videos", "snippet,statistics", ids, (*video).whole)
}

// comments asks for comments by their ids, at most maxIDs.
func (c *client) comments(ctx context.Context, ids []string) ([]comment, error) {
	return byID(ctx, c, "comments", "snippet", ids, (*comment).whole)
}

func byID[T any](ctx context.Context, c *client, method, part string, ids []string, whole func(*T) bool) ([]T, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	l, err := get[T](ctx, c, method, url.Values{"part": {part}, "id": {strings.Join(ids, ",")}}, "")
	if err != nil {
		return nil, err
	}
	for i := range l.Items {
		if !whole(&l.Items[i]) {
			return nil, errShape
		}
	}
	return l.Items, nil
}

// maxReplies bounds the pages of replies to one comment. YouTube itself takes no
// more than 500.
const maxReplies = 10

// replies asks for all replies to a comment.
func (c *client) replies(ctx context.Context, parent string) (all []comment, err error) {
	params := url.Values{"part": {"snippet"}, "parentId": {parent}, "maxResults": {strconv.Itoa(pageSize)}}
	for range maxReplies {
		l, err := get[comment](ctx, c, "comments", params, "")
		if err != nil {
			return nil, err
		}
		for i := range l.Items {
			if !l.Items[i].whole() {
				return nil, errShape
			}
		}
		all = append(all, l.Items...)
		if l.Next == "" {
			return all, nil
		}
		params.Set("pageToken", l.Next)
	}
	return all, nil
}
