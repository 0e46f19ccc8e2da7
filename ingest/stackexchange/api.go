package stackexchange

import "encoding/json"

// wrapper is around every answer.
type wrapper struct {
	Items   []post `json:"items"` // null only if this is not an answer of the API
	HasMore bool   `json:"has_more"`
	// Backoff is how many seconds the same method must not be asked again.
	Backoff int `json:"backoff"`
	// What is allowed a day, and what is left of it. Nil: not told.
	QuotaMax       *int `json:"quota_max"`
	QuotaRemaining *int `json:"quota_remaining"`

	ErrorID int    `json:"error_id"`
	Name    string `json:"error_name"`
	Message string `json:"error_message"`
}

// post is a question, an answer or a comment. What search finds has the numbers
// and the time only. Questions and answers are numbered together, comments by
// themselves.
type post struct {
	ItemType string   `json:"item_type"` // of what search finds: "question" or "answer"
	Question int64    `json:"question_id"`
	Answer   int64    `json:"answer_id"`
	Comment  int64    `json:"comment_id"`
	Post     int64    `json:"post_id"` // that a comment is about
	Title    string   `json:"title"`   // with entities
	Body     string   `json:"body"`    // HTML
	Tags     []string `json:"tags"`
	Link     string   `json:"link"`
	Owner    owner    `json:"owner"`
	Created  int64    `json:"creation_date"`  // seconds since 1970
	Edited   int64    `json:"last_edit_date"` // seconds since 1970
	Score    int      `json:"score"`
	Views    int      `json:"view_count"`
	Answers  int      `json:"answer_count"`
}

// owner is who wrote a post. One that does not exist any more has a name only.
type owner struct {
	ID   int64  `json:"user_id"`
	Type string `json:"user_type"`
	Name string `json:"display_name"` // with entities
	Link string `json:"link"`
}

// UnmarshalJSON reads a post as far as it can be read: a field of another type
// than it should be must not cost the page on which the post stands. A post
// without number or time is refused by who reads the page.
func (p *post) UnmarshalJSON(data []byte) error {
	type plain post
	_ = json.Unmarshal(data, (*plain)(p))
	return nil
}

// id is the number of a question or an answer, 0 if there is none.
func (p *post) id() int64 {
	if p.Answer != 0 && p.ItemType != "question" {
		return p.Answer
	}
	return p.Question
}
