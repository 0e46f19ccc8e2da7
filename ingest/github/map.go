package github

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

// heard reports whether a post is heard: one that has an identity and says
// something, and that no program wrote.
func (p *post) heard() bool {
	return p.NodeID != "" && (p.User == nil || p.User.Type != "Bot") && p.text() != ""
}

// mention makes the mention of a post in the thread that begins with the post
// of that node id: its own, if it is no comment.
func (p *post) mention(thread string) *directdial.Mention {
	m := &directdial.Mention{
		ID: p.NodeID, Platform: platform, URL: webAddress(p.URL), Text: p.text(),
		CreatedAt: p.Created.Time, EditedAt: p.edited, Thread: thread,
		Author: p.User.author(),
		Reach:  directdial.Reach{Likes: max(p.Reactions.Total, 0), Replies: max(p.Comments, 0)},
	}
	if p.NodeID != thread {
		m.InReplyTo = p.parent
		if m.InReplyTo == "" {
			m.InReplyTo = thread
		}
	}
	return m
}

// text is the title, if there is one, and what the author wrote below it.
func (p *post) text() string {
	text := htmltext.Markdown(p.Body)
	if title := strings.Join(strings.Fields(strings.ToValidUTF8(p.Title, "\uFFFD")), " "); title != "" {
		text = strings.TrimSpace(title + "\n\n" + text)
	}
	return htmltext.Cut(text, directdial.MaxText)
}

// author is nobody if the account is gone.
func (u *user) author() directdial.Author {
	if u == nil || u.Login == "" {
		return directdial.Author{}
	}
	a := directdial.Author{Handle: htmltext.Cut(clean(u.Login), directdial.MaxName), Name: htmltext.Cut(clean(u.Name), 200), URL: webAddress(u.URL)}
	if u.ID > 0 {
		a.ID = strconv.FormatInt(u.ID, 10)
	}
	return a
}

func clean(s string) string { return strings.ToValidUTF8(strings.TrimSpace(s), "\uFFFD") }

// webAddress returns an address that a browser can open, "" for any other.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(s) > directdial.MaxID {
		return ""
	}
	return s
}
