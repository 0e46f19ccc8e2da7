package mastodon

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

// noBot is what people write into their profile who do not want programs to
// collect what they post.
var noBot = regexp.MustCompile(`(?i)#(nobots?|noindex|nosearch)\b`)

// heard reports whether a post is heard; addressed says that it was found
// because it was written to us.
//
// What was not said to everybody is never heard, although our account may read
// it: a private or direct post would end up in the log, in Slack and in mail of
// people whom its author did not write to. Visibilities that we do not know are
// of servers that have narrower ones. A boost is not a post of its own. And who
// asks programs to stay away is heard only when they write to us.
func (st *status) heard(addressed bool) bool {
	switch {
	case st.Reblog != nil, st.URI == "" && st.URL == "", st.text() == "":
		return false
	case st.Visibility != "public" && st.Visibility != "unlisted":
		return false
	case addressed:
		return true
	}
	return !st.Account.NoIndex && !noBot.MatchString(htmltext.Text(st.Account.Note))
}

// mention makes the mention of a post on a server whose accounts have this
// domain. It is pure; where the post stands in its thread is for threads.
func (st *status) mention(domain string) *directdial.Mention {
	m := &directdial.Mention{
		ID: st.identity(), Platform: platform, URL: webAddress(st.URL, st.URI),
		Text: st.text(), Lang: st.Language,
		CreatedAt: st.CreatedAt.Time, EditedAt: st.EditedAt.Time,
		Author: st.Account.author(domain),
		Reach:  directdial.Reach{Likes: max(st.Favourites, 0), Reposts: max(st.Reblogs, 0), Replies: max(st.Replies, 0)},
	}
	if len(m.Lang) > 35 { // the longest that BCP 47 advises to expect
		m.Lang = ""
	}
	return m
}

// identity is what names a post everywhere.
func (st *status) identity() string {
	if st.URI == "" {
		return st.URL
	}
	return st.URI
}

// text is what the author wrote. A content warning is a part of it: often it
// names what the post is about. A post of nothing but pictures is what is said
// of them.
func (st *status) text() string {
	text := htmltext.Text(st.Content)
	if text == "" {
		var said []string
		for _, m := range st.Media {
			if d := strings.TrimSpace(m.Description); d != "" {
				said = append(said, strings.ToValidUTF8(d, "\uFFFD"))
			}
		}
		text = strings.Join(said, "\n\n")
	}
	if warning := htmltext.Line(st.SpoilerText); warning != "" {
		text = strings.TrimSpace("CW: " + warning + "\n\n" + text)
	}
	return htmltext.Cut(text, directdial.MaxText)
}

// author has no id: what does not change about an account of the fediverse is
// its handle, because an account that moves becomes another. And it is what
// people know of an account and can write into a configuration.
func (a *account) author(domain string) directdial.Author {
	handle := a.Acct
	if handle == "" {
		handle = a.Username
	}
	if !strings.Contains(handle, "@") && handle != "" {
		handle += "@" + domain
	}
	name := htmltext.Line(a.DisplayName)
	if name == "" {
		name = a.Username
	}
	out := directdial.Author{
		Handle: htmltext.Cut(handle, directdial.MaxName), Name: htmltext.Cut(name, 200),
		URL: webAddress(a.URL), Followers: max(a.Followers, 0),
	}
	for _, f := range a.Fields {
		out.Verified = out.Verified || f.VerifiedAt != nil && *f.VerifiedAt != ""
	}
	return out
}

// webAddress returns the first of the candidates that a browser can open.
func webAddress(candidates ...string) string {
	for _, c := range candidates {
		u, err := url.Parse(c)
		if err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && len(c) <= directdial.MaxID {
			return c
		}
	}
	return ""
}
