package reddit

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

// site is where people read.
const site = "https://www.reddit.com"

// moderator is the account of Reddit itself that puts the rules of a community
// under its posts. What it writes is no mention.
const moderator = "AutoModerator"

// gone reports whether the public cannot see the post any more: its author has
// deleted it, or the account, or it was removed. Reddit wants all of it to be
// forgotten.
func (p *post) gone() bool {
	written := p.Body
	if p.kind == kindLink {
		written = p.SelfText
	}
	written = strings.TrimSpace(written)
	return p.Author == "[deleted]" || p.RemovedBy != "" || written == "[deleted]" || written == "[removed]"
}

var (
	userName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	userID   = regexp.MustCompile(`^t2_[0-9a-z]{1,16}$`)
)

// mention makes the mention of a post, nil if there is nothing to hear.
func (p *post) mention() *directdial.Mention {
	m := &directdial.Mention{
		ID: p.Name, Platform: platform, URL: p.address(), Text: p.text(), CreatedAt: at(p.Created), EditedAt: at(p.Edited),
		Reach: directdial.Reach{Likes: p.Score.count(), Replies: p.Comments.count(), Reposts: p.Crossposts.count()},
	}
	if m.Text == "" || p.Author == moderator {
		return nil
	}
	if p.kind == kindComment {
		m.Thread, m.InReplyTo = nameOr(p.LinkID), nameOr(p.ParentID)
	}
	if shown := p.shown(); shown != nil {
		m.RepostOf = shown.Name
	}
	if userName.MatchString(p.Author) {
		m.Author = directdial.Author{Handle: p.Author, URL: site + "/user/" + p.Author}
	}
	if userID.MatchString(p.AuthorID) {
		m.Author.ID = p.AuthorID
	}
	return m
}

func at(n number) time.Time {
	if n.seconds() == 0 {
		return time.Time{}
	}
	return time.Unix(n.seconds(), 0).UTC()
}

// nameOr is a name, "" if it is none.
func nameOr(s string) string {
	if fullname.MatchString(s) {
		return s
	}
	return ""
}

// address is where people read the post.
func (p *post) address() string {
	u := site + p.Permalink
	if _, err := url.Parse(u); err == nil && strings.HasPrefix(p.Permalink, "/r/") && len(u) <= directdial.MaxID {
		return u
	}
	if p.kind == kindComment && nameOr(p.LinkID) != "" {
		return site + "/comments/" + p.LinkID[3:] + "/_/" + p.Name[3:] + "/"
	}
	return site + "/comments/" + p.Name[3:] + "/"
}

// shown is the post that this one shows in another community without a word of
// its own, nil if it is no such crosspost. Who gives it another title says
// something.
func (p *post) shown() *post {
	if len(p.Parents) == 0 {
		return nil
	}
	parent := &p.Parents[0]
	parent.kind = kindLink
	same := strings.EqualFold(line(p.Title), line(parent.Title))
	if parent.Name != p.Parent || nameOr(p.Parent) == "" || !same || strings.TrimSpace(p.SelfText) != "" || parent.gone() || parent.text() == "" {
		return nil
	}
	return parent
}

// text is what the author wrote: of a link the title, the address and the text,
// of a crosspost without a word that of the post shown.
func (p *post) text() string {
	if p.kind == kindComment {
		return cut(markdown(p.Body))
	}
	if shown := p.shown(); shown != nil {
		return shown.text()
	}
	parts := []string{line(p.Title), p.link(), markdown(p.SelfText)}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return cut(strings.Join(parts, "\n\n"))
}

// link is the address that a link posts, "" if it has a text.
func (p *post) link() string {
	u, err := url.Parse(p.URL)
	if p.IsSelf || err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return p.URL
}

func line(s string) string { return strings.Join(strings.Fields(s), " ") }

func cut(s string) string { return htmltext.Cut(strings.ToValidUTF8(s, "\uFFFD"), directdial.MaxText) }

// spoiler is text that is hidden until it is clicked. To a reader of Markdown
// it begins as a quotation does.
var spoiler = regexp.MustCompile(`>!([^\n]+?)!<`)

// markdown is the text of what was written in Reddit's Markdown, which has no
// HTML.
func markdown(src string) string {
	return htmltext.MarkdownAlone(spoiler.ReplaceAllString(src, "$1"))
}
