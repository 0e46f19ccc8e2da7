package hackernews

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

// post is the hit as the tree has it, but for its kids: one mapping serves
// both.
func (h *hit) post() *post {
	p := &post{
		ID: h.ID, Type: "story", By: h.Author, Time: h.CreatedAt, Title: h.Title, URL: h.URL,
		Text: h.StoryText, Score: h.Points, Comments: h.Comments,
	}
	switch {
	case slices.Contains(h.Tags, "comment"):
		p.Type, p.Parent, p.Text = "comment", h.Parent, h.CommentText
	case slices.Contains(h.Tags, "poll"):
		p.Type = "poll"
	}
	return p
}

// heard reports whether a post is heard. One that is dead was flagged or killed
// by moderators: nobody who is not looking for such posts sees it, and nobody
// can reply.
func (p *post) heard() bool {
	switch p.Type {
	case "story", "comment", "poll":
		return !p.gone() && p.text() != ""
	}
	return false
}

// gone reports whether the public cannot see the post.
func (p *post) gone() bool { return p.Deleted || p.Dead }

// holds reports whether the post holds a word.
func (p *post) holds(w word) bool { return w.in(p.text(), p.URL) }

// mention makes the mention of a post in the thread of a story.
func (p *post) mention(story number) *directdial.Mention {
	m := &directdial.Mention{
		ID: p.ID.String(), Platform: platform, URL: site + "item?id=" + p.ID.String(),
		Text: p.text(), CreatedAt: time.Unix(p.Time, 0).UTC(),
		Reach: directdial.Reach{Likes: max(p.Score, 0), Replies: max(p.Comments, 0)},
	}
	if p.Type == "comment" {
		m.InReplyTo, m.Thread = p.Parent.String(), story.String()
	}
	if p.By != "" {
		// A user's name is for life, and its case matters.
		m.Author = directdial.Author{ID: p.By, Handle: p.By, Name: p.By, URL: site + "user?id=" + url.QueryEscape(p.By)}
	}
	return m
}

// site is where people read.
const site = "https://news.ycombinator.com/"

// text is the title, what the story links to, and what the author wrote.
func (p *post) text() string {
	parts := []string{htmltext.Line(p.Title), p.URL, htmltext.Text(wholeLinks(p.Text))}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	text := strings.ToValidUTF8(strings.Join(parts, "\n\n"), "\uFFFD")
	return htmltext.Cut(text, directdial.MaxText)
}

// shortened is a link whose address is shown up to some character.
var shortened = regexp.MustCompile(`<a href="([^"<>]*)"[^<>]*>([^<>]*)\.\.\.</a>`)

// wholeLinks shows long links in full, as they were written: Hacker News cuts
// off what it shows of them.
func wholeLinks(src string) string {
	return shortened.ReplaceAllStringFunc(src, func(a string) string {
		m := shortened.FindStringSubmatch(a)
		if !strings.HasPrefix(html.UnescapeString(m[1]), html.UnescapeString(m[2])) {
			return a
		}
		return m[1]
	})
}
