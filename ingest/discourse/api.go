package discourse

import (
	"encoding/json"
	"time"
)

// post is a post as the API and the webhooks show it. A search shows only a
// part of it.
type post struct {
	ID          int64  `json:"id"`
	Number      int    `json:"post_number"` // in its topic, from 1
	Type        int    `json:"post_type"`
	Topic       int64  `json:"topic_id"`
	Slug        string `json:"topic_slug"`
	Title       string `json:"topic_title"`
	Archetype   string `json:"topic_archetype"` // webhook only: regular, private_message
	Cooked      string `json:"cooked"`          // HTML
	UserID      int64  `json:"user_id"`         // below 0: the forum itself
	Username    string `json:"username"`
	Name        string `json:"name"`
	Created     when   `json:"created_at"`
	Updated     when   `json:"updated_at"`
	Deleted     when   `json:"deleted_at"`
	UserDeleted bool   `json:"user_deleted"` // by its author; a note stands in its place
	Hidden      bool   `json:"hidden"`       // flagged, until somebody has looked
	Version     int    `json:"version"`
	ReplyTo     int    `json:"reply_to_post_number"` // 0: the topic
	Replies     int    `json:"reply_count"`
	Reads       int    `json:"reads"`
	Actions     []struct {
		ID    int `json:"id"`
		Count int `json:"count"`
	} `json:"actions_summary"`

	parent int64 // id of the post that it answers, where that was read with it
}

// Types of posts. The others are small actions and whispers of the staff.
const typeRegular = 1

// actionLike is the id of a like among the actions on a post.
const actionLike = 2

// latestPosts is the answer of /posts.json.
type latestPosts struct {
	Posts []post `json:"latest_posts"`
}

// found is the answer of /search.json: of each topic one post, the latest that
// has the words.
type found struct {
	Posts  []post `json:"posts"`
	Result *struct {
		More  bool   `json:"more_full_page_results"`
		Error string `json:"error"` // with status 200: the forum has too much to do
	} `json:"grouped_search_result"`
}

// topic is the answer of /t/{id}.json: some of the posts, and the ids of all.
type topic struct {
	ID     int64  `json:"id"`
	Title  string `json:"title"`
	Slug   string `json:"slug"`
	Stream *struct {
		Posts []post  `json:"posts"`
		IDs   []int64 `json:"stream"`
	} `json:"post_stream"`
}

// refused is the body of an answer that is no success.
type refused struct {
	Errors []string `json:"errors"`
	Extras struct {
		Wait float64 `json:"wait_seconds"`
	} `json:"extras"`
}

// when is a time. One that cannot be read is none: a post with a strange date
// must not cost the page on which it stands.
type when struct{ time.Time }

func (w *when) UnmarshalJSON(data []byte) error {
	var s *string
	if err := json.Unmarshal(data, &s); err != nil || s == nil {
		return nil
	}
	if t, err := time.Parse(time.RFC3339, *s); err == nil && t.Year() >= 1970 && t.Year() <= 9999 {
		w.Time = t.UTC()
	}
	return nil
}
