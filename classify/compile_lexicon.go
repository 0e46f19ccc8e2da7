package classify

import (
	"slices"
	"strings"
)

// language is what the lexicons of one language say, compiled.
type language struct {
	name       string
	entries    []entry
	features   [featureCount]Weights
	thresholds [3]int
	floors     [3]int // the least sums that reach the thresholds
	roles      []role // by symbol
	single     []bool // by symbol: an entry of one word
	compact    []compactEntry
	speaks     [3]bool // of which tags it says anything
	based      bool    // a lexicon says what every text starts from
}

// entry is a line of a lexicon, compiled.
type entry struct {
	word    string
	weights Weights
	negated Weights // what it adds in the scope of a negation
	opposed bool    // negated stands in the lexicon, as a "not:" line
}

// compactEntry is what the scoring reads of an entry, close together.
type compactEntry struct{ plain, negated compactWeights }

type compactWeights [3]int32

func compact(w Weights) compactWeights { return compactWeights{int32(w[0]), int32(w[1]), int32(w[2])} }

// role is what a word does to its neighbours; a set of bits.
type role uint8

const (
	negator role = 1 << iota
	contrasting
	opener
)

// lexicons adds the lexicons; of those of one language the later override.
func (k *compiler) lexicons(lexicons []*Lexicon) {
	for _, l := range lexicons {
		if l == nil || l.Language == "" {
			k.fail("a lexicon without a language")
			continue
		}
		i := slices.IndexFunc(k.c.languages, func(have language) bool { return have.name == l.Language })
		if i < 0 {
			i = len(k.c.languages)
			k.c.languages = append(k.c.languages, language{
				name: l.Language, thresholds: [3]int{DefaultThreshold, DefaultThreshold, DefaultThreshold},
			})
			k.entries = append(k.entries, map[string]int{})
		}
		k.roles(i, l)
		for tag, n := range l.Thresholds {
			if t := tagIndex(tag); t >= 0 {
				k.c.languages[i].thresholds[t] = n
			}
		}
		for _, e := range l.Entries {
			if err := k.entry(i, e); err != nil {
				k.fail("%s:%d: entry %q: %w", l.Name, e.Line, e.Word, err)
			}
		}
	}
	for i := range k.c.languages {
		k.c.languages[i].finish()
	}
}

func (l *language) isSingle(sym uint32) bool { return sym < uint32(len(l.single)) && l.single[sym] }

// finish gives entries without a "not:" line what they say when negated, half
// the opposite: "not great" is no praise, and not as bad as "bad". And it notes
// of which tags the lexicon says anything; of the others it is silent, which
// is not a score.
func (l *language) finish() {
	for i := range l.entries {
		e := &l.entries[i]
		for t, w := range e.weights {
			if !e.opposed {
				e.negated[t] = -w / 2
			}
			l.speaks[t] = l.speaks[t] || w != 0 || e.negated[t] != 0
		}
		l.compact = append(l.compact, compactEntry{compact(e.weights), compact(e.negated)})
	}
	for _, weights := range l.features {
		for t, w := range weights {
			l.speaks[t] = l.speaks[t] || w != 0
		}
	}
	for t, speaks := range l.speaks {
		if speaks && !l.based {
			l.features[bias][t] = unsaidBias
		}
	}
}

// unsaidBias is what every text starts from where no lexicon of its language has
// a line for it: from 0 a text without a single keyword would be a complaint,
// praise and a question at a score of 500.
const unsaidBias = -2000

// setFloors follows the thresholds.
func (l *language) setFloors() {
	for t := range l.floors {
		l.floors[t] = never
		if l.speaks[t] {
			l.floors[t] = floor(l.thresholds[t])
		}
	}
}

// roles notes the words that the lexicon gives a role.
func (k *compiler) roles(i int, l *Lexicon) {
	for _, list := range []struct {
		role  role
		words []string
	}{{negator, l.Negators}, {contrasting, l.Contrast}, {opener, l.Openers}} {
		for _, w := range list.words {
			p, err := parsePattern(w)
			if err != nil || len(p.words) != 1 {
				k.fail("%s: negators, contrast and openers are single words, %q is not", l.Name, w)
				continue
			}
			bySymbol(&k.c.languages[i].roles, k.c.vocabulary.add(p.words[0].key), list.role)
		}
	}
}

func bySymbol(roles *[]role, sym uint32, r role) {
	for uint32(len(*roles)) <= sym {
		*roles = append(*roles, 0)
	}
	(*roles)[sym] |= r
}

// entry adds one line of a lexicon, or overrides an earlier lexicon's.
func (k *compiler) entry(i int, e Entry) error {
	lang := &k.c.languages[i]
	key, err := entryKey(e.Word)
	if err != nil {
		return err
	}
	if name, ok := strings.CutPrefix(key, featurePrefix); ok {
		lang.features[featureIndex(name)] = e.Weights
		lang.based = lang.based || featureIndex(name) == int(bias)
		return nil
	}
	word, not := strings.CutPrefix(e.Word, notPrefix)
	at, known := k.entries[i][strings.TrimPrefix(key, notPrefix)]
	if !known {
		p, err := parsePattern(word)
		if err != nil {
			return err
		}
		at = len(lang.entries)
		k.entries[i][p.String()] = at
		lang.entries = append(lang.entries, entry{word: word})
		sym := k.pattern(p, use{tagEntry, uint32(i), uint32(at)})
		if len(p.words) == 1 {
			for uint32(len(lang.single)) <= sym {
				lang.single = append(lang.single, false)
			}
			lang.single[sym] = true
		}
	}
	if not {
		lang.entries[at].negated, lang.entries[at].opposed = e.Weights, true
	} else {
		lang.entries[at].weights = e.Weights
	}
	return nil
}
