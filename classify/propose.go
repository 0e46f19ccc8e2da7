package classify

import (
	"bytes"
	"cmp"
	_ "embed" // for the words that name no topic
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/directdial/directdial"
)

// TopicProposal is a topic that people write about and that nobody configured.
type TopicProposal struct {
	Name     string   `json:"name"`
	Keywords []string `json:"keywords"` // words and phrases, the first the one that stands out
	Mentions int      `json:"mentions"` // that hold one of them
}

// Bounds of a proposal.
const (
	maxTopicWords = 8   // keywords
	maxPhraseLen  = 3   // words of a phrase
	companions    = 60  // percent of a phrase's texts that must be about the topic
	shared        = 20  // percent of the topic's texts that it must stand in
	maxTopicName  = 60  // letters, so that a number fits behind them
	everywhere    = 10  // percent of the texts in which a single word tells nothing any more
	enoughTexts   = 100 // before a word can stand everywhere
)

// idleLexicon are words that name no topic, beside those of idleWords.
//
//go:embed lexicons/idle.txt
var idleLexicon string

// ProposeTopics finds what many of the texts speak of: words and phrases without
// function words, opinions and names of brands, each in at least least texts.
// Those that mostly stand together make one topic: six in ten texts of one are texts of
// the other, and a fifth of the other's or more are its own. Without the second half
// what is rare, and stands beside a frequent word by chance, would join it. A phrase
// says more than a word, and a word that stands in very many texts says nothing alone.
// Inflections are one, copies of a text count once. It is deterministic.
func ProposeTopics(texts []string, brands []directdial.Brand, least, most int) (all []TopicProposal) {
	p := proposer{idle: idleWords(brands), texts: map[string][]int32{}, forms: map[string]map[string]int{}, stems: map[string]string{}}
	seen := map[uint64]bool{}
	for i, text := range texts {
		if copyOf := textHash(text); !seen[copyOf] {
			seen[copyOf] = true
			p.read(int32(i), text)
		}
	}
	widest := len(seen)
	if widest >= enoughTexts {
		widest = len(seen) * everywhere / 100
	}
	maps.DeleteFunc(p.texts, func(phrase string, in []int32) bool {
		return len(in) < least || len(in) > widest && !strings.Contains(phrase, " ")
	})
	for len(all) < most {
		t, ok := p.next(least)
		if !ok {
			break
		}
		all = append(all, t)
	}
	return all
}

// proposer knows in which texts each phrase stands, in order. A phrase is the
// stems of its words.
type proposer struct {
	idle  map[string]bool // words that are no topic
	texts map[string][]int32
	forms map[string]map[string]int // how often a phrase is written how
	stems map[string]string         // of words that were read
	r     reading
}

// idleWords are words that say nothing of what a text is about.
func idleWords(brands []directdial.Brand) map[string]bool {
	idle := map[string]bool{"http": true, "https": true, "amp": true, "via": true, "rt": true}
	for line := range strings.Lines(idleLexicon) {
		if !strings.HasPrefix(line, "#") {
			for w := range strings.FieldsSeq(line) {
				idle[w] = true
			}
		}
	}
	for w := range knownLanguages().words {
		idle[w] = true
	}
	for _, l := range Shipped() {
		for _, w := range slices.Concat(l.Negators, l.Contrast, l.Openers) {
			idle[w] = true
		}
		for _, e := range l.Entries {
			if e.From != "hand" { // the word lists are of opinions
				idle[e.Word] = true
			}
		}
	}
	for _, b := range brands {
		for _, k := range append(slices.Clone(b.Keywords), b.Name) {
			for w := range strings.FieldsSeq(strings.ToLower(k)) {
				idle[strings.TrimLeft(w, "@#")] = true
			}
		}
	}
	return idle
}

// read notes the phrases of a text.
func (p *proposer) read(id int32, text string) {
	p.r.read(text)
	tokens := p.r.tokens[:p.r.main]
	for i := range tokens {
		var words, stems []string
		for j := i; j < len(tokens) && j < i+maxPhraseLen && (j == i || tokens[j].flags&newClause == 0); j++ {
			w, ok := p.speaks(&tokens[j])
			if !ok {
				break
			}
			words, stems = append(words, w), append(stems, p.stem(w))
			p.note(strings.Join(stems, " "), strings.Join(words, " "), id)
		}
	}
}

// speaks returns the word of a token, and whether it says what a text is about.
func (p *proposer) speaks(t *token) (w string, ok bool) {
	if t.kind != word && t.kind != hashtag {
		return "", false
	}
	w = string(bytes.TrimPrefix(p.r.buf[t.from:t.to], []byte("#")))
	return w, len(w) > 2 && len(w) < maxWordLen && !p.idle[w] && strings.IndexFunc(w, unicode.IsLetter) >= 0
}

// stem is what the inflections of an English word have in common. Words of other
// languages keep most of their inflections.
func (p *proposer) stem(w string) string {
	s, known := p.stems[w]
	if !known {
		s = stems(nil, w, stemmingOf("en"))[0].stem
		p.stems[w] = s
	}
	return s
}

func (p *proposer) note(phrase, written string, id int32) {
	if in := p.texts[phrase]; len(in) == 0 || in[len(in)-1] != id {
		p.texts[phrase] = append(in, id)
		if p.forms[phrase] == nil {
			p.forms[phrase] = map[string]int{}
		}
		p.forms[phrase][written]++
	}
}

// written is how a phrase is written most.
func (p *proposer) written(phrase string) (most string) {
	for form, n := range p.forms[phrase] {
		if c := p.forms[phrase][most]; n > c || n == c && form < most {
			most = form
		}
	}
	return most
}

// next takes the phrase that stands out most, with those that keep it company,
// and their texts away. A phrase of more words says more.
func (p *proposer) next(least int) (t TopicProposal, ok bool) {
	seed, weight := "", 0
	for phrase, in := range p.texts {
		words := 1 + strings.Count(phrase, " ")
		n := len(in) * words * words
		if n > weight || n == weight && phrase < seed {
			seed, weight = phrase, n
		}
	}
	if seed == "" {
		return t, false
	}
	about := map[int32]bool{}
	for _, id := range p.texts[seed] {
		about[id] = true
	}
	phrases := append([]string{seed}, p.company(seed, about)...)
	t.Name = cmp.Or(slug(p.written(seed)), "topic")
	taken := map[int32]bool{}
	for _, phrase := range phrases {
		t.Keywords = append(t.Keywords, p.written(phrase))
		for _, id := range p.texts[phrase] {
			taken[id] = true
		}
	}
	t.Mentions = len(taken)
	for phrase, in := range p.texts {
		in = slices.DeleteFunc(in, func(id int32) bool { return taken[id] })
		if p.texts[phrase] = in; len(in) < least {
			delete(p.texts, phrase)
		}
	}
	return t, true
}

// company are the phrases most of whose texts are about a topic and that stand in
// many of its texts, the most frequent first; those that hold the seed, or part of it, add nothing.
func (p *proposer) company(seed string, about map[int32]bool) (with []string) {
	for phrase, in := range p.texts {
		both := 0
		for _, id := range in {
			if about[id] {
				both++
			}
		}
		apart := !strings.Contains(phrase, seed) && !strings.Contains(seed, phrase)
		if apart && 100*both >= companions*len(in) && 100*both >= shared*len(about) {
			with = append(with, phrase)
		}
	}
	slices.SortFunc(with, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(p.texts[b]), len(p.texts[a])), cmp.Compare(a, b))
	})
	return with[:min(len(with), maxTopicWords-1)]
}

// slug is a phrase as the name of a topic may be: letters without their accents.
func slug(phrase string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r == ' ':
			return '-'
		}
		return -1
	}, norm.NFD.String(phrase))
	return strings.Trim(name[:min(len(name), maxTopicName)], "-")
}
