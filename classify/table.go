package classify

import "math/bits"

// table maps numbers to numbers by open addressing: one multiplication and,
// mostly, one comparison. Zero is no key and no value.
type table struct {
	keys   []uint64
	values []uint32
	shift  uint8
	n      int
}

func newTable() table {
	var t table
	t.resize(64)
	return t
}

func (t *table) slot(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> t.shift }

// get returns the value of key, 0 if there is none.
func (t *table) get(key uint64) uint32 {
	mask := uint64(len(t.keys) - 1)
	for i := t.slot(key) & mask; ; i = (i + 1) & mask {
		switch t.keys[i] {
		case key:
			return t.values[i]
		case 0:
			return 0
		}
	}
}

// put adds a key that is not there yet.
func (t *table) put(key uint64, value uint32) {
	if 5*t.n >= 2*len(t.keys) { // at most two fifths full, so that misses are short
		t.resize(2 * len(t.keys))
	}
	mask := uint64(len(t.keys) - 1)
	i := t.slot(key) & mask
	for t.keys[i] != 0 {
		i = (i + 1) & mask
	}
	t.keys[i], t.values[i] = key, value
	t.n++
}

func (t *table) resize(size int) {
	old := *t
	*t = table{
		keys: make([]uint64, size), values: make([]uint32, size),
		shift: uint8(64 - bits.TrailingZeros(uint(size))),
	}
	for i, key := range old.keys {
		if key != 0 {
			t.put(key, old.values[i])
		}
	}
}

// filter is a set of numbers that says no surely and yes probably, in a bit or
// two a number. It keeps what is seldom found out of the way of the cache.
type filter struct {
	bits  []uint64
	shift uint8
}

// newFilter makes a filter for n numbers.
func newFilter(n int) filter {
	size := 1 << max(12, bits.Len(uint(16*n)))
	return filter{bits: make([]uint64, size/64), shift: uint8(64 - bits.TrailingZeros(uint(size)))}
}

func (f *filter) bit(key uint64) (word, bit uint64) {
	h := key * 0xD6E8FEB86659FD93 >> f.shift
	return h >> 6, h & 63
}

func (f *filter) add(key uint64) {
	word, bit := f.bit(key)
	f.bits[word] |= 1 << bit
}

func (f *filter) has(key uint64) bool {
	word, bit := f.bit(key)
	return f.bits[word]>>bit&1 != 0
}
