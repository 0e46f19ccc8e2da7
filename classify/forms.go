package classify

import (
	"slices"
	"sync/atomic"
)

// forms finds the words of topics in other forms than they are written in: in
// another inflection, or mistyped. Such a loose word has two symbols: that of
// the word, and one for the word in any form, which patterns are made of. A word
// of a text stands for its own and for that of each loose word it is a form of.
//
// What the words of the vocabulary are forms of is known beforehand. Of others
// it is found out when they come, and kept: stemming is slow and allocates, and
// the same words come again. What is kept is bounded and depends on the word
// alone, so a Classifier stays a pure function.
type forms struct {
	loose []looseWord
	any   map[uint32]uint32 // from the symbol of a loose word to that of its forms
	// alikes[alikesOf[s]:alikesOf[s+1]] are what the word with the symbol s is a
	// form of.
	alikes   []alike
	alikesOf []uint32
	stems    map[string][]alike
	heads    filter // how stems begin
	slips    slips
	kept     [keptForms]atomic.Pointer[keptForm]
}

// looseWord is a word that is found in other forms, too.
type looseWord struct {
	word string
	sym  uint32 // of all its forms
}

// alike says that a word is a form of another, in some languages.
type alike struct {
	sym uint32 // of all forms of the other
	in  stemming
}

// keptForm is what was found out about a word that is not in the vocabulary.
type keptForm struct {
	word   string
	in     stemming
	alikes []uint32
}

const keptForms = 1 << 14

// add makes the word with that symbol loose, and returns the symbol of its
// forms; next numbers it if it is new.
func (f *forms) add(word string, sym uint32, next func() uint32) uint32 {
	if f.any == nil {
		f.any = map[uint32]uint32{}
	}
	if all, ok := f.any[sym]; ok {
		return all
	}
	all := next()
	f.any[sym] = all
	f.loose = append(f.loose, looseWord{word, all})
	return all
}

// seal files all loose words, when they are there. keys are the words of the
// vocabulary by symbol, "" for those that are none.
func (f *forms) seal(keys []string) {
	if len(f.loose) == 0 {
		return
	}
	f.stems = map[string][]alike{}
	f.heads = newFilter(2 * len(f.loose))
	var some []stem
	for _, l := range f.loose {
		some = stems(some, l.word, everyStemming)
		for _, s := range some {
			f.stems[s.stem] = append(f.stems[s.stem], alike{l.sym, s.in})
			f.heads.add(stemHead(s.stem))
		}
	}
	f.slips = newSlips(f.loose)
	for sym, key := range keys {
		f.alikesOf = append(f.alikesOf, uint32(len(f.alikes)))
		own := f.any[uint32(sym)]
		if own != 0 {
			f.alikes = append(f.alikes, alike{own, itself})
		}
		if !f.inflects([]byte(key)) {
			continue
		}
		first := len(f.alikes)
		some = stems(some, key, everyStemming)
		for _, s := range some {
			f.join(first, own, s)
		}
	}
	f.alikesOf = append(f.alikesOf, uint32(len(f.alikes)))
	f.any = nil
}

// join adds what s is a stem of to the alikes from first on.
func (f *forms) join(first int, own uint32, s stem) {
	for _, a := range f.stems[s.stem] {
		if a.in &= s.in; a.in == 0 || a.sym == own {
			continue
		}
		i := first
		for i < len(f.alikes) && f.alikes[i].sym != a.sym {
			i++
		}
		if i == len(f.alikes) {
			f.alikes = append(f.alikes, alike{sym: a.sym})
		}
		f.alikes[i].in |= a.in
	}
}

// stemHead is how the forms of a word begin: with the first bytes of the stem.
func stemHead(s string) uint64 {
	return head([]byte(s), min(len(s), headLen))
}

// head packs the first n letters of w, with the y that becomes an i before an
// ending.
func head(w []byte, n int) (h uint64) {
	for i, c := range w[:n] {
		if c == 'y' {
			c = 'i'
		}
		h |= uint64(c) << (8 * i)
	}
	return h
}

const headLen = 4

// inflects reports whether w may be a form of a loose word: of the same first
// letters. Words with letters above ASCII may lose an accent with their ending,
// so nothing is known of them.
func (f *forms) inflects(w []byte) bool {
	if len(w) < minLoose || len(w) > maxForm {
		return false
	}
	for _, c := range w[:min(len(w), headLen)] {
		if c >= 0x80 {
			return true
		}
		if class[c] != isLetter {
			return false
		}
	}
	return f.heads.has(head(w, minLoose)) || len(w) >= headLen && f.heads.has(head(w, headLen))
}

// forms adds to the tokens of a text what they are forms of.
func (s *scratch) forms(c *Classifier) {
	f, in := &c.forms, stemmingOf(s.lang)
	if len(f.loose) == 0 {
		return
	}
	r := &s.reading
	for i := range r.tokens {
		t := &r.tokens[i]
		if t.kind != word && t.kind != hashtag {
			continue
		}
		old := len(r.more)
		if t.known < 0 {
			f.of(r, t, c.vocabulary, in)
		} else if forms, known := s.words[t.known].forms(in); !known {
			f.of(r, t, c.vocabulary, in)
			s.words[t.known].keepForms(in, r.more[old:])
		} else if len(forms) > 0 {
			r.more = append(r.more, forms...)
		} else {
			continue
		}
		if grown := int32(len(r.more) - old); grown > 0 {
			r.more = append(r.more, r.others(t)...)
			t.more, t.moreN = int32(old), grown+t.moreN
		}
	}
}

// of appends to r.more what t is a form of.
func (f *forms) of(r *reading, t *token, v *vocabulary, in stemming) {
	sym, w := t.sym, r.buf[t.from:t.to]
	if t.kind == hashtag {
		w = w[1:]
		sym = v.find(w)
	}
	if sym == 0 {
		r.more = f.unknown(r, w, in)
		return
	}
	for _, a := range f.alikes[f.alikesOf[sym]:f.alikesOf[sym+1]] {
		if a.in&(in|itself) != 0 {
			r.more = append(r.more, a.sym)
		}
	}
}

// unknown appends to r.more what a word that is not in the vocabulary is a form
// of.
func (f *forms) unknown(r *reading, w []byte, in stemming) []uint32 {
	to := r.more
	old := len(to)
	if in != 0 && f.inflects(w) {
		to = append(to, f.inflected(w, in)...)
	}
	if len(to) == old {
		to = f.slips.find(to, w, &r.letters)
	}
	return to
}

// inflected returns what w is an inflection of.
func (f *forms) inflected(w []byte, in stemming) []uint32 {
	slot := &f.kept[keptSlot(w, in)]
	if k := slot.Load(); k != nil && k.in == in && k.word == string(w) {
		return k.alikes
	}
	k := &keptForm{word: string(w), in: in}
	for _, s := range stems(nil, k.word, in) {
		for _, a := range f.stems[s.stem] {
			if a.in&s.in != 0 && !slices.Contains(k.alikes, a.sym) {
				k.alikes = append(k.alikes, a.sym)
			}
		}
	}
	slot.Store(k)
	return k.alikes
}

// keptSlot is the place of w among what is kept.
func keptSlot(w []byte, in stemming) uint64 {
	h := uint64(in)
	for i := 0; i < len(w); i += 8 {
		h = mixed(h ^ pack(w[i:i+8], min(8, len(w)-i)))
	}
	return h % keptForms
}
