package classify

import (
	"encoding/binary"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normal form is what texts and entries are compared in: NFKC, lower case,
// without characters that cannot be seen (zero width, bidi controls, variation
// selectors, skin tones), with the typewriter's apostrophe, quote and dash.
//
// normal is one text in normal form with the way back to its original bytes.
// It is reused from text to text.
type normal struct {
	text string // the original
	buf  []byte // the normal form, then pad zero bytes
	n    int    // length of the normal form
	// from[i] and to[i] are where in text the byte buf[i] came from. Both are
	// empty where normal form and original have the same offsets, as in ASCII.
	from, to []int32
	segment  norm.Iter // over one normalisation segment; here, so that it is allocated once
}

// pad allows to load the spelling of a word anywhere in the normal form.
const pad = spellingBytes

// maxText keeps offsets within 31 bits. What lies behind it is not read; a
// mention is far shorter.
const maxText = 1 << 30

// set puts the normal form of text into n.
func (n *normal) set(text string) {
	if len(text) > maxText {
		text = text[:maxText]
	}
	n.text = text
	n.from, n.to = n.from[:0], n.to[:0]
	if n.ascii(text) {
		n.n = len(text)
		return
	}
	n.buf = n.buf[:0]
	for i := 0; i < len(text); {
		// An ASCII byte stands alone unless a combining mark may follow.
		if c := text[i]; c < utf8.RuneSelf && (i+1 == len(text) || text[i+1] < utf8.RuneSelf) {
			n.buf = append(n.buf, lower(c))
			n.from = append(n.from, int32(i))
			n.to = append(n.to, int32(i+1))
			i++
			continue
		}
		i += n.rune(text[i:], i)
	}
	n.n = len(n.buf)
	n.buf = append(n.buf, make([]byte, pad)...)
}

// ascii fills buf and reports true if text is ASCII throughout. It works on
// eight bytes at a time: most mentions are ASCII, and this is their only copy.
func (n *normal) ascii(text string) bool {
	n.buf = append(append(n.buf[:0], text...), make([]byte, pad)...)
	const ones = 0x0101010101010101
	for i := 0; i < len(text); i += 8 {
		w := binary.LittleEndian.Uint64(n.buf[i:])
		if w&(ones<<7) != 0 {
			return false
		}
		// The top bit of each byte says: at least 'A', and at most 'Z'.
		upper := (w + ones*(0x80-'A')) &^ (w + ones*(0x80-'Z'-1)) & (ones << 7)
		binary.LittleEndian.PutUint64(n.buf[i:], w|upper>>2)
	}
	return true
}

// rune appends the segment that s, the text from offset at, begins with, and
// returns its length. A segment is a character with its combining marks.
func (n *normal) rune(s string, at int) int {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size <= 1:
		n.append(at, at+1, ' ') // invalid bytes separate words
		return 1
	case invisible(r):
		return size
	}
	end := norm.NFKC.NextBoundaryInString(s, true)
	if end <= 0 {
		end = size
	}
	if end == size && norm.NFKC.QuickSpanString(s[:end]) == end {
		n.append(at, at+end, r)
		return end
	}
	for n.segment.InitString(norm.NFKC, s[:end]); !n.segment.Done(); {
		for b := n.segment.Next(); len(b) > 0; {
			r, size := utf8.DecodeRune(b)
			if !invisible(r) {
				n.append(at, at+end, r)
			}
			b = b[size:]
		}
	}
	return end
}

func (n *normal) append(from, to int, r rune) {
	before := len(n.buf)
	switch r {
	case 'ß', 'ẞ':
		n.buf = append(n.buf, "ss"...)
	default:
		n.buf = utf8.AppendRune(n.buf, fold(r))
	}
	for range len(n.buf) - before {
		n.from = append(n.from, int32(from))
		n.to = append(n.to, int32(to))
	}
}

// span returns the original offsets of buf[from:to], which is not empty.
func (n *normal) span(from, to int) (start, end int) {
	if len(n.from) == 0 {
		return from, to
	}
	return int(n.from[from]), int(n.to[to-1])
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// fold maps a character of NFKC to its normal form.
func fold(r rune) rune {
	switch r {
	case '‘', '’', '‚', '‛', 'ʼ', '′':
		return '\''
	case '“', '”', '„', '‟', '«', '»':
		return '"'
	case '‐', '‒', '–', '—', '―', '−':
		return '-'
	case 'ς':
		return 'σ'
	}
	return unicode.ToLower(r)
}

// invisible reports whether r changes nothing that a reader compares: zero
// width and bidi controls, variation selectors, tags, skin tones.
func invisible(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x180E, r == 0xFEFF,
		0x200B <= r && r <= 0x200F, 0x202A <= r && r <= 0x202E, 0x2060 <= r && r <= 0x206F,
		0xFE00 <= r && r <= 0xFE0F, 0x1F3FB <= r && r <= 0x1F3FF, 0xE0000 <= r && r <= 0xE0FFF:
		return true
	}
	return false
}
