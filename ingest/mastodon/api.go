package mastodon

import (
	"encoding/json"
	"time"
)

// status is a post, as far as it matters here. Ids are opaque: numbers on
// Mastodon, ULIDs on GoToSocial, flake ids on Pleroma.
type status struct {
	ID          string  `json:"id"`
	URI         string  `json:"uri"` // of ActivityPub: the same on every server
	URL         string  `json:"url"` // may be null
	CreatedAt   when    `json:"created_at"`
	EditedAt    when    `json:"edited_at"`
	InReplyTo   string  `json:"in_reply_to_id"`
	SpoilerText string  `json:"spoiler_text"`
	Content     string  `json:"content"` // HTML
	Visibility  string  `json:"visibility"`
	Language    string  `json:"language"`
	Reblog      *status `json:"reblog"`
	Account     account `json:"account"`
	Media       []struct {
		Description string `json:"description"`
	} `json:"media_attachments"`
	Replies    int `json:"replies_count"`
	Reblogs    int `json:"reblogs_count"`
	Favourites int `json:"favourites_count"`
}

type account struct {
	Username    string `json:"username"`
	Acct        string `json:"acct"` // without "@<domain>" for accounts of the server itself
	DisplayName string `json:"display_name"`
	URL         string `json:"url"`
	Note        string `json:"note"` // HTML
	NoIndex     bool   `json:"noindex"`
	Followers   int    `json:"followers_count"` // -1 where the server hides it
	Fields      []struct {
		VerifiedAt *string `json:"verified_at"`
	} `json:"fields"`
}

// notification is one of the account of the token. There are types that this
// program does not know, and some have no status.
type notification struct {
	ID     string  `json:"id"`
	Type   string  `json:"type"`
	Status *status `json:"status"`
}

// thread is what stands above and below a post.
type thread struct {
	Ancestors   []status `json:"ancestors"` // the first post of the thread first
	Descendants []status `json:"descendants"`
}

// instance is the server itself. On GoToSocial the domain of its accounts may
// be another than its own, and has a field of its own.
type instance struct {
	Domain        string `json:"domain"`
	AccountDomain string `json:"account_domain"`
	Configuration struct {
		URLs struct {
			Streaming string `json:"streaming"` // may be on another host
		} `json:"urls"`
	} `json:"configuration"`
}

// apiError is the body of an answer that is no success.
type apiError struct {
	Error string `json:"error"`
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
		w.Time = t
	}
	return nil
}
