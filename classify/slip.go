package classify

import (
	"unicode/utf8"
)

// slips finds long words that were mistyped by one letter: one missing, one too
// many, a wrong one, or two neighbours swapped; never the first letter, which is
// seldom mistyped and tells "booking" from "cooking".
//
// Two such words become equal when a letter is taken out of one or of both. So
// each word is filed under itself and under itself less each letter, and a text's
// word is looked up in as many forms as it has letters, however many words are
// filed. What is found is compared, so a hash that collides does no harm.
type slips struct {
	filter filter
	shift  uint8
	starts []uint32 // words[starts[h]:starts[h+1]] are those filed under the hash h
	words  []uint32 // indexes of loose
	loose  []looseWord
}

const (
	minSlip = 7  // letters of a word that is found mistyped
	maxForm = 40 // bytes of a word that is found in other forms
)

// letters is a word as characters, with the hash of the first 0, 1, … of them.
type letters struct {
	of     [maxForm]rune
	before [maxForm + 1]uint64
	n      int
}

const hashBase = 0x9E3779B97F4A7C15

// hashPowers are the powers of hashBase.
var hashPowers = func() (p [maxForm]uint64) {
	p[0] = 1
	for i := range p[1:] {
		p[i+1] = p[i] * hashBase
	}
	return p
}()

// set reads w, which is at most maxForm bytes long.
func (l *letters) set(w []byte) {
	l.n = 0
	for i := 0; i < len(w) && l.n < maxForm; l.n++ {
		r, size := rune(w[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(w[i:])
		}
		l.of[l.n] = r
		l.before[l.n+1] = l.before[l.n]*hashBase + uint64(r)
		i += size
	}
}

// whole is the hash of the word.
func (l *letters) whole() uint64 { return mixed(l.before[l.n]) }

// less is the hash of the word less letter i.
func (l *letters) less(i int) uint64 {
	rest := hashPowers[l.n-1-i]
	return mixed(l.before[i]*rest + l.before[l.n] - l.before[i+1]*rest)
}

// again reports whether the word less letter i is the word less the letter
// before.
func (l *letters) again(i int) bool { return l.of[i] == l.of[i-1] }

func mixed(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	return h ^ h>>32
}

// newSlips files the words that are long enough.
func newSlips(loose []looseWord) slips {
	s := slips{loose: loose}
	type filed struct {
		hash uint64
		word uint32
	}
	var all []filed
	for i := range loose {
		var l letters
		if l.set([]byte(loose[i].word)); l.n < minSlip {
			continue
		}
		all = append(all, filed{l.whole(), uint32(i)})
		for j := 1; j < l.n; j++ {
			if !l.again(j) {
				all = append(all, filed{l.less(j), uint32(i)})
			}
		}
	}
	if len(all) == 0 {
		return s
	}
	s.filter = newFilter(len(all))
	bits := uint8(4)
	for 1<<bits < len(all) {
		bits++
	}
	s.shift = 64 - bits
	s.starts = make([]uint32, 1<<bits+1)
	for _, f := range all {
		s.filter.add(f.hash)
		s.starts[f.hash>>s.shift+1]++
	}
	for i := 1; i < len(s.starts); i++ {
		s.starts[i] += s.starts[i-1]
	}
	s.words = make([]uint32, len(all))
	next := append([]uint32(nil), s.starts...)
	for _, f := range all {
		at := &next[f.hash>>s.shift]
		s.words[*at] = f.word
		*at++
	}
	return s
}

// find appends the symbols of the words that w was meant to be. It works in l.
func (s *slips) find(to []uint32, w []byte, l *letters) []uint32 {
	if len(s.words) == 0 || len(w) < minSlip-1 || len(w) > maxForm {
		return to
	}
	if l.set(w); l.n < minSlip-1 {
		return to
	}
	first := len(to)
	if h := l.whole(); s.filter.has(h) {
		to = s.compare(to, first, h, l)
	}
	for i := 1; i < l.n; i++ {
		if h := l.less(i); s.filter.has(h) && !l.again(i) {
			to = s.compare(to, first, h, l)
		}
	}
	return to
}

// compare appends the words filed under h that are one slip from l, each once.
func (s *slips) compare(to []uint32, first int, h uint64, l *letters) []uint32 {
words:
	for _, i := range s.words[s.starts[h>>s.shift]:s.starts[h>>s.shift+1]] {
		var meant letters
		meant.set([]byte(s.loose[i].word))
		if !oneSlip(meant.of[:meant.n], l.of[:l.n]) {
			continue
		}
		for _, have := range to[first:] {
			if have == s.loose[i].sym {
				continue words
			}
		}
		to = append(to, s.loose[i].sym)
	}
	return to
}

// oneSlip reports whether a and b begin with the same letter and differ by one
// slip at most (their Damerau-Levenshtein distance is 0 or 1).
func oneSlip(a, b []rune) bool {
	if len(a) == 0 || len(b) == 0 || a[0] != b[0] {
		return false
	}
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	switch {
	case len(a) <= 1 && len(b) <= 1:
		return true
	case len(a) == 2 && len(b) == 2:
		return a[0] == b[1] && a[1] == b[0]
	}
	return false
}
