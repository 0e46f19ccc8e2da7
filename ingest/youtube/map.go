package youtube

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

// site is where people watch.
const site = "https://www.youtube.com/"

// mention makes the mention of a comment on a video, nil if it has no text. A
// comment begins a conversation of its own: the thread is the comment, not the
// video, below which many talk of many things.
func (c *comment) mention(on string) *directdial.Mention {
	m := &directdial.Mention{
		ID: c.ID, Platform: platform, URL: c.address(on), Text: c.text(), CreatedAt: c.Snippet.Published.Time,
		Author: author(c.Snippet.AuthorID.Value, c.Snippet.Author),
		Reach:  directdial.Reach{Likes: int(c.Snippet.Likes)},
	}
	if m.Text == "" {
		return nil
	}
	if c.Snippet.Updated.After(m.CreatedAt) {
		m.EditedAt = c.Snippet.Updated.Time
	}
	if parent, _, isReply := strings.Cut(c.ID, "."); isReply {
		m.InReplyTo, m.Thread = parent, parent
	}
	return m
}

// address is where the comment stands, "" if it is not known on what.
func (c *comment) address(on string) string {
	if on = cmp.Or(c.Snippet.VideoID, on); !videoForm.MatchString(on) {
		return ""
	}
	return site + "watch?v=" + on + "&lc=" + url.QueryEscape(c.ID)
}

// text is the comment as typed or, where that is not told, as it is shown.
func (c *comment) text() string {
	text := strings.TrimSpace(c.Snippet.Original)
	if text == "" {
		text = htmltext.Text(c.Snippet.Display)
	}
	return cut(strings.ReplaceAll(text, "\r\n", "\n"))
}

// mention makes the mention of a video.
func (v *video) mention() *directdial.Mention {
	text := strings.TrimSpace(strings.TrimSpace(v.Snippet.Title) + "\n\n" + strings.TrimSpace(v.Snippet.Description))
	m := &directdial.Mention{
		ID: string(v.ID), Platform: platform, URL: site + "watch?v=" + string(v.ID), Text: cut(text), CreatedAt: v.Snippet.Published.Time,
		Lang:   language(cmp.Or(v.Snippet.AudioLanguage, v.Snippet.Language)),
		Author: author(v.Snippet.ChannelID, v.Snippet.Channel),
		Reach:  directdial.Reach{Views: int(v.Statistics.Views), Likes: int(v.Statistics.Likes), Replies: int(v.Statistics.Comments)},
	}
	if m.Text == "" {
		return nil
	}
	return m
}

// author is who has a channel: everybody who comments has one.
func author(id, name string) directdial.Author {
	a := directdial.Author{Name: htmltext.Cut(strings.ToValidUTF8(name, "\uFFFD"), directdial.MaxName)}
	if handle, ok := strings.CutPrefix(a.Name, "@"); ok && !strings.ContainsAny(handle, " \n") {
		a.Handle = handle
	}
	if channelForm.MatchString(id) {
		a.ID, a.URL = id, site+"channel/"+id
	}
	return a
}

var languageForm = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$`)

// language is what the uploader says, "" for what is no language ("zxx").
func language(tag string) string {
	if tag == "zxx" || !languageForm.MatchString(tag) {
		return ""
	}
	return tag
}

func cut(s string) string { return htmltext.Cut(strings.ToValidUTF8(s, "\uFFFD"), directdial.MaxText) }
