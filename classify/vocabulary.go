package classify

import (
	"encoding/binary"
	"math/bits"
)

// vocabulary numbers the words that entries are made of. Words of up to eight
// bytes, which is nearly all of a text, are their own key in an open table:
// one load, one multiplication and, mostly, one comparison. Longer ones are
// found by a hash and compared. The number of entries costs cache, not steps.
type vocabulary struct {
	short shortTable
	long  map[string]uint32
	// longLen are the lengths that occur in long, as bits up to 63.
	longLen uint64
	n       uint32
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

// shortTable maps words of up to eight bytes, packed, to their numbers. Zero
// is no key, because no word holds a zero byte.
type shortTable struct {
	keys  []uint64
	syms  []uint32
	shift uint8
	n     int
}

func (t *shortTable) slot(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> t.shift }

func (t *shortTable) get(key uint64) uint32 {
	mask := uint64(len(t.keys) - 1)
	for i := t.slot(key); ; i = (i + 1) & mask {
		switch t.keys[i] {
		case key:
			return t.syms[i]
		case 0:
			return 0
		}
	}
}

func (t *shortTable) put(key uint64, sym uint32) {
	if 3*t.n >= len(t.keys) {
		t.grow()
	}
	mask := uint64(len(t.keys) - 1)
	i := t.slot(key)
	for t.keys[i] != 0 {
		i = (i + 1) & mask
	}
	t.keys[i], t.syms[i] = key, sym
	t.n++
}

func (t *shortTable) grow() {
	old := *t
	size := max(64, 2*len(old.keys))
	*t = shortTable{
		keys: make([]uint64, size), syms: make([]uint32, size),
		shift: uint8(64 - bits.TrailingZeros(uint(size))),
	}
	for i, key := range old.keys {
		if key != 0 {
			t.put(key, old.syms[i])
		}
	}
}

func newVocabulary() *vocabulary {
	v := &vocabulary{long: map[string]uint32{}}
	v.short.grow()
	return v
}

// add returns the number of key, a new one if it has none yet. key is a word,
// a hashtag or handle with its sign, a symbol, or a prefix with wild behind.
func (v *vocabulary) add(key string) uint32 {
	if s := v.find([]byte(key + zeros)[:len(key)]); s != 0 {
		return s
	}
	v.n++
	if len(key) <= 8 {
		v.short.put(pack([]byte(key+zeros), len(key)), v.n)
	} else {
		v.long[key] = v.n
		v.longLen |= 1 << min(len(key), maxWordLen)
	}
	if n := len(key) - 1; n >= 2 && key[n] == wild {
		v.prefixLen[prefixSlot(key[0], key[1])] |= 1 << n
	}
	return v.n
}

const zeros = "\x00\x00\x00\x00\x00\x00\x00\x00"

// find returns the number of the word w, or 0. Eight bytes of w's backing
// array can be read from its start.
func (v *vocabulary) find(w []byte) uint32 {
	if len(w) <= 8 {
		return v.short.get(pack(w[:8], len(w)))
	}
	if v.longLen>>min(len(w), maxWordLen)&1 == 0 {
		return 0
	}
	return v.long[string(w)]
}

// prefixes appends the numbers of the prefix entries that w begins with,
// shortest first.
func (v *vocabulary) prefixes(to []uint32, w []byte) []uint32 {
	if len(w) < 2 {
		return to
	}
	lengths := v.prefixLen[prefixSlot(w[0], w[1])]
	for lengths != 0 {
		n := bits.TrailingZeros64(lengths)
		lengths &= lengths - 1
		if n > len(w) {
			break
		}
		if s := v.findPrefix(w, n); s != 0 {
			to = append(to, s)
		}
	}
	return to
}

func (v *vocabulary) findPrefix(w []byte, n int) uint32 {
	if n < 8 {
		return v.short.get(pack(w[:8], n) | wild<<(8*n))
	}
	var key [maxWordLen + 1]byte
	copy(key[:], w[:n])
	key[n] = wild
	return v.long[string(key[:n+1])]
}

func prefixSlot(a, b byte) uint32 { return (uint32(a)<<5 ^ uint32(b)) & (prefixSlots - 1) }

// pack loads the first n bytes of b, which has eight, into an integer.
func pack(b []byte, n int) uint64 {
	if n == 0 {
		return 0
	}
	return binary.LittleEndian.Uint64(b) & (^uint64(0) >> (64 - 8*n))
}
