package classify

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/directdial/directdial"
)

// A use is what a pattern means: one pattern may be an entry of two lexicons, a
// keyword of three topics and an excluded phrase of a brand.
type use struct {
	kind  useKind
	owner uint32 // which language, topic or brand
	item  uint32 // which entry of the language, which of all keywords
}

type useKind uint8

const (
	tagEntry useKind = iota
	topicKeyword
	topicWeight // a keyword of a topic with learned weights
	topicExclude
	topicNarrow // item is the bit of what was found
	nearPhrase  // item is which of the two; owner is which near
	brandKeyword
	brandExclude
)

type topic struct {
	name string
	mark string // Keyword.For
	// restricted: decides before what is surer, and so has room before it.
	restricted bool
	// What it is narrowed to: see narrow.
	needs     uint8
	languages []string
	// Of a topic with learned weights: what every text starts from.
	learned bool
	base    int
	least   int // the score from which on it is found
}

type brand struct {
	name       string
	mark       string // Keyword.For
	competitor bool
}

// keyword is one of a topic or a brand.
type keyword struct {
	word   string
	points int    // of a topic: what it says, in thousandths
	family uint32 // of a topic: the first keyword that it is a form of
}

// compiler builds the tables of a Classifier and collects what is wrong.
type compiler struct {
	c    *Classifier
	uses [][]use // by pattern
	errs []error
	// entries finds the entry of a language by its normal form.
	entries []map[string]int
}

func (k *compiler) fail(format string, args ...any) {
	k.errs = append(k.errs, fmt.Errorf(format, args...))
}

// failAt is fail for what stands at a place in the configuration, such as
// topics[0].keywords[3], so that whoever reads the file can point at it.
func (k *compiler) failAt(place, format string, args ...any) {
	k.errs = append(k.errs, &directdial.Error{Kind: directdial.Invalid, Field: place, Err: fmt.Errorf(format, args...)})
}

// pattern adds a pattern with one more use and returns its first symbol.
func (k *compiler) pattern(p pattern, u use) uint32 {
	syms := make([]uint32, len(p.words))
	for i, w := range p.words {
		syms[i] = k.c.vocabulary.add(w.key)
		if w.loose {
			syms[i] = k.c.forms.add(w.key, syms[i], k.c.vocabulary.anonymous)
		}
	}
	id := k.c.trie.insert(p, syms, uint32(len(k.uses)))
	if int(id) == len(k.uses) {
		k.uses = append(k.uses, nil)
	}
	if !slices.Contains(k.uses[id], u) {
		k.uses[id] = append(k.uses[id], u)
	}
	return syms[0]
}

// languageWords numbers the words of the known languages first, so that their
// evidence is a short table.
func (k *compiler) languageWords() {
	known := knownLanguages()
	words := slices.Sorted(maps.Keys(known.words))
	k.c.evidence, k.c.telling = make([]lanes, len(words)+1), uint32(len(words))
	for _, w := range words {
		k.c.evidence[k.c.vocabulary.add(w)] = known.words[w]
	}
	k.c.evidence = append(k.c.evidence, known.endingLanes[1:]...)
}

func (k *compiler) brand(i int, b directdial.Brand) {
	if b.Name == "" {
		k.failAt(fmt.Sprintf("brands[%d]", i), "brand %d: has no name", i+1)
	}
	if len(b.Keywords) == 0 {
		k.failAt(fmt.Sprintf("brands[%d].keywords", i), "brand %s: has no keywords", b.Name)
	}
	out := brand{name: b.Name, mark: "brand:" + b.Name, competitor: b.Competitor}
	for j, w := range b.Keywords {
		p, err := parsePattern(w)
		if err != nil {
			k.failAt(fmt.Sprintf("brands[%d].keywords[%d]", i, j), "brand %s: keyword %q: %w", b.Name, w, err)
			continue
		}
		u := use{brandKeyword, uint32(i), uint32(len(k.c.keywords))}
		k.pattern(p, u)
		if name, ok := p.joined(); ok {
			k.pattern(pattern{words: []patternWord{{key: "@" + name, kind: handle}}}, u)
			k.pattern(pattern{words: []patternWord{{key: "#" + name, kind: hashtag}}}, u)
		}
		k.c.keywords = append(k.c.keywords, keyword{word: w})
	}
	for j, w := range b.Exclude {
		p, err := parsePattern(w)
		if err != nil {
			k.failAt(fmt.Sprintf("brands[%d].exclude[%d]", i, j), "brand %s: exclude %q: %w", b.Name, w, err)
			continue
		}
		k.pattern(p, use{brandExclude, uint32(i), 0})
	}
	k.c.brands = append(k.c.brands, out)
}

// topics adds all topics. What many topics name tells little of each, so all
// are read before the first is added.
func (k *compiler) topics(topics []directdial.Topic) {
	shared, forms := map[string]int{}, newFamilies()
	parsed := make([][]topicPattern, len(topics))
	for i, t := range topics {
		parsed[i] = k.topicPatterns(i, t)
		for _, p := range parsed[i] {
			shared[p.key]++
		}
	}
	for i, t := range topics {
		if t.Name == "" {
			k.failAt(fmt.Sprintf("topics[%d]", i), "topic %d: has no name", i+1)
		}
		if len(t.Keywords) == 0 && t.Weights == nil {
			k.failAt(fmt.Sprintf("topics[%d].keywords", i), "topic %s: has no keywords", t.Name)
		}
		k.topicWeights(i, t)
		for _, p := range parsed[i] {
			item := uint32(len(k.c.keywords))
			k.topicPattern(p, use{topicKeyword, uint32(i), item})
			k.c.keywords = append(k.c.keywords, keyword{word: p.word, points: points(p, shared[p.key], len(topics)), family: forms.of(i, p, item)})
		}
		for j, w := range t.Exclude {
			p, err := parseTopicPattern(w)
			if err != nil {
				k.failAt(fmt.Sprintf("topics[%d].exclude[%d]", i, j), "topic %s: exclude %q: %w", t.Name, w, err)
				continue
			}
			k.topicPattern(p, use{topicExclude, uint32(i), 0})
		}
		out := topic{name: t.Name, mark: "topic:" + t.Name, restricted: t.Restricted, needs: k.narrow(i, &t), languages: t.Languages}
		if t.Weights != nil {
			out.learned, out.base, out.least = true, t.Weights.Base, leastLearned
			if t.Restricted {
				out.least = leastRestricted
			}
		}
		k.c.topics = append(k.c.topics, out)
	}
}

// topicWeights adds the learned keywords of topic i.
func (k *compiler) topicWeights(i int, t directdial.Topic) {
	if t.Weights == nil {
		return
	}
	for _, w := range slices.Sorted(maps.Keys(t.Weights.Keywords)) {
		p, err := parsePattern(w)
		if err != nil {
			k.fail("topic %s: keyword %q: %w", t.Name, w, err)
			continue
		}
		item := uint32(len(k.c.keywords))
		k.pattern(p, use{topicWeight, uint32(i), item})
		k.c.keywords = append(k.c.keywords, keyword{word: w, points: t.Weights.Keywords[w], family: item})
	}
}

// topicPattern adds a keyword or an excluded phrase of a topic.
func (k *compiler) topicPattern(p topicPattern, u use) {
	if len(p.near.words) == 0 {
		k.pattern(p.pattern, u)
		return
	}
	owner := uint32(len(k.c.nears))
	k.c.nears = append(k.c.nears, near{int32(p.within), u})
	k.pattern(p.pattern, use{nearPhrase, owner, 0})
	k.pattern(p.near, use{nearPhrase, owner, 1})
}

// topicPatterns parses the keywords of a topic, each once. Those of a restricted
// topic count beside its weights: what data says must not bring a mention to
// colleagues who were not granted the topic.
func (k *compiler) topicPatterns(i int, t directdial.Topic) []topicPattern {
	if t.Weights != nil && !t.Restricted {
		return nil
	}
	var out []topicPattern
	seen := map[string]bool{}
	for j, w := range t.Keywords {
		p, err := parseTopicPattern(w)
		if err != nil {
			k.failAt(fmt.Sprintf("topics[%d].keywords[%d]", i, j), "topic %s: keyword %q: %w", t.Name, w, err)
			continue
		}
		if !seen[p.key] {
			seen[p.key] = true
			out = append(out, p)
		}
	}
	return out
}

// points is what one keyword says for its topic, in thousandths: 400 for a
// word, 200 more for each further word, 25 more for each letter beyond the
// fifth of its longest word up to 150; 50 for a word that every text has, 200
// if there is no other; at most 900, and less the more topics of all name the
// keyword, as its inverse document frequency: log(1 + of/topics) / log(1 + of).
func points(p topicPattern, topics, of int) int {
	known := knownLanguages()
	words, longest := 0, 0
	all := slices.Concat(p.words, p.near.words)
	for _, w := range all {
		if known.words[w.key] != (lanes{}) {
			continue
		}
		words++
		longest = max(longest, utf8.RuneCountInString(strings.TrimSuffix(w.key, string(wild))))
	}
	n := 200
	if words > 0 {
		n = 400 + 200*(words-1) + min(150, max(0, 25*(longest-5)))
	}
	if extra := len(all) - words; extra > 0 {
		n += 50 * extra
	}
	rare := math.Log1p(float64(of)/float64(max(1, topics))) / math.Log1p(float64(of))
	return int(math.Round(float64(min(900, n)) * rare))
}

// err joins what was found wrong.
func (k *compiler) err() error {
	if len(k.errs) == 0 {
		return nil
	}
	return &directdial.Error{Kind: directdial.Invalid, Err: errors.Join(k.errs...)}
}

// thresholds sets the scores that tags must reach: what the configuration says
// before what the lexicon says.
func (k *compiler) thresholds(by map[directdial.Tag]int) {
	for tag, n := range by {
		switch t := tagIndex(tag); {
		case t < 0:
			k.fail("threshold of %q: there is no such tag", string(tag))
		case n < 1 || n > 1000:
			k.fail("threshold of %s is %d, want 1 to 1000", tag, n)
		default:
			for i := range k.c.languages {
				k.c.languages[i].thresholds[t] = n
			}
		}
	}
	for i := range k.c.languages {
		k.c.languages[i].setFloors()
	}
}
