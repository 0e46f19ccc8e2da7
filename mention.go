package directdial

import (
	"net/url"
	"sort"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of one mention. Above them it is refused with the field and the
// limit; nothing is cut silently.
const (
	MaxText    = 64 << 10  // bytes of Text
	MaxID      = 2 << 10   // bytes of ID, URL, InReplyTo, Thread, RepostOf and the author's ID and URL
	MaxName    = 512       // bytes of Platform, Lang, Handle and Name
	MaxMention = 256 << 10 // bytes of the mention encoded as JSON
)

// Mention is something said in public about a brand. As JSON it is the body of
// a message of the stream MENTIONS (docs/log.md) and of POST /v1/mentions.
type Mention struct {
	// ID is unique in the world on its platform: the ActivityPub uri, the
	// at-uri, "<host>/<id>" on Discourse, "<feed>#<guid>" in feeds. It is the
	// normalised URL where the sender has none.
	ID string `json:"id"`
	// Platform is where it was said: "mastodon", "feed", … [a-z0-9-]+.
	Platform string `json:"platform"`
	URL      string `json:"url,omitempty"`
	Text     string `json:"text"` // plain text, UTF-8, as the author wrote it
	// Lang is what the platform says, a BCP 47 tag; a hint, not the truth.
	Lang string `json:"lang,omitempty"`
	// CreatedAt is the platform's clock. A client can forge it, so a time in
	// the future counts as the time of acceptance.
	CreatedAt time.Time `json:"created_at,omitzero"`
	EditedAt  time.Time `json:"edited_at,omitzero"`
	InReplyTo string    `json:"in_reply_to,omitempty"` // ID of the post it answers
	Thread    string    `json:"thread,omitempty"`      // ID of the first post of the thread
	// RepostOf is the ID of the post that this one shows again without a word of
	// its own: a repost, a bare quote. Text is then that of the post shown.
	RepostOf string `json:"repost_of,omitempty"`
	Author   Author `json:"author,omitzero"`
	Reach    Reach  `json:"reach,omitzero"`

	// What follows is set by the exchange when it accepts the mention.

	V          int       `json:"v,omitempty"`          // version of this format
	Source     string    `json:"source,omitempty"`     // name of the source in the configuration
	AcceptedAt time.Time `json:"accepted_at,omitzero"` // our clock
	History    bool      `json:"history,omitempty"`    // imported: heard, never dialled
}

// MentionVersion is the version of the messages on MENTIONS.
const MentionVersion = 1

// Headers of the messages on MENTIONS: keyed hashes of the mention and of its
// author, so that they are found without reading the body.
const (
	HeaderMention = "Directdial-Mention"
	HeaderAuthor  = "Directdial-Author"
)

// Author is who said it.
type Author struct {
	ID        string `json:"id,omitempty"` // immutable on its platform, if there is such a thing
	Handle    string `json:"handle,omitempty"`
	Name      string `json:"name,omitempty"`
	URL       string `json:"url,omitempty"`
	Followers int    `json:"followers,omitempty"`
	Verified  bool   `json:"verified,omitempty"`
}

// Reach is how many people a mention reached, as far as the platform tells.
type Reach struct {
	Likes   int `json:"likes,omitempty"`
	Reposts int `json:"reposts,omitempty"`
	Replies int `json:"replies,omitempty"`
	Views   int `json:"views,omitempty"`
}

// Identity returns what stands for the author: the id where there is one, else
// the handle; "" for an author who is not known.
func (a Author) Identity() string {
	if a.ID != "" {
		return a.ID
	}
	return strings.ToLower(strings.TrimPrefix(a.Handle, "@"))
}

// Normalize fills what the sender may leave out: ID from URL, the platform
// from the source's name, UTC times at millisecond precision.
func (m *Mention) Normalize(source string) {
	if m.ID == "" {
		m.ID = NormalURL(m.URL)
	}
	if m.Platform == "" {
		m.Platform = source
	}
	m.CreatedAt = Clock(m.CreatedAt)
	m.EditedAt = Clock(m.EditedAt)
}

// Check returns the first thing that is wrong with a normalised mention as an
// *Error of kind Invalid with its field, or nil.
func (m *Mention) Check() error {
	invalid := func(field, msg string) error {
		return &Error{Kind: Invalid, Field: field, Msg: msg}
	}
	if strings.TrimSpace(m.ID) == "" {
		return invalid("id", "id or url is required")
	}
	if strings.TrimSpace(m.Text) == "" {
		return invalid("text", "is required and empty here")
	}
	if len(m.Text) > MaxText {
		return invalid("text", "is longer than 65536 bytes")
	}
	if !ValidName(m.Platform) {
		return invalid("platform", "must be of [a-z0-9-], at most 64, and is "+quoteShort(m.Platform))
	}
	for _, f := range []struct {
		name, value string
		limit       int
	}{
		{"id", m.ID, MaxID},
		{"url", m.URL, MaxID},
		{"in_reply_to", m.InReplyTo, MaxID},
		{"thread", m.Thread, MaxID},
		{"repost_of", m.RepostOf, MaxID},
		{"author.id", m.Author.ID, MaxID},
		{"author.url", m.Author.URL, MaxID},
		{"lang", m.Lang, MaxName},
		{"author.handle", m.Author.Handle, MaxName},
		{"author.name", m.Author.Name, MaxName},
		{"text", m.Text, MaxText},
	} {
		if len(f.value) > f.limit {
			return invalid(f.name, "is longer than "+itoa(f.limit)+" bytes")
		}
		if !utf8.ValidString(f.value) {
			return invalid(f.name, "is not valid UTF-8")
		}
	}
	if u := m.URL; u != "" {
		if p, err := url.Parse(u); err != nil || (p.Scheme != "http" && p.Scheme != "https") || p.Host == "" {
			return invalid("url", "must be an absolute http or https URL")
		}
	}
	for _, f := range []struct {
		name string
		t    time.Time
	}{{"created_at", m.CreatedAt}, {"edited_at", m.EditedAt}} {
		if y := f.t.Year(); !f.t.IsZero() && (y < 1970 || y > 9999) {
			return invalid(f.name, "must lie in the years 1970 to 9999")
		}
	}
	if field := m.negative(); field != "" {
		return invalid(field, "must not be negative")
	}
	return nil
}

// negative returns the field of the first count below nought, "" if there is none.
func (m *Mention) negative() string {
	switch {
	case m.Author.Followers < 0:
		return "author.followers"
	case m.Reach.Likes < 0:
		return "reach.likes"
	case m.Reach.Reposts < 0:
		return "reach.reposts"
	case m.Reach.Replies < 0:
		return "reach.replies"
	case m.Reach.Views < 0:
		return "reach.views"
	}
	return ""
}

// Said returns when the mention was made: what the platform says, but not
// later than its acceptance and, where the platform says nothing, its
// acceptance.
func (m *Mention) Said() time.Time {
	if m.CreatedAt.IsZero() || m.CreatedAt.After(m.AcceptedAt) {
		return m.AcceptedAt
	}
	return m.CreatedAt
}

// ValidName reports whether s may stand in a subject: [a-z0-9-], 1 to 64.
func ValidName(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// NormalURL returns the form of an http URL under which two spellings of the
// same address are one identity: scheme and host in lower case, no default
// port, no fragment, no user, no tracking parameters (utm_*, fbclid, gclid),
// sorted query, no trailing slash. What is no http URL is returned as it is.
func NormalURL(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" {
		return raw
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return raw
	}
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && (u.Scheme != "http" || port != "80") && (u.Scheme != "https" || port != "443") {
		host += ":" + port
	}
	u.Host, u.User, u.Fragment, u.RawFragment = host, nil, "", ""
	u.ForceQuery = false
	// A query of another kind ("topic=1;all") is left alone: cut short, it would
	// name another page.
	if q, err := url.ParseQuery(u.RawQuery); err == nil {
		for name, values := range q {
			if strings.HasPrefix(name, "utm_") || name == "fbclid" || name == "gclid" {
				q.Del(name)
			}
			sort.Strings(values)
		}
		u.RawQuery = q.Encode()
	}
	u.RawPath = strings.TrimRight(u.EscapedPath(), "/")
	if u.Path, err = url.PathUnescape(u.RawPath); err != nil {
		return raw
	}
	return u.String()
}

// Clock is the precision and zone of every time in the log: UTC, milliseconds.
func Clock(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}
