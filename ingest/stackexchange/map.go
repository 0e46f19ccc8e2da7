package stackexchange

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

// mention makes the mention of a question, an answer or a comment at a site. It
// has no text if the API showed none.
func (p *post) mention(site string) *directdial.Mention {
	m := &directdial.Mention{
		Platform: platform, Text: p.text(), CreatedAt: at(p.Created), EditedAt: at(p.Edited),
		Author: p.Owner.author(site),
		Reach:  directdial.Reach{Likes: max(p.Score, 0), Replies: max(p.Answers, 0), Views: max(p.Views, 0)},
	}
	switch {
	case p.Comment != 0:
		m.ID = commentID(site, p.Comment)
		m.InReplyTo = postID(site, p.Post)
		m.URL = fmt.Sprintf("https://%s/posts/comments/%d", host(site), p.Comment)
	case p.Answer != 0:
		m.ID = postID(site, p.Answer)
		m.InReplyTo = postID(site, p.Question)
		m.Thread = m.InReplyTo
		m.URL = fmt.Sprintf("https://%s/a/%d", host(site), p.Answer)
	default:
		m.ID = postID(site, p.Question)
		m.URL = fmt.Sprintf("https://%s/q/%d", host(site), p.Question)
	}
	if link := webAddress(p.Link); link != "" {
		m.URL = link
	}
	return m
}

func postID(site string, id int64) string { return site + "/" + strconv.FormatInt(id, 10) }

// Comments are numbered by themselves.
const comment = "comment-"

func commentID(site string, id int64) string {
	return site + "/" + comment + strconv.FormatInt(id, 10)
}

// text is what stands on the page: the title, the text, and the tags, which
// often are the only place where a question names what it is about.
func (p *post) text() string {
	parts := []string{htmltext.Text(p.Body)}
	if p.Answer == 0 && p.Comment == 0 {
		parts = []string{htmltext.Line(p.Title), parts[0]}
		if len(p.Tags) > 0 {
			parts = append(parts, htmltext.Line("["+strings.Join(p.Tags, "] [")+"]"))
		}
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return htmltext.Cut(strings.Join(parts, "\n\n"), directdial.MaxText)
}

// author has an id where the user still exists. Users are numbered site by
// site.
func (o *owner) author(site string) directdial.Author {
	a := directdial.Author{Name: htmltext.Cut(htmltext.Line(o.Name), 200), URL: webAddress(o.Link)}
	if o.ID != 0 {
		a.ID = site + "/" + strconv.FormatInt(o.ID, 10)
	}
	return a
}

// at is a time of the API, none if there is none or it makes no sense.
func at(seconds int64) time.Time {
	if t := time.Unix(seconds, 0).UTC(); seconds > 0 && t.Year() <= 9999 {
		return t
	}
	return time.Time{}
}

// host is where people read a site. The older ones have domains of their own,
// and a name with a domain in it is one.
func host(site string) string {
	switch {
	case slices.Contains([]string{"superuser", "serverfault", "askubuntu", "stackapps"}, site), strings.HasSuffix(site, "stackoverflow"):
		return site + ".com"
	case strings.HasSuffix(site, ".net"), strings.HasSuffix(site, ".com"):
		return site
	}
	return site + ".stackexchange.com"
}

// webAddress returns an address that a browser can open, "" for others.
func webAddress(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(link) > directdial.MaxID {
		return ""
	}
	return link
}
