package classify

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a text looks like says much of where it comes from and of whom: a
// promotion is full of names and ends in a link, who is angry begins small and
// ends in a point. It takes two bytes of each word.

// scanWords finds what the letters of words show, and counts the words.
func (f *features) scanWords(r *reading) (words int) {
	capital, caps, named := false, 0, 0
	for i := range r.tokens[:r.main] {
		t := &r.tokens[i]
		if t.kind != word {
			continue
		}
		words++
		if class[r.buf[t.from]] == isDigit {
			f.set(number, t.from, t.to)
		}
		first := r.first(t)
		if !unicode.IsUpper(first) {
			if words == 1 && unicode.IsLower(first) {
				f.set(opensSmall, t.from, t.to)
			}
			continue
		}
		capital = true
		switch n, all := r.capitals(t), t.to-t.from; {
		case n == all && n >= 4:
			if caps++; caps == 1 {
				f.set(capitals, t.from, t.to)
			} else if caps == 3 {
				f.set(shouting, t.from, t.to)
			}
		case n == all && n >= 2:
			f.set(acronym, t.from, t.to)
		case n < 2 && all >= 2 && i > 0 && t.flags&newSentence == 0 && r.tokens[i-1].kind == word && r.letterAt(int(t.from)+1):
			if named++; named == 2 {
				f.set(names, t.from, t.to)
			}
		}
	}
	if words > 0 && !capital {
		f.set(small, 0, 0)
	}
	return words
}

// numbered reports whether a digit is in a token.
func (r *reading) numbered(t *token) bool {
	return slices.ContainsFunc(r.buf[t.from:t.to], func(c byte) bool { return class[c] == isDigit })
}

// first returns the first character of a word in the original.
func (r *reading) first(t *token) rune {
	if c := r.original(int(t.from)); c < utf8.RuneSelf {
		return rune(c)
	}
	c, _ := utf8.DecodeRuneInString(r.text[r.place(int(t.from)):])
	return c
}

// capitals returns with how many ASCII capitals a word begins in the original.
func (r *reading) capitals(t *token) (n int32) {
	for n < t.to-t.from && r.original(int(t.from+n))-'A' < 26 {
		n++
	}
	return n
}

// scanEnd finds what a text ends in. Links, handles and hashtags at the end are
// addressed to the platform more than said.
func (f *features) scanEnd(r *reading) {
	last := r.main - 1
	if last < 0 {
		return
	}
	switch t := &r.tokens[last]; t.kind {
	case link:
		f.set(endsInLink, t.from, t.to)
	case hashtag:
		f.set(endsInHashtag, t.from, t.to)
	}
	end := r.n
	for ; last >= 0; last-- {
		t := &r.tokens[last]
		if t.kind != link && t.kind != handle && t.kind != hashtag || len(bytes.TrimSpace(r.buf[t.to:end])) > 0 {
			break
		}
		end = int(t.from)
	}
	for end > 0 && (class[r.buf[end-1]] == isSpace || r.buf[end-1] == '\n') {
		end--
	}
	if end == 0 {
		return
	}
	at := int32(end - 1)
	switch r.buf[end-1] {
	case '?':
		f.set(endsInQuestion, at, at+1)
	case '!':
		f.set(endsInExclamation, at, at+1)
	case '.':
		if strings.HasPrefix(r.text[r.place(end-1):], "…") {
			f.set(cut, at, at+1)
		} else {
			f.set(endsInPoint, at, at+1)
		}
	default:
		if last >= 0 && r.tokens[last].kind == word && int(r.tokens[last].to) == end {
			f.set(endsOpen, r.tokens[last].from, r.tokens[last].to)
		}
	}
}

// place returns the offset in the text that buf[i] came from.
func (r *reading) place(i int) int {
	if len(r.from) == 0 {
		return i
	}
	return int(r.from[i])
}
