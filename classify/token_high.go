package classify

import (
	"unicode"
	"unicode/utf8"
)

// highStart reads what begins at i with a character above ASCII.
func (r *reading) highStart(i int) int {
	c, size := utf8.DecodeRune(r.buf[i:r.n])
	switch {
	case spaceless(c):
		// Each character of these scripts is a token, so that an entry is found
		// inside the unbroken line as a phrase of its characters.
		end := i + size
		for end < r.n && r.buf[end] >= 0x80 {
			m, n := utf8.DecodeRune(r.buf[end:r.n])
			if !unicode.IsMark(m) {
				break
			}
			end += n
		}
		return r.add(word, i, end, high)
	case unicode.IsLetter(c) || unicode.IsDigit(c):
		end, _ := r.wordEnd(i)
		return r.add(word, i, end, high)
	case emoji(c):
		end := i + size
		if flag(c) {
			if next, n := utf8.DecodeRune(r.buf[end:r.n]); flag(next) {
				end += n
			}
		}
		return r.add(symbol, i, end, high)
	}
	r.highMark(i, c)
	return i + size
}

// highNext returns where the word that goes on at i goes on next: behind the
// letter, digit or combining mark there, or i if it ends.
func (r *reading) highNext(i int) int {
	c, size := utf8.DecodeRune(r.buf[i:r.n])
	if (unicode.IsLetter(c) && !spaceless(c)) || unicode.IsMark(c) || unicode.IsDigit(c) {
		return i + size
	}
	return i
}

func (r *reading) highMark(i int, c rune) {
	switch c {
	case '؟', '⁇', '⁈', '⁉', '¿':
		r.question(i)
	case '。', '।', '॥', '۔', '¡':
		r.pending |= newSentence | newClause
	case '、', '،', '؛', '・', '…', '•', '「', '」':
		r.pending |= newClause
	}
}

// spaceless reports whether c is of a script that is written without spaces.
func spaceless(c rune) bool {
	switch {
	case c < 0x0E00:
		return false
	case c <= 0x0EFF, // Thai, Lao
		0x1000 <= c && c <= 0x109F,   // Myanmar
		0x1780 <= c && c <= 0x17FF,   // Khmer
		0x2E80 <= c && c <= 0x2FDF,   // radicals
		0x3005 <= c && c <= 0x3007,   // iteration marks
		0x3041 <= c && c <= 0x309F,   // Hiragana
		0x3400 <= c && c <= 0x4DBF,   // Han
		0x4E00 <= c && c <= 0x9FFF,   // Han
		0xF900 <= c && c <= 0xFAFF,   // Han
		0x20000 <= c && c <= 0x3FFFF: // Han
		return unicode.IsLetter(c) || unicode.IsDigit(c)
	}
	return false
}

func emoji(c rune) bool {
	switch {
	case c < 0x2190:
		return false
	case c <= 0x2BFF, 0x1F000 <= c && c <= 0x1FAFF:
		return true
	}
	return c == 0x3030 || c == 0x303D || c == 0x3297 || c == 0x3299
}

// flag reports whether c is half of a flag.
func flag(c rune) bool { return 0x1F1E6 <= c && c <= 0x1F1FF }

// split reads the words of a hashtag that is written in mixed case, with
// underscores, or with digits ("#AcmeFail", "#acme_fail") into parts.
func (r *reading) split(from, to int) {
	first := len(r.parts)
	start := from
	for i := from + 1; i < to; i++ {
		if r.seam(i) {
			r.part(start, i, start == from)
			start = i
		}
	}
	if start == from {
		return // one word: the hashtag's token stands for it
	}
	r.part(start, to, len(r.parts) == first)
}

func (r *reading) part(from, to int, first bool) {
	for from < to && r.buf[from] == '_' {
		from++
	}
	for to > from && r.buf[to-1] == '_' {
		to--
	}
	if from == to {
		return
	}
	var f flags
	if first {
		f = newSentence | newClause
	}
	r.parts = append(r.parts, token{from: int32(from), to: int32(to), kind: word, flags: f, known: -1})
}

// seam reports whether a part of a hashtag begins at i.
func (r *reading) seam(i int) bool {
	before, here := r.original(i-1), r.original(i)
	switch {
	case before == '_' || here == '_':
		return before != here
	case 'A' <= here && here <= 'Z':
		// "AcmeFail", and the last capital of "ACMEFail".
		if 'a' <= before && before <= 'z' || '0' <= before && before <= '9' {
			return true
		}
		next := r.original(i + 1)
		return 'A' <= before && before <= 'Z' && 'a' <= next && next <= 'z'
	}
	return false
}

// original returns the byte of the text that buf[i] came from.
func (r *reading) original(i int) byte {
	switch {
	case i >= r.n:
		return 0
	}
	return r.text[r.place(i)]
}
