package x

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

// first is the id of the first version of a post. It stands for all of them.
func (p *post) first() id {
	first := p.ID
	for _, version := range p.History {
		if version != 0 && version < first {
			first = version
		}
	}
	return first
}

// latest is the id of the last version of a post.
func (p *post) latest() id {
	latest := p.ID
	for _, version := range p.History {
		latest = max(latest, version)
	}
	return latest
}

// refers returns the post that this one refers to in that way, 0 if there is
// none.
func (p *post) refers(how string) id {
	for _, r := range p.Referenced {
		if r.Type == how {
			return r.ID
		}
	}
	return 0
}

// identity returns what stands for a post that others refer to: its first
// version, if the answer says which that is.
func (p *page) identity(of id) string {
	if shown := p.shown[of]; shown != nil {
		of = shown.first()
	}
	return of.String()
}

// mention makes the mention of a post, nil for one that says nothing, and for
// one of an account that shows its posts to its followers only.
func (p *page) mention(one *post) *directdial.Mention {
	by := p.users[one.Author]
	if by != nil && by.Protected {
		return nil
	}
	first := one.first()
	m := &directdial.Mention{
		ID: first.String(), Platform: platform, URL: by.page(one.ID), Text: one.text(), Lang: language(one.Lang),
		CreatedAt: one.Created.Time,
		InReplyTo: p.identity(one.refers("replied_to")), Thread: p.identity(one.Conversation),
		Author: by.author(one.Author),
		Reach: directdial.Reach{
			Likes: max(one.Metrics.Likes, 0), Reposts: max(one.Metrics.Reposts, 0) + max(one.Metrics.Quotes, 0),
			Replies: max(one.Metrics.Replies, 0), Views: max(one.Metrics.Views, 0),
		},
	}
	if slices.Contains(one.History, one.Conversation) {
		m.Thread = m.ID
	}
	if one.ID != first { // X counts seconds
		m.CreatedAt, m.EditedAt = first.time().Truncate(time.Second), one.Created.Time
	}
	p.show(m, one)
	if m.Text == "" || one.ID == 0 {
		return nil
	}
	return m
}

// show fills what a post shows again without a word of its own: as a repost, or
// as a bare quote.
func (p *page) show(m *directdial.Mention, one *post) {
	reposted, quoted := one.refers("retweeted"), one.refers("quoted")
	switch {
	case reposted != 0:
		m.RepostOf, m.Text = p.identity(reposted), one.shared()
		if shown := p.shown[reposted]; shown != nil {
			m.Text = shown.text()
		}
	case quoted != 0 && m.Text == "":
		if shown := p.shown[quoted]; shown != nil {
			m.RepostOf, m.Text = p.identity(quoted), shown.text()
			return
		}
		m.Text = (*user)(nil).page(quoted) // all that is known of it is its address
	}
}

// page is the address of a post of an account. X finds it also if the account
// is not known.
func (u *user) page(post id) string {
	name := "i"
	if u != nil && u.Username != "" {
		name = u.Username
	}
	return "https://x.com/" + url.PathEscape(htmltext.Cut(name, directdial.MaxName)) + "/status/" + post.String()
}

// author has the id for an identity: the name of an account changes, it does
// not. Of an author whom X does not show nothing else is known.
func (u *user) author(of id) directdial.Author {
	a := directdial.Author{ID: of.String()}
	if u == nil || u.Username == "" {
		return a
	}
	a.Handle = htmltext.Cut(clean(u.Username), directdial.MaxName)
	a.Name = htmltext.Cut(cmp.Or(clean(u.Name), a.Handle), 200)
	a.URL = "https://x.com/" + url.PathEscape(a.Handle)
	a.Followers, a.Verified = max(u.Metrics.Followers, 0), u.Verified
	return a
}

func clean(s string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
}

// language makes a language tag of what X says: some tags are out of date, and
// some are of its own and say that there is no language.
func language(lang string) string {
	switch {
	case lang == "in":
		return "id"
	case lang == "iw":
		return "he"
	case lang == "und", lang == "art", lang == "zxx", len(lang) == 3 && lang[0] == 'q', len(lang) > 35: // the longest that BCP 47 advises to expect
		return ""
	}
	return strings.ToValidUTF8(lang, "")
}
