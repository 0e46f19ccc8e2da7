package youtubetest

import (
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"
)

// Video is a video. ID is made if it is "".
type Video struct {
	ID                 string
	Channel            string // name of its owner
	Title, Description string
	Disabled           bool // comments are turned off
}

// Comment is a comment on a video, or with ReplyTo a reply to another.
type Comment struct {
	On      string // id of a video; of a reply that of the comment
	ReplyTo string // id of a comment, not of a reply
	Author  string
	Text    string
}

// Uploaded is a video at YouTube.
type Uploaded struct {
	Video
	At    time.Time
	found time.Time // by search, from then on
	gone  bool
}

// Written is a comment at YouTube.
type Written struct {
	Comment
	ID     string
	At     time.Time
	Edited time.Time
	gone   bool
}

// Upload makes a video appear.
func (s *Server) Upload(v Video) Uploaded {
	s.mu.Lock()
	defer s.mu.Unlock()
	v.ID = cmp.Or(v.ID, fmt.Sprintf("video-%05d", len(s.videos)))
	u := &Uploaded{Video: v, At: time.Now().UTC().Truncate(time.Second), found: time.Now().Add(s.Lag)}
	s.videos = append(s.videos, u)
	return *u
}

// Write makes a comment appear.
func (s *Server) Write(c Comment) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &Written{Comment: c, ID: fmt.Sprintf("Ugz%023d", len(s.comments)), At: time.Now().UTC().Truncate(time.Second)}
	if c.ReplyTo != "" {
		w.ID, w.On = c.ReplyTo+"."+w.ID[3:], s.comment(c.ReplyTo).On
	}
	s.comments = append(s.comments, w)
	return *w
}

// Edit gives a comment another text, and returns the comment.
func (s *Server) Edit(id, text string) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.comment(id)
	w.Text, w.Edited = text, time.Now().UTC().Truncate(time.Second)
	return *w
}

// Delete takes a comment or a video away.
func (s *Server) Delete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.comment(id); w != nil {
		w.gone = true
	}
	if v := s.video(id); v != nil {
		v.gone = true
	}
}

func (s *Server) comment(id string) *Written {
	for _, w := range s.comments {
		if w.ID == id && !w.gone {
			return w
		}
	}
	return nil
}

func (s *Server) video(id string) *Uploaded {
	for _, v := range s.videos {
		if v.ID == id && !v.gone {
			return v
		}
	}
	return nil
}

// ChannelID is the id of the channel of a name.
func ChannelID(name string) string {
	letters := strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return '-'
		}
		return r
	}, strings.ToLower(name))
	return "UC" + (letters + strings.Repeat("0", 22))[:22]
}

// snippet is what the API tells of a comment.
func (s *Server) snippet(w *Written) map[string]any {
	edited := w.Edited
	if edited.IsZero() {
		edited = w.At
	}
	snippet := map[string]any{
		"channelId": ChannelID("owner"), "videoId": w.On, "textDisplay": strings.ReplaceAll(html.EscapeString(w.Text), "\n", "<br>"), "textOriginal": w.Text,
		"authorDisplayName": "@" + w.Author, "authorChannelUrl": "http://www.youtube.com/@" + w.Author,
		"authorChannelId": map[string]any{"value": ChannelID(w.Author)}, "canRate": true, "viewerRating": "none", "likeCount": 0,
		"publishedAt": w.At.Format(time.RFC3339), "updatedAt": edited.Format(time.RFC3339),
	}
	if s.Displayed {
		delete(snippet, "textOriginal")
	}
	if w.ReplyTo != "" {
		snippet["parentId"] = w.ReplyTo
	}
	return map[string]any{"kind": "youtube#comment", "etag": "…", "id": w.ID, "snippet": snippet}
}

// replies are those to a comment, oldest first.
func (s *Server) replies(id string) (replies []any) {
	for _, w := range s.comments {
		if w.ReplyTo == id && !w.gone {
			replies = append(replies, s.snippet(w))
		}
	}
	return replies
}

// thread is a comment with the first replies.
func (s *Server) thread(w *Written) any {
	replies := s.replies(w.ID)
	t := map[string]any{"kind": "youtube#commentThread", "etag": "…", "id": w.ID, "snippet": map[string]any{
		"channelId": ChannelID("owner"), "videoId": w.On, "topLevelComment": s.snippet(w),
		"canReply": true, "totalReplyCount": len(replies), "isPublic": true,
	}}
	if len(replies) > 0 {
		t["replies"] = map[string]any{"comments": replies[:min(len(replies), 5)]}
	}
	return t
}

// resource is a video as videos shows it; what search finds has its title
// escaped and its description cut.
func resource(v *Uploaded, search bool) any {
	snippet := map[string]any{
		"publishedAt": v.At.Format(time.RFC3339), "channelId": ChannelID(v.Channel), "channelTitle": v.Channel,
		"title": v.Title, "description": v.Description, "liveBroadcastContent": "none",
	}
	if search {
		snippet["title"], snippet["description"] = html.EscapeString(v.Title), html.EscapeString(v.Description[:min(len(v.Description), 10)])+" ..."
		return map[string]any{"kind": "youtube#searchResult", "id": map[string]any{"kind": "youtube#video", "videoId": v.ID}, "snippet": snippet}
	}
	return map[string]any{"kind": "youtube#video", "id": v.ID, "snippet": snippet, "statistics": map[string]any{"viewCount": "12", "likeCount": "1", "commentCount": "0"}}
}

// newestFirst turns a list round.
func newestFirst[T any](list []T) []T {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}
