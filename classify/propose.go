package classify

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

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
	maxTopicWords = 8  // keywords
	maxPhraseLen  = 3  // words of a phrase
	companions    = 60 // percent of a phrase's texts that must be about the topic
)

// ProposeTopics finds what many of the texts speak of: words and phrases without
// function words, opinions and names of brands, each in at least least texts;
// those that stand in the same texts together make one topic. Copies of a text
// count once. It is deterministic.
func ProposeTopics(texts []string, brands []directdial.Brand, least, most int) (all []TopicProposal) {
	p := proposer{idle: idleWords(brands), texts: map[string][]int32{}}
	seen := map[uint64]bool{}
	for i, text := range texts {
		if copyOf := textHash(text); !seen[copyOf] {
			seen[copyOf] = true
			p.read(int32(i), text)
		}
	}
	maps.DeleteFunc(p.texts, func(_ string, in []int32) bool { return len(in) < least })
	for len(all) < most {
		t, ok := p.next(least)
		if !ok {
			break
		}
		all = append(all, t)
	}
	return all
}

// proposer knows in which texts each phrase stands, in order.
type proposer struct {
	idle  map[string]bool // words that are no topic
	texts map[string][]int32
	r     reading
}

// idleWords are words that say nothing of what a text is about.
func idleWords(brands []directdial.Brand) map[string]bool {
	idle := map[string]bool{"http": true, "https": true, "amp": true, "via": true, "rt": true}
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
		var words []string
		for j := i; j < len(tokens) && j < i+maxPhraseLen && (j == i || tokens[j].flags&newClause == 0); j++ {
			w, ok := p.speaks(&tokens[j])
			if !ok {
				break
			}
			words = append(words, w)
			p.note(strings.Join(words, " "), id)
		}
	}
}

// speaks returns the word of a token, and whether it says what a text is about.
func (p *proposer) speaks(t *token) (w string, ok bool) {
	if t.kind != word && t.kind != hashtag {
		return "", false
	}
	w = string(bytes.TrimPrefix(p.r.buf[t.from:t.to], []byte("#")))
	return w, len(w) > 2 && !p.idle[w] && strings.IndexFunc(w, func(r rune) bool { return r < '0' || r > '9' }) >= 0
}

func (p *proposer) note(phrase string, id int32) {
	if in := p.texts[phrase]; len(in) == 0 || in[len(in)-1] != id {
		p.texts[phrase] = append(in, id)
	}
}

// next takes the phrase that stands out most, with those that keep it company,
// and their texts away. A phrase of more words says more.
func (p *proposer) next(least int) (t TopicProposal, ok bool) {
	seed, weight := "", 0
	for phrase, in := range p.texts {
		n := len(in) * (2 + strings.Count(phrase, " "))
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
	t = TopicProposal{Name: cmp.Or(strings.ReplaceAll(slug(seed), " ", "-"), "topic"), Keywords: append([]string{seed}, p.company(seed, about)...)}
	taken := map[int32]bool{}
	for _, phrase := range t.Keywords {
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

// company are the phrases most of whose texts are about a topic, the most
// frequent first; those that hold the seed, or part of it, add nothing.
func (p *proposer) company(seed string, about map[int32]bool) (with []string) {
	for phrase, in := range p.texts {
		both := 0
		for _, id := range in {
			if about[id] {
				both++
			}
		}
		apart := !strings.Contains(phrase, seed) && !strings.Contains(seed, phrase)
		if apart && 100*both >= companions*len(in) {
			with = append(with, phrase)
		}
	}
	slices.SortFunc(with, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(p.texts[b]), len(p.texts[a])), cmp.Compare(a, b))
	})
	return with[:min(len(with), maxTopicWords-1)]
}

// slug keeps what may stand in the name of a topic.
func slug(phrase string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r == ' ' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phrase), " ")
}
