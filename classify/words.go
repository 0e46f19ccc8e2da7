package classify

// words keeps what was found out about the tokens of earlier texts: few words
// make up most of what people write. What is kept depends on the token's letters
// alone, so a Classifier stays a pure function of the text. There is one place a
// hash, and the word that came last has it.
type words []knownWord

// keptWords is how many places a scratch has; a power of two. They take half a
// megabyte, which stays in a processor's second cache.
const keptWords = 1 << 13

// spelling is a token of at most spellingBytes.
type spelling [spellingBytes / 8]uint64

const spellingBytes = 24

func spell(w []byte) (s spelling) {
	for i := 0; i < len(w); i += 8 {
		s[i/8] = pack(w[i:i+8], min(8, len(w)-i))
	}
	return s
}

// knownWord is all there is to know of a token, but for where it stands: one
// line of a cache.
type knownWord struct {
	spelling spelling
	round    uint32 // the last text that has it
	sym      uint32
	in       stemming // the languages that the forms are for
	ending   uint16   // token.ending
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

// place returns where w, spelled s, is or could be kept in a text of that round,
// -1 for nowhere: another word of the same text has the place.
func (ws words) place(s spelling, round uint32) int32 {
	i := mixed(s[0]+s[1]*hashBase+mixed(s[2])) & uint64(len(ws)-1)
	if k := &ws[i]; k.round == round && k.spelling != s {
		return -1
	}
	return int32(i)
}

// tell writes what is known to the token t, which is spelled s, and reports
// false if another word has the place.
func (k *knownWord) tell(r *reading, t *token, s spelling) bool {
	if k.spelling != s || k.kind != t.kind {
		return false
	}
	t.sym, t.ending = k.sym, k.ending
	t.flags |= k.flags
	t.to -= int32(k.cut)
	t.moreN = int32(k.prefixN)
	for _, sym := range k.more[:k.prefixN] {
		r.more = append(r.more, sym)
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
	k.sym, k.ending, k.kind, k.flags = t.sym, t.ending, t.kind, t.flags&drawn
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
