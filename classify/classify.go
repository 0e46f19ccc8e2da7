package classify

import (
	"sync"

	"github.com/directdial/directdial"
)

// Config is what a Classifier is made of.
type Config struct {
	// Lexicons are the lexicons to use; nil means Shipped. Of two of the same
	// language the later adds to the earlier and overrides its entries.
	Lexicons []*Lexicon
	Brands   []directdial.Brand
	Topics   []directdial.Topic
	// Thresholds is the score that a tag must reach, in thousandths, for the
	// tags where it is not what the lexicon says.
	Thresholds map[directdial.Tag]int
}

// DefaultThreshold is the score that a tag must reach, in thousandths, where
// neither lexicon nor configuration says otherwise.
const DefaultThreshold = 500

// Classifier tells what a text says. It is never changed after it was made and
// is safe for concurrent use.
type Classifier struct {
	vocabulary *vocabulary
	forms      forms
	trie       *trie
	nears      []near
	uses       []use
	usesOf     []uint32 // uses[usesOf[p]:usesOf[p+1]] are those of pattern p
	languages  []language
	known      *languages
	evidence   []lanes // of nothing, of the vocabulary's first symbols, of endings
	telling    uint32  // the last of those symbols
	topics     []topic
	harm       uint32 // which topic it is
	brands     []brand
	keywords   []keyword // of all topics and brands
	scratch    sync.Pool // of *scratch
}

// New makes a Classifier. All that is wrong is returned at once, joined, of
// kind Invalid; each error names the topic, the brand, or file and line.
func New(cfg Config) (*Classifier, error) {
	c := &Classifier{vocabulary: newVocabulary(), trie: newTrie(), known: knownLanguages()}
	k := &compiler{c: c}
	k.languageWords()
	lexicons := cfg.Lexicons
	if lexicons == nil {
		lexicons = Shipped()
	}
	k.lexicons(lexicons)
	c.vocabulary.many = true
	for i, b := range cfg.Brands {
		k.brand(i, b)
	}
	all, harm := withHarm(cfg.Topics)
	k.topics(all)
	c.harm = uint32(harm)
	k.thresholds(cfg.Thresholds)
	if err := k.err(); err != nil {
		return nil, err
	}
	c.forms.seal(c.vocabulary.keys)
	c.vocabulary.seal()
	for _, uses := range k.uses {
		c.usesOf = append(c.usesOf, uint32(len(c.uses)))
		c.uses = append(c.uses, uses...)
	}
	c.usesOf = append(c.usesOf, uint32(len(c.uses)))
	c.scratch.New = func() any { return newScratch(c) }
	return c, nil
}

// Classify tells what text says: the tags whose scores reach their thresholds.
// But praise and complaint speak against each other: of the two, the one that
// passes its threshold by less, in the logarithm of the odds, is told beside the
// other only from a score of 500 on. lang is what the platform says about the
// language, a BCP 47 tag or ""; a hint. Equal arguments give equal results.
func (c *Classifier) Classify(text, lang string) directdial.Classification {
	var out directdial.Classification
	c.ClassifyInto(&out, text, lang)
	return out
}

// ClassifyInto is Classify into out, whose slices are overwritten and reused:
// with the same out it allocates nothing.
func (c *Classifier) ClassifyInto(out *directdial.Classification, text, lang string) {
	s := c.scratch.Get().(*scratch)
	s.run(c, text, baseLanguage(lang))
	s.result(c, out)
	if cap(s.buf) <= maxKept {
		c.scratch.Put(s)
	}
}

// maxKept bounds the memory that one hostile text may leave behind, in bytes
// of normal form. A mention is at most directdial.MaxText long.
const maxKept = 4 * directdial.MaxText
