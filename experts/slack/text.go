package slack

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// Limits of the plain text of a card. Slack takes ten times as much and
// advises this.
const (
	maxPlain      = 4000
	maxPlainWords = 1200
)

// plainText is the card as one text: what a notification and a screen reader
// say, and the card itself where Slack refuses its layout. The words come
// early, because a notification shows no more. Lines that no longer fit are
// left out.
func plainText(c experts.Card) string {
	parts := []string{inert(c.Title(), maxTitle)}
	if c.Kind == directdial.DialCard || c.Post != (experts.Post{}) {
		if !c.Over() {
			words := strings.Join(strings.Fields(c.Post.Words()), " ")
			parts = append(parts, "“"+inert(words, maxPlainWords)+"”")
		}
		by := c.Post.By()
		if where := c.Post.Where(); where != "" {
			by += " · " + where
		}
		parts = append(parts, inert(by, 2*maxName))
	}
	parts = append(parts, inert(status(c), maxRule))
	if !c.Post.Deleted {
		parts = append(parts, address(c.Post.URL))
	}
	parts = append(parts, inert(c.Joined(), maxName))
	if !c.Over() {
		if len(c.Why) > 0 {
			parts = append(parts, "To you because "+inert(join(c.Why, "; ", maxReason), maxPlain)+".")
		}
		for _, d := range c.Do {
			parts = append(parts, "Do: "+inert(d, maxRule))
		}
		for _, d := range c.Dont {
			parts = append(parts, "Don't: "+inert(d, maxRule))
		}
	}
	var text strings.Builder
	length := 0
	for _, p := range append(parts, address(c.Link)) {
		if n := units(p) + 1; p != "" && length+n <= maxPlain {
			length += n
			text.WriteString(p + "\n")
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// address is a link in Slack's markup that shows where it leads. What Clean
// lets through holds no bracket and no bar.
func address(link string) string {
	if link == "" || width(link) > maxLink {
		return ""
	}
	return "<" + escape(link) + ">"
}

// inert makes a text that Slack's markup leaves alone, of at most limit
// characters.
func inert(s string, limit int) string { return plainMarks(escape(fit(s, limit))) }

// escape is Slack's whole escaping; it is done once, at the very end.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace

// looksLike replaces the characters that style text in Slack's markup, which
// cannot be escaped, by others that look the same.
var looksLike = map[rune]rune{'*': '∗', '_': 'ˍ', '~': '∼', '`': 'ˋ'}

// plainMarks replaces the characters that would style text. Between letters
// or digits they have no effect, and stay: user_name remains as it is.
func plainMarks(s string) string {
	var b strings.Builder
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	last := ' '
	for i, r := range s {
		if like, special := looksLike[r]; special {
			next, _ := utf8.DecodeRuneInString(s[i+1:])
			if r == '`' || !word(last) || !word(next) {
				b.WriteRune(like)
				last = r
				continue
			}
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// fit returns s if Slack counts at most limit characters in it, else its
// beginning with "…". It cuts before escaping, between two characters as a
// reader sees them, and counts after: in UTF-16 units of the escaped text, the
// strictest way in which Slack may count.
func fit(s string, limit int) string {
	if width(s) <= limit {
		return s
	}
	kept, used := 0, 1
	for rest, state := s, -1; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used += width(cluster); used > limit {
			break
		}
		kept += len(cluster)
	}
	return strings.TrimRightFunc(s[:kept], unicode.IsSpace) + "…"
}

// width is the number of characters of s once it is escaped.
func width(s string) int {
	return units(s) + 4*strings.Count(s, "&") + 3*strings.Count(s, "<") + 3*strings.Count(s, ">")
}

// units counts in UTF-16.
func units(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r > 0xFFFF {
			n++
		}
	}
	return n
}
