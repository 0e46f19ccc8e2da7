package classify

import "slices"

// scratch is all that the classification of one text writes. It belongs to one
// Classifier and is reused from text to text.
type scratch struct {
	reading
	words    words
	features features
	evidence evidence
	lang     string
	language int // which of the classifier's, -1 if there is no lexicon

	hits       []hit
	found      []finding // entries of the language
	topicHits  []finding // keywords of topics, each once
	brandHits  []finding // keywords and excluded phrases of brands
	named      []finding // the first keyword of each brand that is named
	excluded   int       // the first brand of which only excluded phrases were found, -1 for none
	excludedBy []uint32  // by token: the brand, plus one, that excludes it
	tags       [3]sum
	topics     []topicState
	nears      []nearState
	touched    []uint32 // topics whose state is of this text
	picks      []pick

	// round counts texts: a mark of another round is none.
	round    uint32
	entries  []uint32 // by entry: round and whether plain and negated were seen
	keywords []uint32 // by keyword: the round that saw it
}

// finding is one use of a hit.
type finding struct {
	kind        useKind
	owner, item uint32
	first, last int32
}

func newScratch(c *Classifier) *scratch {
	s := &scratch{
		topics: make([]topicState, len(c.topics)), nears: make([]nearState, len(c.nears)),
		keywords: make([]uint32, len(c.keywords)), words: make(words, keptWords),
	}
	most := 0
	for i := range c.languages {
		most = max(most, len(c.languages[i].entries))
	}
	s.entries = make([]uint32, most)
	return s
}

// maxRound is the last round before marks are wiped and counted anew.
const maxRound = 1<<30 - 1

func (s *scratch) nextRound() {
	s.round++
	if s.round > maxRound {
		s.round = 1
		clear(s.entries)
		clear(s.keywords)
		clear(s.topics)
		clear(s.nears)
		clear(s.words)
	}
}

// run classifies text; hint is the base of a language or "".
func (s *scratch) run(c *Classifier, text, hint string) {
	s.observe(c, text, hint)
	s.topicScores(c)
	s.tagScores(c)
}

// observe finds all that text holds, without a judgement.
func (s *scratch) observe(c *Classifier, text, hint string) {
	s.nextRound()
	s.read(text)
	s.lookup(c)
	s.evidence.look(&s.reading, c.evidence, c.known)
	s.decideLanguage(c, hint)
	s.forms(c)
	s.features.scan(&s.reading)
	s.roles(c)
	s.hits = c.trie.match(&s.reading, s.hits[:0])
	s.sort(c)
	s.brands(c)
}

// decideLanguage sets the language and its lexicon. Latin text without any
// evidence has the language whose entries make up a quarter of its words:
// "refund!!" is English.
func (s *scratch) decideLanguage(c *Classifier, hint string) {
	s.lang, s.language = c.known.decide(&s.evidence, hint), -1
	if s.lang == "" && s.evidence.latin >= s.evidence.other {
		most := 0
		for i := range c.languages {
			if n := s.singles(&c.languages[i]); 4*n >= s.evidence.latin && n > most {
				most, s.lang = n, c.languages[i].name
			}
		}
	}
	for i := range c.languages {
		if c.languages[i].name == s.lang {
			s.language = i
		}
	}
}

// singles counts the words that are entries of l.
func (s *scratch) singles(l *language) (n int) {
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.kind == word && (l.isSingle(t.sym) || slices.ContainsFunc(s.others(t), l.isSingle)) {
			n++
		}
	}
	return n
}

// negationWords is how many words behind a negator it negates.
const negationWords = 3

// roles marks the tokens that open a sentence and those that are negated.
func (s *scratch) roles(c *Classifier) {
	var roles []role
	if s.language >= 0 {
		roles = c.languages[s.language].roles
	}
	scope, start := 0, true
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.flags&newClause != 0 {
			scope = 0
			start = start || t.flags&newSentence != 0
		}
		if t.flags&drawn != 0 {
			s.features.set(stretched, t.from, t.to)
		}
		var r role
		if t.kind == word && t.sym < uint32(len(roles)) {
			r = roles[t.sym]
		}
		if scope > 0 && r&negator == 0 { // "never came and nobody answers" negates twice, not back
			t.flags |= negated
		}
		if t.kind != word {
			continue
		}
		scope = max(0, scope-1)
		if start {
			t.flags |= opening
			// A guest of a chat is spoken to by name first: "user12 how are you".
			start = r&opener != 0 || s.numbered(t)
		}
		if r&contrasting != 0 {
			scope = 0
			s.features.set(hasContrast, t.from, t.to)
		}
		if r&negator != 0 {
			scope = negationWords
			s.features.set(negation, t.from, t.to)
		}
	}
}

// sort hands the hits to those who use them.
func (s *scratch) sort(c *Classifier) {
	s.found, s.topicHits, s.brandHits, s.touched = s.found[:0], s.topicHits[:0], s.brandHits[:0], s.touched[:0]
	for i := range s.hits {
		h := &s.hits[i]
		uses := c.uses[c.usesOf[h.pattern]:c.usesOf[h.pattern+1]]
		for j := range uses {
			s.use(c, &uses[j], h)
		}
	}
}

// use does what a use of a hit means.
func (s *scratch) use(c *Classifier, u *use, h *hit) {
	switch u.kind {
	case tagEntry:
		if int(u.owner) == s.language {
			note(&s.found, u, h)
		}
	case topicKeyword, topicWeight:
		s.topicKeyword(c, u, h)
	case topicExclude:
		s.topic(u.owner).cancelled = true
	case topicNarrow:
		s.topic(u.owner).met |= uint8(u.item)
	case nearPhrase:
		s.near(c, u, h)
	case brandKeyword, brandExclude:
		note(&s.brandHits, u, h)
	}
}

// note appends the finding of one use of a hit.
func note(to *[]finding, u *use, h *hit) {
	f := extend(to)
	f.kind, f.owner, f.item, f.first, f.last = u.kind, u.owner, u.item, h.first, h.last
}

// extend returns room at the end of s, whose fields must all be set. Written
// so, and not by append of a composite, a processor does not wait for its own
// stores; that is a tenth of the time of a text.
func extend[T any](s *[]T) *T {
	n := len(*s)
	if n == cap(*s) {
		*s = append(*s, *new(T))
	} else {
		*s = (*s)[:n+1]
	}
	return &(*s)[n]
}

func (s *scratch) topicKeyword(c *Classifier, u *use, h *hit) {
	k := &c.keywords[u.item]
	if s.keywords[k.family] == s.round || u.kind == topicKeyword && s.sameWords(u, h) {
		return
	}
	s.keywords[k.family] = s.round
	t := s.topic(u.owner)
	if u.kind == topicWeight {
		t.sum += k.points
	} else {
		t.doubt -= t.doubt * k.points / 1000
	}
	note(&s.topicHits, u, h)
}

// sameWords reports whether a keyword of the topic was found in the very words
// of h: "refund" and "refunds" are two keywords, but one word of a text.
func (s *scratch) sameWords(u *use, h *hit) bool {
	for i := len(s.topicHits) - 1; i >= 0 && s.topicHits[i].first == h.first; i-- {
		if f := &s.topicHits[i]; f.kind == u.kind && f.owner == u.owner && f.last == h.last {
			return true
		}
	}
	return false
}
