package x

import (
	"cmp"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
)

// unescape undoes what X does to a text: these three and no others are escaped.
var unescape = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")

// text is what the author wrote: the whole of a long post, with addresses in
// place of those that X made of them. Those of the post's own pictures, and of
// the post that it quotes, were not written by the author.
func (p *post) text() string {
	text, links := p.Text, p.Entities.URLs
	if p.Note != nil && p.Note.Text != "" {
		text, links = p.Note.Text, append(slices.Clone(p.Note.Entities.URLs), links...)
	}
	// Not by their places, of which X does not say what they count; a short
	// address stands for one thing only. None may be taken for the beginning of
	// another.
	links = slices.DeleteFunc(slices.Clone(links), func(l link) bool { return l.Short == "" })
	slices.SortStableFunc(links, func(a, b link) int { return len(b.Short) - len(a.Short) })
	quoted := p.refers("quoted")
	var swaps []string
	for _, l := range links {
		swaps = append(swaps, l.Short, l.address(quoted))
	}
	text = strings.NewReplacer(swaps...).Replace(text)
	return htmltext.Cut(strings.ToValidUTF8(strings.TrimSpace(unescape.Replace(text)), "\uFFFD"), directdial.MaxText)
}

// address is what stands for a link in the text.
func (l *link) address(quoted id) string {
	if l.Media != "" || quoted != 0 && strings.HasSuffix(l.Expanded, "/status/"+quoted.String()) {
		return ""
	}
	return cmp.Or(l.Unwound, l.Expanded, l.Short)
}

// shared returns the text of a repost without the words that X puts before it.
// X cuts it short at 140 characters.
func (p *post) shared() string {
	text := p.text()
	if _, rest, ok := strings.Cut(text, ": "); ok && strings.HasPrefix(text, "RT @") {
		return rest
	}
	return text
}
