package classify

import (
	"encoding/binary"
	"math/bits"
)

// vocabulary numbers the words that entries are made of. A word of up to eight
// bytes, which is nearly every word of a text, is its own key: one load, no
// hash of bytes, no comparison of bytes. The words of lexicons and languages
// have a table of their own that stays in the cache; those of topics and
// brands, which may be very many, stand behind a filter that most words of a
// text do not pass. So the number of phrases costs little.
type vocabulary struct {
	common table
	rare   table
	long   map[string]uint32 // words of more than eight bytes
	filter filter            // of rare and long
	n      uint32
	keys   []string // by symbol, until it is sealed
	// many says that what is added now belongs to rare.
	many bool
	// prefixLen[h] holds, as bits, the lengths of the prefix entries ("charg*")
	// whose first two bytes hash to h.
	prefixLen [prefixSlots]uint64
}

const (
	prefixSlots = 4096
	// maxWordLen bounds the words of entries in bytes, so that a length is a bit.
	maxWordLen = 63
	// wild ends the key of a prefix entry. It is no byte of any word.
	wild = '*'
)

func newVocabulary() *vocabulary {
	return &vocabulary{common: newTable(), rare: newTable(), long: map[string]uint32{}, filter: newFilter(0), keys: make([]string, 1)}
}

const zeros = "\x00\x00\x00\x00\x00\x00\x00\x00"

// add returns the number of key, a new one if it has none yet. key is a word,
// a hashtag or handle with its sign, a symbol, or a prefix with wild behind.
func (v *vocabulary) add(key string) uint32 {
	if s := v.known(key); s != 0 {
		return s
	}
	v.anonymous()
	v.keys[v.n] = key
	switch packed := pack([]byte(key+zeros), min(len(key), 8)); {
	case len(key) > 8:
		v.long[key] = v.n
	case v.many:
		v.rare.put(packed, v.n)
	default:
		v.common.put(packed, v.n)
	}
	if n := len(key) - 1; n >= 2 && key[n] == wild {
		v.prefixLen[prefixSlot(key[0], key[1])] |= 1 << n
	}
	return v.n
}

// anonymous returns a number that no word has.
func (v *vocabulary) anonymous() uint32 {
	v.n++
	v.keys = append(v.keys, "")
	return v.n
}

// known is find without the filter, for keys while they are added.
func (v *vocabulary) known(key string) uint32 {
	if len(key) > 8 {
		return v.long[key]
	}
	packed := pack([]byte(key+zeros), len(key))
	if s := v.common.get(packed); s != 0 {
		return s
	}
	return v.rare.get(packed)
}

// seal makes the filter, when all words are there.
func (v *vocabulary) seal() {
	v.keys = nil
	v.filter = newFilter(len(v.long) + v.rare.n)
	for key := range v.long {
		v.filter.add(pack([]byte(key), 8) + uint64(len(key)))
	}
	for _, key := range v.rare.keys {
		if key != 0 {
			v.filter.add(key)
		}
	}
}

// find returns the number of the word w, or 0. Eight bytes of w's backing
// array can be read from its start.
func (v *vocabulary) find(w []byte) uint32 {
	if len(w) <= 8 {
		return v.findShort(pack(w[:8], len(w)))
	}
	if !v.filter.has(pack(w, 8) + uint64(len(w))) {
		return 0
	}
	return v.long[string(w)]
}

func (v *vocabulary) findShort(key uint64) uint32 {
	if s := v.common.get(key); s != 0 || !v.filter.has(key) {
		return s
	}
	return v.rare.get(key)
}

// prefixes appends the numbers of the prefix entries that w begins with,
// shortest first.
func (v *vocabulary) prefixes(to []uint32, w []byte) []uint32 {
	if len(w) < 2 {
		return to
	}
	lengths := v.prefixLen[prefixSlot(w[0], w[1])] & (1<<min(len(w)+1, 63) - 1)
	for lengths != 0 {
		n := bits.TrailingZeros64(lengths)
		lengths &= lengths - 1
		if s := v.findPrefix(w, n); s != 0 {
			to = append(to, s)
		}
	}
	return to
}

// findPrefix returns the number of the prefix entry of the first n bytes of w.
func (v *vocabulary) findPrefix(w []byte, n int) uint32 {
	if n < 8 {
		return v.findShort(pack(w[:8], n) | wild<<(8*n))
	}
	if !v.filter.has(pack(w, 8) + uint64(n+1)) {
		return 0
	}
	var key [maxWordLen + 1]byte
	copy(key[:], w[:n])
	key[n] = wild
	return v.long[string(key[:n+1])]
}

func prefixSlot(a, b byte) uint32 { return (uint32(a)<<5 ^ uint32(b)) & (prefixSlots - 1) }

// pack loads the first n bytes of b, which has eight, into an integer; n is at
// most 8.
func pack(b []byte, n int) uint64 {
	if n == 0 {
		return 0
	}
	return binary.LittleEndian.Uint64(b) & (^uint64(0) >> (64 - 8*n))
}
