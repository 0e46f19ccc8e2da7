package reddit

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is something to hear: one word or several that stand side by side.
type word string

// query is the word in the language of the search: quoted, so that it stands as
// it is.
func (w word) query() string { return `"` + string(w) + `"` }

// newWord reads a word as it was typed; "" if there is none in it.
func newWord(typed string) word {
	return word(strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(typed, `"`, " "))), " "))
}

// anyOf reports whether one of the words stands in a text. Comments cannot be
// searched, so that this is done here.
func anyOf(words []word, text string) bool {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	return slices.ContainsFunc(words, func(w word) bool { return w.in(text) })
}

// in reports whether the word stands in a text, not within another one.
func (w word) in(text string) bool {
	first, size := utf8.DecodeRuneInString(string(w))
	last, _ := utf8.DecodeLastRuneInString(string(w))
	for from := 0; ; {
		i := strings.Index(text[from:], string(w))
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(w)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !(joins(first) && joins(before)) && !(joins(last) && joins(after)) {
			return true
		}
		from = start + size
	}
}

// joins reports whether a rune belongs to a word together with its neighbour:
// letters and digits, but for scripts that do not part words.
// utf8.RuneError, which stands for the end of the text, is none.
func joins(r rune) bool {
	if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}
