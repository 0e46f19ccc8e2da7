package x

import (
	"encoding/json"
	"net/url"
	"time"
)

// post is a post as API and webhooks show it. What X calls an edit is another
// post, with the ids of all versions.
type post struct {
	ID           id       `json:"id"`
	Text         string   `json:"text"` // cut short if there is a note
	Note         *note    `json:"note_tweet"`
	Entities     entities `json:"entities"`
	Author       id       `json:"author_id"`
	Created      when     `json:"created_at"`
	Lang         string   `json:"lang"`
	Conversation id       `json:"conversation_id"`
	History      []id     `json:"edit_history_tweet_ids"` // oldest first
	Referenced   []struct {
		Type string `json:"type"` // retweeted, quoted, replied_to
		ID   id     `json:"id"`
	} `json:"referenced_tweets"`
	Metrics struct {
		Reposts int `json:"retweet_count"`
		Replies int `json:"reply_count"`
		Likes   int `json:"like_count"`
		Quotes  int `json:"quote_count"`
		Views   int `json:"impression_count"`
	} `json:"public_metrics"`
}

// note is the whole text of a long post.
type note struct {
	Text     string   `json:"text"`
	Entities entities `json:"entities"`
}

// entities say what parts of a text are.
type entities struct {
	URLs []link `json:"urls"`
}

// link is an address. X puts a short one of its own in its place.
type link struct {
	Short    string `json:"url"`
	Expanded string `json:"expanded_url"`
	Unwound  string `json:"unwound_url"` // where it leads in the end, if X has looked
	Media    string `json:"media_key"`   // set: it is a picture or a video of the post
}

type user struct {
	ID        id     `json:"id"`
	Username  string `json:"username"`
	Name      string `json:"name"`
	Verified  bool   `json:"verified"`
	Protected bool   `json:"protected"`
	Metrics   struct {
		Followers int `json:"followers_count"`
	} `json:"public_metrics"`
}

// includes is what belongs to the posts of an answer: their authors, and the
// posts that they refer to.
type includes struct {
	Users []json.RawMessage `json:"users"`
	Posts []json.RawMessage `json:"tweets"`
}

// answer is an answer with posts. One may have data and errors at once: the
// errors say what it lacks. Without any post there are no data.
type answer struct {
	Data     []json.RawMessage `json:"data"`
	Includes includes          `json:"includes"`
	Errors   []partial         `json:"errors"`
	Meta     *struct {
		Next  string `json:"next_token"`
		Count int    `json:"result_count"`
	} `json:"meta"`
}

// partial says what is missing of an answer that is a success.
type partial struct {
	ID    id     `json:"resource_id"`
	Value id     `json:"value"`
	Type  string `json:"type"`
}

// counted is the answer to how many posts a search would find.
type counted struct {
	Meta *struct {
		Total *int `json:"total_tweet_count"`
	} `json:"meta"`
}

// problem is the body of an answer that is no success.
type problem struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Type   string `json:"type"`
	Errors []struct {
		Message    string                     `json:"message"`
		Parameters map[string]json.RawMessage `json:"parameters"`
	} `json:"errors"`
}

// fields are what is asked for of each post. "expansions" brings along who
// wrote it and what it refers to.
func fields() url.Values {
	return url.Values{
		"tweet.fields": {"author_id,conversation_id,created_at,edit_history_tweet_ids,entities,lang,note_tweet,public_metrics,referenced_tweets"},
		"expansions":   {"author_id,referenced_tweets.id"},
		"user.fields":  {"name,protected,public_metrics,username,verified"},
	}
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
