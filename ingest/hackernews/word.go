package hackernews

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// word is something to hear: one word or several that stand side by side.
type word struct {
	typed  string // as configured
	folded string // as it is compared
}

func newWord(typed string) word { return word{typed: typed, folded: fold(typed)} }

// query is the word in the language of the index: quoted, so that several words
// must stand side by side.
func (w word) query() string {
	return `"` + strings.Join(strings.Fields(strings.ReplaceAll(w.typed, `"`, " ")), " ") + `"`
}

// in reports whether the word stands in one of the texts. The index completes
// words ("acme" finds "acmeist"), and what it takes for the same changes with
// its settings; this is what decides, for hits and for posts of the tree alike.
func (w word) in(texts ...string) bool {
	for _, t := range texts {
		if w.inFolded(fold(t)) {
			return true
		}
	}
	return false
}

func (w word) inFolded(text string) bool {
	if !spaced(w.folded) {
		return strings.Contains(text, w.folded)
	}
	return strings.Contains(" "+text+" ", " "+w.folded+" ")
}

// fold is a text as it is compared: lower case, without accents, everything
// that is no letter and no digit a single space. As in the index, "+", "#" and
// "$" are words of their own: C++ is not C.
func fold(text string) string {
	var b strings.Builder
	gap := false
	put := func(r rune) {
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			put(unicode.ToLower(r))
		case r == '+' || r == '#' || r == '$':
			gap = true
			put(r)
			gap = true
		case unicode.Is(unicode.Mn, r), r == '\u00ad', r == '\u200d', r == '\u200c': // accents, soft hyphens, joiners
		default:
			gap = true
		}
	}
	return b.String()
}

// spaced reports whether a folded text is of a script that parts words by
// spaces.
func spaced(text string) bool {
	for _, r := range text {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			return false
		}
	}
	return true
}
