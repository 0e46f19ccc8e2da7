package classify

import "bytes"

// lookup numbers the tokens of a text: the symbol of each and what else it
// stands for, and what it tells of the language.
func (s *scratch) lookup(c *Classifier) {
	r := &s.reading
	for i := range r.tokens {
		t := &r.tokens[i]
		w := r.buf[t.from:t.to]
		t.more = int32(len(r.more))
		if len(w) > spellingBytes {
			c.number(r, t, w)
			continue
		}
		spelled := spell(w)
		place := s.words.place(spelled, s.round)
		if place < 0 {
			c.number(r, t, w)
			continue
		}
		k := &s.words[place]
		if !k.tell(r, t, spelled) {
			c.number(r, t, w)
			if !k.keep(r, t, spelled, len(w)) {
				continue
			}
		}
		t.known, k.round = place, s.round
	}
}

// number numbers one token, which is spelled w.
func (c *Classifier) number(r *reading, t *token, w []byte) {
	v := c.vocabulary
	t.sym = v.find(w)
	switch t.kind {
	case word:
		if t.sym == 0 {
			w = v.variant(r, t, w)
		}
		t.tells = c.tells(t.sym, w)
		r.more = v.prefixes(r.more, w)
	case hashtag:
		if s := v.find(w[1:]); s != 0 {
			r.more = append(r.more, s)
		}
		r.more = v.prefixes(r.more, w[1:])
	case handle:
		// "@acme" is the same name on any server.
		if n := bytes.IndexAny(w[1:], "@."); n > 0 {
			if s := v.find(w[:n+1]); s != 0 {
				r.more = append(r.more, s)
			}
		}
	}
	t.moreN = int32(len(r.more)) - t.more
}

// variant numbers a word that no entry holds as it stands, and returns it
// without its ending: "acme's" is "acme", "soooo" is "so".
func (v *vocabulary) variant(r *reading, t *token, w []byte) []byte {
	if n := len(w); n > 2 && w[n-1] == 's' && w[n-2] == '\'' {
		w = w[:n-2]
		t.to -= 2
		t.sym = v.find(w)
	}
	if t.sym != 0 || len(w) > maxStretched || !stretchedWord(w) {
		return w
	}
	t.flags |= drawn
	for keep := 2; keep >= 1 && t.sym == 0; keep-- {
		var short [maxStretched + pad]byte
		t.sym = v.find(short[:squeeze(short[:], w, keep)])
	}
	return w
}

// maxStretched bounds the words that are squeezed, in bytes.
const maxStretched = 256

// stretchedWord reports whether a letter stands three times in a row in w.
func stretchedWord(w []byte) bool {
	for i := 2; i < len(w); i++ {
		if w[i] == w[i-1] && w[i] == w[i-2] && class[w[i]] == isLetter {
			return true
		}
	}
	return false
}

// squeeze copies w to short with runs of three or more equal letters cut to
// keep, and returns the length.
func squeeze(short, w []byte, keep int) int {
	n := 0
	for i := 0; i < len(w); {
		end := i + 1
		for end < len(w) && w[end] == w[i] {
			end++
		}
		run := end - i
		if run >= 3 && class[w[i]] == isLetter {
			run = keep
		}
		n += copy(short[n:], w[i:i+run])
		i = end
	}
	return n
}
