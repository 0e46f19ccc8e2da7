package classify

import (
	_ "embed" // for the lexicon
	"slices"
	"strings"

	"github.com/directdial/directdial"
)

// The topic harm is built in: threats, hate and self-harm. Its lexicon is
// lexicons/harm.txt, a keyword a line; the configuration can add keywords of its
// own under a topic of that name.

//go:embed lexicons/harm.txt
var harmLexicon string

// harmWords are the entries of the lexicon.
func harmWords() (words []string) {
	for line := range strings.Lines(harmLexicon) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			words = append(words, line)
		}
	}
	return words
}

// withHarm adds the topic harm to those of the configuration, or its lexicon to
// that topic, and says which of them it is.
func withHarm(topics []directdial.Topic) (all []directdial.Topic, harm int) {
	all = slices.Clone(topics)
	harm = slices.IndexFunc(all, func(t directdial.Topic) bool { return t.Name == directdial.Harm })
	if harm < 0 {
		return append(all, directdial.Topic{Name: directdial.Harm, Keywords: harmWords()}), len(all)
	}
	all[harm].Keywords = append(slices.Clone(all[harm].Keywords), harmWords()...)
	return all, harm
}

// best keeps as many topics as a classification has room for: the topic harm,
// then restricted ones, then the first of the others. They stay in their order.
func (s *scratch) best(c *Classifier) {
	others := directdial.MaxTopics
	if len(s.touched) <= others {
		return
	}
	before := func(t uint32) bool { return t == c.harm || c.topics[t].restricted }
	for _, t := range s.touched {
		if before(t) {
			others--
		}
	}
	kept := s.touched[:0]
	for _, t := range s.touched {
		if !before(t) {
			if others <= 0 {
				continue
			}
			others--
		}
		kept = append(kept, t)
	}
	if at := slices.Index(kept, c.harm); at >= directdial.MaxTopics {
		kept[directdial.MaxTopics-1] = c.harm
	}
	s.touched = kept[:min(len(kept), directdial.MaxTopics)]
}
