package bluesky

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// matcher finds in a stream what a search would: the stream itself cannot be
// searched. It does not know the forms of words that a search knows.
type matcher struct {
	searches [][]string // in lower case; of one search all must occur
	did      string     // of the account that posts may be addressed to, "" if none
}

// newMatcher takes the searches apart: words, and phrases in quotes.
func newMatcher(searches []string) *matcher {
	m := &matcher{}
	for _, s := range searches {
		var parts []string
		for i, part := range strings.Split(strings.ToLower(s), `"`) {
			if i%2 == 1 { // between quotes
				parts = append(parts, strings.Join(strings.Fields(part), " "))
			} else {
				parts = append(parts, strings.Fields(part)...)
			}
		}
		m.searches = append(m.searches, slices.DeleteFunc(parts, func(p string) bool { return p == "" }))
	}
	return m
}

// found reports whether a search finds a record.
func (m *matcher) found(r *record) bool {
	text := strings.ToLower(r.text())
	return slices.ContainsFunc(m.searches, func(parts []string) bool {
		return len(parts) > 0 && !slices.ContainsFunc(parts, func(p string) bool { return !occurs(text, p) })
	})
}

// addressed reports whether a record mentions, answers or quotes the account.
func (m *matcher) addressed(r *record) bool {
	if m.did == "" {
		return false
	}
	ours := "at://" + m.did + "/"
	if r.Reply != nil && strings.HasPrefix(r.Reply.Parent.URI, ours) || strings.HasPrefix(r.quoted(), ours) {
		return true
	}
	return slices.ContainsFunc(r.Facets, func(f facet) bool { return f.mentions(m.did) })
}

// occurs reports whether a word stands in a text, not within another one.
func occurs(text, word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	last, _ := utf8.DecodeLastRuneInString(word)
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !(letter(first) && letter(before)) && !(letter(last) && letter(after)) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[start:])
		from = start + size
	}
}

// letter reports whether a rune is part of a word, in scripts that part words.
// utf8.RuneError, which stands for the end of the text, is none.
func letter(r rune) bool {
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}
