package discourse

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

// gone reports whether nobody may read the post any more.
func (p *post) gone() bool { return p.UserDeleted || !p.Deleted.IsZero() }

// heard reports whether a post is heard: one that a person wrote for everybody.
// One that is hidden was flagged, and comes when somebody has looked at it.
func (p *post) heard() bool {
	return p.ID > 0 && p.Topic > 0 && p.Type == typeRegular && p.UserID >= 0 && !p.Hidden && !p.gone() &&
		(p.Archetype == "" || p.Archetype == "regular") && p.text() != ""
}

// id is the identity of a post.
func (f forum) id(post int64) string { return f.Host + "/" + strconv.FormatInt(post, 10) }

// mention makes the mention of a post. The thread is that of the topic: which
// post is its first is not told beside each post.
func (f forum) mention(p *post) *directdial.Mention {
	slug := p.Slug
	if slug == "" {
		slug = "-"
	}
	m := &directdial.Mention{
		ID: f.id(p.ID), Platform: platform, Text: p.text(), CreatedAt: p.Created.Time,
		URL:    f.address("t", slug, strconv.FormatInt(p.Topic, 10), strconv.Itoa(max(p.Number, 1))),
		Thread: fmt.Sprintf("%s/t/%d", f.Host, p.Topic),
		Author: f.author(p),
		Reach:  directdial.Reach{Replies: max(p.Replies, 0), Views: max(p.Reads, 0)},
	}
	if p.parent > 0 {
		m.InReplyTo = f.id(p.parent)
	}
	if p.Version > 1 {
		m.EditedAt = p.Updated.Time
	}
	for _, a := range p.Actions {
		if a.ID == actionLike {
			m.Reach.Likes = max(a.Count, 0)
		}
	}
	return m
}

func (f forum) author(p *post) directdial.Author {
	a := directdial.Author{Handle: htmltext.Cut(clean(p.Username), 200), Name: htmltext.Cut(clean(p.Name), 200)}
	if a.Handle != "" {
		a.URL = f.address("u", a.Handle)
	}
	if p.UserID > 0 {
		a.ID = f.Host + "/" + strconv.FormatInt(p.UserID, 10)
	}
	return a
}

// address is a page of the forum, "" if that would be too long.
func (f forum) address(parts ...string) string {
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	address := f.JoinPath(parts...).String()
	if len(address) > directdial.MaxID {
		return ""
	}
	return address
}

// text is what the author wrote; of the first post with the title of the topic.
func (p *post) text() string {
	text := htmltext.Text(own(p.Cooked))
	if title := strings.Join(strings.Fields(clean(p.Title)), " "); p.Number == 1 && title != "" {
		text = strings.TrimSpace(title + "\n\n" + text)
	}
	return htmltext.Cut(text, directdial.MaxText)
}

// own is what the author wrote of the HTML of a post: without quotations of
// others and previews of links, which Discourse puts into <aside>, and without
// the size of a picture below it.
func own(cooked string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(cooked))
	element, depth := "", 0 // that is left out
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return b.String()
		case html.StartTagToken, html.EndTagToken:
			raw := string(z.Raw())
			t := z.Token()
			switch {
			case depth > 0 && t.Data == element && kind == html.StartTagToken:
				depth++
			case depth > 0 && t.Data == element:
				depth--
			case depth == 0 && kind == html.StartTagToken && foreign(t):
				element, depth = t.Data, 1
				if link := attribute(t, "data-onebox-src"); link != "" {
					b.WriteString("<p>" + html.EscapeString(link) + "</p>")
				}
			case depth == 0:
				b.WriteString(raw)
			}
		default:
			if depth == 0 {
				b.Write(z.Raw())
			}
		}
	}
}

// foreign reports whether an element holds what the author did not write.
func foreign(t html.Token) bool {
	class := " " + attribute(t, "class") + " "
	return t.Data == "aside" && (strings.Contains(class, " quote ") || strings.Contains(class, " onebox ")) ||
		t.Data == "div" && strings.Contains(class, " meta ")
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func clean(s string) string { return strings.ToValidUTF8(strings.TrimSpace(s), "\uFFFD") }
