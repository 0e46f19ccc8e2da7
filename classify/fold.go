package classify

import "hash/fnv"

// Fold returns which of n parts a text belongs to, from 0. It looks at the
// words only: a repost, or the same sentence to another handle with another
// link, falls into the same part, so that what was learned from one part is
// not tested on its copies.
func Fold(text string, n int) int { return int(textHash(text) % uint64(n)) }

// textHash is the hash of the words of a text.
func textHash(text string) uint64 {
	var r reading
	r.read(text)
	h := fnv.New64a()
	for i, t := range r.tokens[:r.main] {
		w := r.buf[t.from:t.to]
		if t.kind == handle || t.kind == link || t.kind == symbol || i == 0 && string(w) == "rt" {
			continue
		}
		if t.kind == hashtag {
			w = w[1:]
		}
		_, _ = h.Write(w)
		_, _ = h.Write([]byte{' '})
	}
	return h.Sum64()
}
