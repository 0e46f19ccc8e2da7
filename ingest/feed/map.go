package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	jsonfeed "github.com/mmcdole/gofeed/json"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

// mapping makes mentions of the items of one document. It is pure.
type mapping struct {
	reading
	feed *gofeed.Feed
	json *jsonfeed.Feed // the same, if it is a JSON Feed
	id   string         // of the feed, in every identity
	base string         // of relative links
}

func (m *mapping) item(i int) item {
	in := m.feed.Items[i]
	title, body := titleOf(in.Title), htmltext.Text(in.Content)
	lang := m.feed.Language
	if m.json != nil {
		original := m.json.Items[i]
		title = strings.Join(strings.Fields(original.Title), " ") // the one format in which a title is no HTML
		if original.ContentHTML == "" {
			body = strings.TrimSpace(original.ContentText)
		}
		if original.Language != "" {
			lang = original.Language
		}
	} else if in.DublinCoreExt != nil && len(in.DublinCoreExt.Language) > 0 {
		lang = in.DublinCoreExt.Language[0]
	}
	if m.lang != "" {
		lang = m.lang
	}
	if body == "" {
		body = htmltext.Text(in.Description)
	}
	link := m.link(in)
	out := item{link: link, date: in.Published}
	out.Mention = directdial.Mention{
		ID: m.identity(in, link, title, body), Platform: platform,
		URL: link, Text: m.text(title, body), Lang: language(lang),
		CreatedAt: date(in.PublishedParsed), EditedAt: date(in.UpdatedParsed),
		Author: m.author(in, link),
	}
	if out.CreatedAt.IsZero() {
		out.CreatedAt = out.EditedAt
	}
	if !out.EditedAt.After(out.CreatedAt) {
		out.EditedAt = time.Time{}
	}
	return out
}

// text joins title and body. Many feeds repeat the beginning of a post as its
// title; once is enough.
func (m *mapping) text(title, body string) string {
	start := strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(title, "…"), "..."), " ")
	if body != "" && (!m.title || strings.HasPrefix(strings.Join(strings.Fields(body), " "), start)) {
		title = ""
	}
	switch {
	case title == "":
	case body == "":
		body = title
	default:
		body = title + "\n\n" + body
	}
	return htmltext.Cut(body, directdial.MaxText)
}

// markup is what some feeds write into a title.
var markup = regexp.MustCompile(`(?i)</?(a|abbr|b|br|cite|code|del|em|font|i|img|ins|mark|p|q|s|small|span|strike|strong|sub|sup|u|wbr)\b[^<>]*>`)

// titleOf is a title as plain text. Feeds do not say whether a title is text or
// HTML, so that "Use <T>" is as likely as "<b>Acme</b>": it is HTML if it has a
// tag that titles have.
func titleOf(raw string) string {
	if markup.MatchString(raw) {
		return htmltext.Line(raw)
	}
	return strings.Join(strings.Fields(html.UnescapeString(raw)), " ")
}

// identity is "<feed>#<guid>"; without a guid the link stands for it, without a
// link a hash.
func (m *mapping) identity(in *gofeed.Item, link, title, body string) string {
	guid := strings.TrimSpace(in.GUID)
	if guid == "" && link != "" {
		guid = directdial.NormalURL(link)
	}
	if guid == "" {
		if title == "" {
			title = body
		}
		guid = "sha256:" + sum(title+"\n"+in.Published)
	}
	if len(m.id)+1+len(guid) > directdial.MaxID {
		guid = "sha256:" + sum(guid)
	}
	return m.id + "#" + strings.ToValidUTF8(guid, "\uFFFD")
}

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:16])
}

// link is where the item can be read: absolute, and behind the redirect of
// Google Alerts. "" if there is no such http URL.
func (m *mapping) link(in *gofeed.Item) string {
	raw := strings.TrimSpace(in.Link)
	if raw == "" {
		raw = strings.TrimSpace(in.GUID) // by default a permalink, and usually one if it is a URL
		if !strings.HasPrefix(raw, "http://") && !strings.HasPrefix(raw, "https://") {
			return ""
		}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	if base, err := url.Parse(m.base); err == nil {
		u = base.ResolveReference(u)
	}
	if u, err = url.Parse(unwrap(u)); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	if link := u.String(); len(link) <= directdial.MaxID {
		return link
	}
	return ""
}

// unwrap returns the target of a link of Google Alerts, any other link as it
// is. Google escapes some targets and writes others into the query as they are,
// so that the query cannot be parsed: the target ends where Google goes on.
func unwrap(u *url.URL) string {
	host := strings.TrimPrefix(u.Hostname(), "www.")
	if !strings.HasPrefix(host, "google.") || u.Path != "/url" {
		return u.String()
	}
	_, target, found := strings.Cut("&"+u.RawQuery, "&url=")
	if !found {
		return u.String()
	}
	for _, own := range []string{"&ct=ga", "&cd=", "&usg=", "&ved=", "&sa=", "&rct="} {
		target, _, _ = strings.Cut(target, own)
	}
	if strings.ContainsAny(target, "?&") {
		return target
	}
	unescaped, err := url.QueryUnescape(target)
	if err != nil {
		return target
	}
	return unescaped
}

// author is who wrote the item, as far as the feed says: the person, else the
// site. A feed has no accounts. What stands for the author is the host of the
// site, with the name where there is one, so that an own site can be told and
// an author forgotten.
func (m *mapping) author(in *gofeed.Item, link string) directdial.Author {
	if link == "" {
		link = m.base
	}
	host := ""
	if u, err := url.Parse(link); err == nil && len(u.Host) <= 253 {
		host = strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	}
	people := in.Authors
	if len(people) == 0 && m.feed.FeedType != "rss" { // of RSS it is the webmaster
		people = m.feed.Authors
	}
	for _, p := range people {
		name := htmltext.Line(p.Name)
		if name == "" {
			name = htmltext.Line(p.Email)
		}
		if name = htmltext.Cut(name, 200); name != "" {
			return directdial.Author{ID: host + "/" + strings.ToLower(name), Name: name}
		}
	}
	return directdial.Author{ID: host, Name: host}
}

// tag is the shape of a language tag.
var tag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,6}$`)

// language returns a language tag, "" if it is none.
func language(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	if !tag.MatchString(s) {
		return ""
	}
	return s
}
