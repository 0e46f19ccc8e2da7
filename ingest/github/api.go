package github

import (
	"encoding/json"
	"time"
)

// post is an issue, a pull request, a discussion or a comment, as REST and
// webhooks show it. What GraphQL shows becomes one, too.
type post struct {
	ID       int64  `json:"id"`
	NodeID   string `json:"node_id"` // the same in all APIs
	URL      string `json:"html_url"`
	Number   int    `json:"number"` // 0: a comment
	Title    string `json:"title"`
	Body     string `json:"body"` // Markdown; may be null
	User     *user  `json:"user"` // nil: the account is gone
	Created  when   `json:"created_at"`
	Updated  when   `json:"updated_at"` // by whatever: a label, a comment
	Comments int    `json:"comments"`
	Parent   int64  `json:"parent_id"` // of a comment in a discussion: the one it answers, 0 if none

	Reactions struct {
		Total int `json:"total_count"`
	} `json:"reactions"`
	// Matches says where a search found its words.
	Matches []struct {
		Type string `json:"object_type"`
	} `json:"text_matches"`

	edited time.Time // when the author changed it, where that is known
	parent string    // node id of the post that it answers, where that is known
}

// user is an account. Its id stays when its login changes.
type user struct {
	ID    int64  `json:"id"`
	Login string `json:"login"`
	Name  string `json:"name"`
	URL   string `json:"html_url"`
	Type  string `json:"type"` // User, Organization, Bot, Mannequin
}

// found is the answer to a search. The pointers tell an answer from any other
// JSON.
type found struct {
	Total      *int   `json:"total_count"`
	Incomplete bool   `json:"incomplete_results"` // the search took too long
	Items      []post `json:"items"`
}

// refused is the body of an answer that is no success.
type refused struct {
	Message string `json:"message"`
	Errors  []struct {
		Message string `json:"message"`
	} `json:"errors"`
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
