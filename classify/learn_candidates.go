package classify

import (
	"cmp"
	"fmt"
	"slices"
)

// candidates returns the words and phrases of the samples that may become
// entries, in the order of their names.
func (l *learner) candidates(known map[string]bool) ([]Entry, error) {
	reader, err := New(Config{Lexicons: []*Lexicon{{Name: l.cfg.Base.Name, Language: l.cfg.Base.Language, Openers: l.cfg.Base.Openers}}, Brands: l.cfg.Brands})
	if err != nil {
		return nil, err
	}
	counts := counter{counts: map[string]*count{}}
	s := newScratch(reader)
	for i := range l.samples {
		s.observe(reader, l.samples[i].Text, l.cfg.Base.Language)
		counts.text(s, i+1)
	}
	var out []Entry
	for key, c := range counts.counts {
		if c.texts < l.cfg.MinCount || known[key] || c.prefix && (c.forms < 2 || c.texts < l.cfg.MinCount+1) {
			continue
		}
		if p, err := parsePattern(key); err != nil || p.String() != key {
			continue
		}
		out = append(out, Entry{Word: key})
	}
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Compare(a.Word, b.Word) })
	return out, nil
}

// counter counts in how many texts words and phrases stand.
type counter struct {
	counts map[string]*count
}

type count struct {
	texts  int
	last   int    // the text that was counted last
	prefix bool   // of a prefix:
	form   string // a word that begins so
	forms  int    // 2 if there is another
}

const (
	maxPhrase = 3 // words of a phrase that is learned
	minPrefix = 3 // letters of a prefix that is learned
	maxPrefix = 8
)

func (c *counter) text(s *scratch, text int) {
	for i := range s.tokens {
		key := ""
		for j := i; j < i+maxPhrase && (j == i || s.goesOn(j)); j++ {
			t := &s.tokens[j]
			if t.kind == handle || t.kind == link || t.flags&branded != 0 {
				break
			}
			w := string(s.buf[t.from:t.to])
			if t.kind == hashtag {
				w = w[1:]
			}
			if j > i {
				key += " "
			}
			key += w
			c.add(key, text)
			if t := &s.tokens[i]; t.flags&opening != 0 && j <= i+1 {
				c.add("^"+key, text)
			}
			if j == i && t.kind == word && t.flags&high == 0 {
				c.prefixes(w, text)
			}
		}
	}
}

func (c *counter) add(key string, text int) *count {
	k := c.counts[key]
	if k == nil {
		k = &count{}
		c.counts[key] = k
	}
	if k.last != text {
		k.texts++
		k.last = text
	}
	return k
}

func (c *counter) prefixes(w string, text int) {
	for n := minPrefix; n <= maxPrefix && n < len(w); n++ {
		k := c.add(fmt.Sprintf("%s%c", w[:n], wild), text)
		k.prefix = true
		switch {
		case k.forms == 0:
			k.form, k.forms = w, 1
		case k.form != w:
			k.forms = 2
		}
	}
}
