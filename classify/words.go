package classify

import "encoding/binary"

// words keeps what was found out about the tokens of earlier texts: few words
// make up most of what people write. What is kept depends on the token's letters
// alone, so a Classifier stays a pure function of the text. There are two places
// for a hash, and the word that was met longer ago yields.
type words []knownWord

// keptWords is how many places a scratch has; a power of two. They take a
// megabyte, which most processors have in their second cache; with half of it a
// real tweet takes a twentieth more time, with twice as much a little less.
const keptWords = 1 << 14

// spelling is a token of at most spellingBytes.
type spelling [spellingBytes / 8]uint64

const spellingBytes = 24

// spell returns the spelling of w, behind whose start spellingBytes can be read.
// It takes no branch on the length, which no processor foresees.
func spell(w []byte) spelling {
	n, all := len(w), w[:spellingBytes]
	return spelling{
		binary.LittleEndian.Uint64(all) & first(n),
		binary.LittleEndian.Uint64(all[8:]) & first(n-8),
		binary.LittleEndian.Uint64(all[16:]) & first(n-16),
	}
}

// first is a mask of the first n bytes of eight: of all, and of none, beyond.
func first(n int) uint64 { return ^(^uint64(0) << (8 * max(n, 0))) }

// knownWord is all there is to know of a token, but for where it stands: one
// line of a cache.
type knownWord struct {
	spelling spelling
	round    uint32 // the last text that has it
	sym      uint32
	in       stemming // the languages that the forms are for
	tells    uint16   // token.tells
	kind     kind
	flags    flags // drawn, or none
	cut      uint8 // bytes less at its end: the two of "'s"
	prefixN  uint8
	formN    uint8
	formed   bool // forms are known
	// more are the symbols of its prefixes, then those of what it is a form of. A
	// word that has more of them is looked up each time.
	more [5]uint32
}

// place returns where the word spelled s is or could be kept in a text of that
// round, -1 for nowhere: other words of the same text have the places.
func (ws words) place(s spelling, round uint32) int32 {
	i := mixed(s[0]+s[1]*hashBase+s[2]*0xD6E8FEB86659FD93) & uint64(len(ws)-1)
	k, other := &ws[i], &ws[i^1]
	switch {
	case k.spelling == s:
		return int32(i)
	case other.spelling == s:
		return int32(i ^ 1)
	case k.round == round && other.round == round:
		return -1
	case k.round == round || other.round < k.round:
		return int32(i ^ 1)
	}
	return int32(i)
}

// tell writes what is known to the token t, which is spelled s, and reports
// false if another word has the place.
func (k *knownWord) tell(r *reading, t *token, s spelling) bool {
	if k.spelling != s || k.kind != t.kind {
		return false
	}
	t.sym, t.tells = k.sym, k.tells
	t.flags |= k.flags
	t.to -= int32(k.cut)
	t.moreN = int32(k.prefixN)
	if k.prefixN > 0 {
		r.more = append(r.more, k.more[:k.prefixN]...)
	}
	return true
}

// keep notes what was found out about t, which was spelled s in n bytes, and
// reports whether there was room.
func (k *knownWord) keep(r *reading, t *token, s spelling, n int) bool {
	prefixes := r.others(t)
	if len(prefixes) > len(k.more) {
		return false
	}
	k.spelling, k.prefixN = s, uint8(copy(k.more[:], prefixes))
	k.sym, k.tells, k.kind, k.flags = t.sym, t.tells, t.kind, t.flags&drawn
	k.cut, k.formN, k.formed = uint8(n-int(t.to-t.from)), 0, false
	return true
}

// forms returns what the word is a form of in these languages; false if that is
// not known.
func (k *knownWord) forms(in stemming) ([]uint32, bool) {
	return k.more[k.prefixN : k.prefixN+k.formN], k.formed && k.in == in
}

// keepForms notes what the word is a form of in these languages, if there is
// room.
func (k *knownWord) keepForms(in stemming, forms []uint32) {
	room := k.more[k.prefixN:]
	if k.formed = len(forms) <= len(room); k.formed {
		k.in, k.formN = in, uint8(copy(room, forms))
	}
}
