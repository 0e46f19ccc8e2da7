package mastodontest

import "time"

// What the server sends, in the words of Mastodon's documentation.

type status struct {
	ID              string   `json:"id"`
	CreatedAt       string   `json:"created_at"`
	EditedAt        *string  `json:"edited_at"`
	InReplyTo       *string  `json:"in_reply_to_id"`
	Sensitive       bool     `json:"sensitive"`
	SpoilerText     string   `json:"spoiler_text"`
	Visibility      string   `json:"visibility"`
	Language        *string  `json:"language"`
	URI             string   `json:"uri"`
	URL             *string  `json:"url"`
	RepliesCount    int      `json:"replies_count"`
	ReblogsCount    int      `json:"reblogs_count"`
	FavouritesCount int      `json:"favourites_count"`
	Content         string   `json:"content"`
	Reblog          *status  `json:"reblog"`
	Account         account  `json:"account"`
	Media           []any    `json:"media_attachments"`
	Mentions        []any    `json:"mentions"`
	Tags            []any    `json:"tags"`
	Emojis          []any    `json:"emojis"`
	Card            *string  `json:"card"`
	Poll            *string  `json:"poll"`
	page            string   // URL, also where it is not told
	tags            []string // in lower case
	named           []string // accounts of this server
	boostOf         *status
}

func (st *status) parent(s *Server) *status {
	if st.InReplyTo == nil {
		return nil
	}
	return s.find(*st.InReplyTo)
}

type account struct {
	ID             string `json:"id"`
	Username       string `json:"username"`
	Acct           string `json:"acct"`
	DisplayName    string `json:"display_name"`
	Locked         bool   `json:"locked"`
	Bot            bool   `json:"bot"`
	Note           string `json:"note"`
	URL            string `json:"url"`
	URI            string `json:"uri"`
	FollowersCount int    `json:"followers_count"`
	Fields         []any  `json:"fields"`
	NoIndex        *bool  `json:"noindex,omitempty"`
}

type notification struct {
	ID        string  `json:"id"`
	Type      string  `json:"type"`
	CreatedAt string  `json:"created_at"`
	Account   account `json:"account"`
	Status    *status `json:"status,omitempty"`
}

// stamp is a time as Mastodon writes it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
