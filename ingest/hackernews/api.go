package hackernews

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// results is one page of answers of the search index.
type results struct {
	Hits []hit `json:"hits"` // null only if this is not an answer of the index
	// Count is an estimate unless Exhaustive says otherwise.
	Count      int  `json:"nbHits"`
	Exhaustive bool `json:"exhaustiveNbHits"`
}

// hit is a post as the index has it.
type hit struct {
	ID          number   `json:"objectID"`
	CreatedAt   int64    `json:"created_at_i"` // seconds since 1970
	Author      string   `json:"author"`
	Title       string   `json:"title"`
	URL         string   `json:"url"`
	StoryText   string   `json:"story_text"`   // HTML
	CommentText string   `json:"comment_text"` // HTML
	Story       number   `json:"story_id"`
	Parent      number   `json:"parent_id"`
	Points      int      `json:"points"`
	Comments    int      `json:"num_comments"`
	Tags        []string `json:"_tags"`
}

// post is a post as the item tree has it. One that was deleted has neither
// author nor text.
type post struct {
	ID       number   `json:"id"`
	Type     string   `json:"type"` // "story", "comment", "poll", "pollopt", "job"
	By       string   `json:"by"`
	Time     int64    `json:"time"` // seconds since 1970
	Title    string   `json:"title"`
	URL      string   `json:"url"`
	Text     string   `json:"text"` // HTML
	Parent   number   `json:"parent"`
	Kids     []number `json:"kids"`
	Score    int      `json:"score"`
	Comments int      `json:"descendants"`
	Deleted  bool     `json:"deleted"`
	Dead     bool     `json:"dead"`
}

// number is the number of a post; 0 is none. The index writes some as strings
// and some as numbers.
type number int64

// UnmarshalJSON takes a number, a string of digits, or null.
func (n *number) UnmarshalJSON(data []byte) error {
	data = bytes.Trim(data, `"`)
	*n = 0
	if len(data) == 0 || string(data) == "null" {
		return nil
	}
	i, err := strconv.ParseInt(string(data), 10, 64)
	if err != nil || i < 0 {
		return &json.UnmarshalTypeError{Value: "number", Field: "id"}
	}
	*n = number(i)
	return nil
}

// String is the number as an identity; "" for none.
func (n number) String() string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}
