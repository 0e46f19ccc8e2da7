package experts

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/net/idna"

	"github.com/directdial/directdial"
)

// Clean makes text from outside fit to be shown: it can no longer steer a
// terminal, reverse the direction of what stands beside it, hide words, or
// pile marks over its neighbours. What a reader sees stays; nothing is
// normalised. Lines end in "\n"; of more than one empty line one stays.
//
// It is the one place for this; markup of a medium (HTML, Block Kit) is
// escaped by its channel. Clean(Clean(s)) == Clean(s).
func Clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	var b strings.Builder
	b.Grow(len(s))
	var last rune // the last one written
	marks := 0    // how many combining marks in a row
	for i, r := range s {
		switch r {
		case '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
			r = '\n'
		case '\t':
			r = ' '
		}
		switch {
		case r == '\n':
		case r == zwj || r == zwnj:
			next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if !joinable(last) || !joinable(next) {
				continue
			}
		case invisible(r):
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		b.WriteRune(r)
		last = r
	}
	return trimLines(b.String())
}

// maxMarks is how many combining marks may follow one another. Written
// languages need up to six.
const maxMarks = 8

const (
	zwnj = '\u200C'
	zwj  = '\u200D'
)

// joinable reports whether a joiner beside r can have a meaning: it has one
// between emoji and in scripts that join letters, never beside Latin letters,
// digits or spaces, where it only hides that two words differ.
func joinable(r rune) bool {
	return r > unicode.MaxLatin1 && r != utf8.RuneError && !unicode.IsSpace(r) && !invisible(r) && r != zwj && r != zwnj &&
		!unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek)
}

// invisible reports whether r is not to be shown: controls (C0, C1, ESC),
// format characters (bidi, zero width, tags), fillers that look like nothing,
// and what is no character. The joiners are judged by their neighbours.
func invisible(r rune) bool {
	switch {
	case r == zwj || r == zwnj:
		return false
	case unicode.Is(unicode.Cc, r):
		return true
	case unicode.Is(unicode.Cf, r):
		// These format characters of Arabic, Syriac and Kaithi are drawn.
		return !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
	case r == '\u115F' || r == '\u1160' || r == '\u3164' || r == '\uFFA0': // Hangul fillers
		return true
	case r == '\u034F' || r == '\u17B4' || r == '\u17B5': // marks without a look
		return true
	case 0xE0000 <= r && r <= 0xE0FFF: // tags, variation selectors 17 to 256
		return true
	case unicode.Is(unicode.Noncharacter_Code_Point, r):
		return true
	}
	return false
}

// trimLines takes away spaces at the ends of lines, empty lines at both ends,
// and of several empty lines all but one.
func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, l := range lines {
		l = strings.TrimRightFunc(l, unicode.IsSpace)
		if l == "" && (len(kept) == 0 || kept[len(kept)-1] == "") {
			continue
		}
		kept = append(kept, l)
	}
	return strings.TrimRight(strings.Join(kept, "\n"), "\n")
}

// Line is Clean for what stands in one line: names, handles, subjects.
func Line(s string) string {
	return strings.Join(strings.Fields(Clean(s)), " ")
}

// Cut returns s if it has at most n characters as a reader counts them
// (grapheme clusters), else the first of them with "…" as the n-th. It never
// cuts inside one, except where a cluster alone is longer than any script or
// emoji needs.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	const maxBytes = 64 // of a cluster; a family of four with skin tones has 41
	var kept, before, count int
	for rest, state := s, -1; rest != ""; count++ {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if count == n || len(cluster) > maxBytes {
			return strings.TrimRightFunc(s[:before], unicode.IsSpace) + "…"
		}
		before = kept
		kept += len(cluster)
	}
	return s
}

// Link returns a URL from outside as one that may be shown and followed:
// absolute, http or https, all in ASCII (so that a look-alike host shows),
// without user and password, which pass for a host. "" for all others.
func Link(s string) string {
	u, err := url.Parse(s)
	if err != nil || len(s) > directdial.MaxID || u.Host == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	if host := u.Hostname(); !strings.Contains(host, ":") { // no IPv6 address
		if host = asciiHost(asciiHost(host)); host == "" { // twice: not every result is a name itself
			return ""
		}
		if port := u.Port(); port != "" {
			host += ":" + port
		}
		u.Host = host
	}
	return escapeRest(u.String())
}

// asciiHost returns a host name as the DNS has it, "" if it is none.
func asciiHost(host string) string {
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return ""
	}
	return ascii
}

// escapeRest percent-encodes what net/url leaves as it is (it checks path and
// fragment, not the query) and what ends a link in some medium.
func escapeRest(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
