package bluesky

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

// Labels that decide whether a post is heard. All others say what a reader may
// not want to see; an expert must.
const (
	labelHidden   = "!hide"
	labelTakedown = "!takedown"
	// labelLoggedIn is how people ask not to be shown to who has no account.
	labelLoggedIn = "!no-unauthenticated"
)

// heard reports whether a post is heard; known says that whoever asks has an
// account, or was written to. What the platform has taken down is not heard, and
// who asks to be shown to people with an account only is heard by these.
func (p *post) heard(known bool) bool {
	_, collection, key := splitURI(p.URI)
	switch {
	case key == "", collection != p.Record.Type, collection != postCollection && collection != repostCollection:
		return false
	case p.labelled(labelHidden), p.labelled(labelTakedown):
		return false
	}
	return known || !p.labelled(labelLoggedIn)
}

// labelled reports whether the post or its author has a label.
func (p *post) labelled(val string) (yes bool) {
	for _, l := range slices.Concat(p.Author.Labels, p.Labels) {
		if l.Val == val {
			yes = !l.Neg
		}
	}
	return yes
}

// said is when the post was made: what the author says, but not later than the
// platform saw it, nor than now. It is what the platform sorts by.
func (p *post) said(now time.Time) time.Time {
	t := now
	for _, other := range []time.Time{p.Record.CreatedAt.Time, p.IndexedAt.Time} {
		if !other.IsZero() && other.Before(t) {
			t = other
		}
	}
	return directdial.Clock(t)
}

// mention makes the mention of a post, nil if it says nothing; shown has the
// text of the post that a bare quote shows. It is pure.
func (p *post) mention(now time.Time, shown string) *directdial.Mention {
	did, _, key := splitURI(p.URI)
	m := &directdial.Mention{
		ID: p.URI, Platform: platform, URL: postPage(did, key),
		Text: p.Record.text(), CreatedAt: p.said(now), Author: p.Author.author(did),
		Reach: directdial.Reach{Likes: max(p.Likes, 0), Reposts: max(p.Reposts, 0) + max(p.Quotes, 0), Replies: max(p.Replies, 0)},
	}
	if m.Text == "" && shown != "" {
		m.Text, m.RepostOf = shown, p.Record.quoted()
	}
	if p.Record.Type == repostCollection { // which has no page of its own
		by, _, of := splitURI(m.RepostOf)
		m.URL = postPage(by, of)
	}
	if len(p.Record.Langs) > 0 && len(p.Record.Langs[0]) <= 35 { // the longest that BCP 47 advises to expect
		m.Lang = p.Record.Langs[0]
	}
	if r := p.Record.Reply; r != nil {
		m.InReplyTo, m.Thread = within(r.Parent.URI), within(cmp.Or(r.Root.URI, r.Parent.URI))
	}
	if m.Text == "" || len(m.ID) > directdial.MaxID {
		return nil
	}
	return m
}

// text is what the author wrote. A post of nothing but pictures is what is said
// of them, one of nothing but a link is the link.
func (r *record) text() string {
	text := strings.TrimSpace(expand(r.Text, r.Facets))
	if text == "" {
		text = r.Embed.text()
	}
	if len(r.Tags) > 0 && text != "" {
		text += "\n\n#" + strings.Join(r.Tags, " #")
	}
	return htmltext.Cut(strings.ToValidUTF8(text, "\uFFFD"), directdial.MaxText)
}

func (e *embed) text() string {
	if e == nil {
		return ""
	}
	said := []string{strings.TrimSpace(e.Alt)}
	for _, i := range e.Images {
		said = append(said, strings.TrimSpace(i.Alt))
	}
	if e.External != nil {
		said = append(said, strings.TrimSpace(e.External.Title+"\n"+e.External.URI))
	}
	if e.Media != nil {
		said = append(said, e.Media.text())
	}
	return strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), "\n\n")
}

// quoted returns the post that this one quotes or shows again, "" if there is
// none.
func (r *record) quoted() string {
	uri := r.Subject.URI
	if r.Type != repostCollection {
		if r.Embed == nil || r.Embed.Record == nil {
			return ""
		}
		uri = r.Embed.Record.URI
		if with := r.Embed.Record.Record; with != nil {
			uri = with.URI
		}
	}
	if !isPost(uri) {
		return "" // a list, a feed
	}
	return within(uri)
}

// bare returns the post that this one shows without a word of its own, "" if
// it has words or shows none.
func (p *post) bare() string {
	if p.Record.text() != "" {
		return ""
	}
	return p.Record.quoted()
}

// shown returns the text of the post that is quoted, as far as the server has
// sent it along.
func (p *post) shown() string {
	if p.Embed == nil || p.Embed.Record == nil {
		return ""
	}
	q := p.Embed.Record
	if q.Record != nil {
		q = q.Record
	}
	if q.Value == nil {
		return ""
	}
	return q.Value.text()
}

// author has the DID for an id: handles change, it does not.
func (p *profile) author(did string) directdial.Author {
	handle := p.Handle
	if handle == "handle.invalid" {
		handle = ""
	}
	name := strings.Join(strings.Fields(p.DisplayName), " ")
	return directdial.Author{
		ID: did, Handle: htmltext.Cut(handle, directdial.MaxName), Name: htmltext.Cut(cmp.Or(name, handle), 200),
		URL: within(profilePage(did)), Followers: max(p.Followers, 0), Verified: p.Verification.Status == "valid",
	}
}

func postPage(did, key string) string {
	return within(profilePage(did) + "/post/" + url.PathEscape(key))
}

func profilePage(did string) string { return "https://bsky.app/profile/" + url.PathEscape(did) }

// within returns an identity that keeps the limit, else "".
func within(id string) string {
	if len(id) > directdial.MaxID {
		return ""
	}
	return id
}
