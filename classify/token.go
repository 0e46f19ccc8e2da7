package classify

import (
	"encoding/binary"
	"math/bits"
)

// kind is what a token is.
type kind uint8

const (
	word    kind = iota // letters and digits, or one character of a script without spaces
	hashtag             // "#acme", with its sign
	handle              // "@acme" or "@acme@server.example", with its sign
	link                // a URL or an e-mail address
	symbol              // an emoji or an emoticon
)

// flags say what is known of a token besides its letters.
type flags uint8

const (
	newSentence flags = 1 << iota // a sentence ended before it
	newClause                     // a comma, a bracket, a line or a sentence ended before it
	opening                       // the first word that counts of a sentence
	negated                       // stands in the scope of a negation
	high                          // holds characters above ASCII
	drawn                         // stretched: "soooo"
	branded                       // belongs to the name of a brand
)

// token is one token of a text; from and to are offsets in the normal form.
type token struct {
	from, to int32
	kind     kind
	flags    flags
	tells    uint16 // of its language: which of Classifier.evidence
	// sym is the token's number in the vocabulary, 0 for a word that no entry
	// holds. more and moreN are the other symbols that it stands for, in
	// reading.more: "charging" also for "charg*", "#refund" also for "refund".
	sym   uint32
	more  int32
	moreN int32
	known int32 // its place among the known words, -1 for none
	// leads has a bit for each of its symbols, modulo 64, as node.seen has.
	leads uint64
}

// marks counts the punctuation of a text as far as features look at it.
type marks struct {
	questions, exclamations, ellipses, commas int
	question, exclamation, ellipsis, comma    int32 // offset of the first
}

// reading is one text, read: its normal form and its tokens.
type reading struct {
	normal
	// tokens are those of the text, then, from main on, the words of hashtags
	// in mixed case ("#AcmeFail"), as a sentence each.
	tokens []token
	main   int
	parts  []token // the latter while they are collected
	marks  marks
	more   []uint32
	// letters is where a word is spelled out; here, so that it is allocated once.
	letters letters
	// pending are the flags of the next token.
	pending flags
}

// read puts text into normal form and cuts it into tokens. Time is linear in
// the length of text.
func (r *reading) read(text string) {
	r.set(text)
	r.tokens, r.parts, r.more = r.tokens[:0], r.parts[:0], r.more[:0]
	r.marks = marks{}
	r.pending = newSentence | newClause
	for i := 0; i < r.n; {
		switch class[r.buf[i]] {
		case isLetter, isDigit, isJoin:
			i = r.word(i)
		case isHigh:
			i = r.highStart(i)
		case isSpace:
			i++
		default:
			i = r.punctuation(i)
		}
	}
	r.main = len(r.tokens)
	r.tokens = append(r.tokens, r.parts...)
}

// goesOn reports whether token i exists and is of the sentence of the one
// before it.
func (r *reading) goesOn(i int) bool {
	return i < len(r.tokens) && r.tokens[i].flags&newSentence == 0
}

// others returns the symbols that t stands for besides its own.
func (r *reading) others(t *token) []uint32 { return r.more[t.more : t.more+t.moreN] }

// add appends a token and returns its end.
func (r *reading) add(k kind, from, to int, extra flags) int {
	t := extend(&r.tokens)
	t.from, t.to, t.kind, t.flags = int32(from), int32(to), k, r.pending|extra
	t.tells, t.sym, t.more, t.moreN, t.known = 0, 0, 0, 0, -1
	r.pending = 0
	return to
}

// word reads the word that begins at i with an ASCII letter or digit.
func (r *reading) word(i int) int {
	end, extra := r.wordEnd(i)
	switch r.buf[end] {
	case ':':
		if r.scheme(i, end) {
			return r.add(link, i, r.unbroken(end), 0)
		}
	case '.':
		if string(r.buf[i:end]) == "www" && wordByte(r.buf[end+1]) {
			return r.add(link, i, r.unbroken(end), 0)
		}
	case '@':
		if wordByte(r.buf[end+1]) { // an address: name@host
			return r.add(link, i, r.unbroken(end), 0)
		}
	}
	return r.add(word, i, end, extra)
}

// wordEnd returns the end of the word that begins at i. An apostrophe between
// letters belongs to it ("don't"), a point or comma between digits too.
func (r *reading) wordEnd(i int) (end int, extra flags) {
	for start := i; ; {
		for n := 8; n == 8; i += n {
			n = plain(binary.LittleEndian.Uint64(r.buf[i:]))
		}
		switch c := r.buf[i]; {
		case c == '\'' && i > start && r.letterAt(i+1) && class[r.buf[i-1]] != isDigit:
			i++
		case (c == '.' || c == ',') && i > start && class[r.buf[i+1]] == isDigit && class[r.buf[i-1]] == isDigit:
			i++
		case c >= 0x80:
			next := r.highNext(i)
			if next == i {
				return i, extra
			}
			i, extra = next, high
		default:
			return i, extra
		}
	}
}

// plain returns how many of eight bytes, from the lowest on, are ASCII letters,
// digits or underscores before the first that is not. The bytes are looked at at
// once, because no processor foresees how long a word is.
func plain(b uint64) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	low := b &^ tops
	small := low | 0x20*ones // letters in lower case
	// The top bit of each byte says: at least the first, and at most the last.
	letter := (small + (0x80-'a')*ones) &^ (small + (0x7F-'z')*ones)
	digit := (low + (0x80-'0')*ones) &^ (low + (0x7F-'9')*ones)
	join := (low + (0x80-'_')*ones) &^ (low + (0x7F-'_')*ones)
	return bits.TrailingZeros64(^(letter|digit|join)&tops|b&tops) / 8
}

// scheme reports whether buf[from:to] followed by "://" begins a URL.
func (r *reading) scheme(from, to int) bool {
	if r.buf[to+1] != '/' || r.buf[to+2] != '/' {
		return false
	}
	s := string(r.buf[from:to])
	return s == "https" || s == "http"
}

// unbroken returns the end of the run of visible characters that includes i.
func (r *reading) unbroken(i int) int {
	for i < r.n && r.buf[i] > ' ' && r.buf[i] != '<' && r.buf[i] != '>' && r.buf[i] != '"' {
		i++
	}
	return i
}

// The classes of bytes. What continues a word comes first.
const (
	isLetter = iota
	isDigit
	isJoin // the underscore
	isHigh
	isSpace
	isMark // everything else
)

var class = func() (t [256]uint8) {
	for c := range t {
		switch b := byte(c); {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z':
			t[c] = isLetter
		case '0' <= b && b <= '9':
			t[c] = isDigit
		case b == '_':
			t[c] = isJoin
		case b >= 0x80:
			t[c] = isHigh
		case b == ' ', b == '\t', b == '\r':
			t[c] = isSpace
		default:
			t[c] = isMark
		}
	}
	return t
}()

func wordByte(c byte) bool { return class[c] <= isHigh }

// letterAt reports whether a letter stands at i.
func (r *reading) letterAt(i int) bool {
	return class[r.buf[i]] == isLetter || class[r.buf[i]] == isHigh && r.highNext(i) > i
}
