package classify

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sort"
)

// maxEvidence bounds the entries that count for one tag: the strongest. What
// cannot be shown does not count, so the keywords of a classification always
// add up to its scores, and a long text is not judged by its length.
const maxEvidence = 24

// contribution is what one entry or feature adds to one tag.
type contribution struct {
	weight      int32
	item        int32 // an entry of the language, or ^feature
	first, last int32 // tokens; of a feature: offsets in the normal form
	negated     bool
}

// sum collects the contributions to one tag.
type sum struct {
	evidence []contribution
	total    int // of the bias and the weights
	score    int
}

// close keeps the strongest contributions and computes the score.
func (s *sum) close(base int) {
	s.strongest()
	s.total = base
	for i := range s.evidence {
		s.total += int(s.evidence[i].weight)
	}
	s.score = Probability(s.total)
}

// strongest drops the weakest contributions until maxEvidence are left.
func (s *sum) strongest() {
	if len(s.evidence) > 2*maxEvidence {
		slices.SortFunc(s.evidence, func(a, b contribution) int {
			return cmp.Or(cmp.Compare(b.strength(), a.strength()), cmp.Compare(a.first, b.first))
		})
		s.evidence = s.evidence[:maxEvidence]
		return
	}
	// A few too many: find the weakest, as often as it takes.
	for len(s.evidence) > maxEvidence {
		weakest, least := 0, s.evidence[0].strength()
		for i := 1; i < len(s.evidence); i++ {
			n := s.evidence[i].strength()
			if n < least || n == least && s.evidence[i].first > s.evidence[weakest].first {
				weakest, least = i, n
			}
		}
		last := len(s.evidence) - 1
		s.evidence[weakest] = s.evidence[last]
		s.evidence = s.evidence[:last]
	}
}

// strength orders contributions: by weight, then the earlier entry of the
// lexicon. Of one entry, plain and negated, the first in the text is stronger.
func (c *contribution) strength() uint64 {
	return uint64(abs(c.weight))<<32 | uint64(^uint32(c.item)^1<<31)
}

func abs(n int32) int32 { return max(n, -n) }

// Probability turns a sum of weights, thousandths of the logarithm of the
// odds, into a score in thousandths. A tag's score is Probability of its base
// and the weights of its keywords.
func Probability(sum int) int {
	switch {
	case sum < steps[0]:
		return 0
	case sum >= steps[len(steps)-1]:
		return len(steps)
	}
	return int(scores[sum-steps[0]])
}

// steps[k] is the least sum whose score is k+1. A table, so that a score is the
// same number on every machine.
var steps = func() (s [1000]int) {
	for k := range s {
		// The score k+1 begins at the probability (k+0.5)/1000.
		p := (float64(k) + 0.5) / 1000
		s[k] = int(math.Ceil(1000 * math.Log(p/(1-p))))
	}
	return s
}()

// scores[i] is the score of the sum steps[0]+i: a look instead of a search, whose
// every step is as likely as not.
var scores = func() []uint16 {
	s := make([]uint16, steps[len(steps)-1]-steps[0])
	for i := range s {
		s[i] = uint16(sort.SearchInts(steps[:], steps[0]+i+1))
	}
	return s
}()

// tagScores computes the scores of all tags from the entries and features that
// were found.
func (s *scratch) tagScores(c *Classifier) {
	for t := range s.tags {
		s.tags[t].evidence, s.tags[t].total, s.tags[t].score = s.tags[t].evidence[:0], 0, 0
	}
	if s.language < 0 {
		return
	}
	l := &c.languages[s.language]
	for i := range s.found {
		s.entry(l, &s.found[i])
	}
	for rest := s.features.has &^ (1 << bias); rest != 0; rest &= rest - 1 {
		f := bits.TrailingZeros64(rest)
		at := s.features.span[f]
		w := compact(l.features[f])
		s.contribute(&w, ^int32(f), at.from, at.to, false)
	}
	for t := range s.tags {
		if l.speaks[t] {
			s.tags[t].close(l.features[bias][t])
		}
	}
}

// told says which tags the scores of a text tell.
func (s *scratch) told(l *language) [3]bool {
	return told([3]int{s.tags[0].total, s.tags[1].total, s.tags[2].total}, l.floors)
}

// entry counts an entry of the language.
func (s *scratch) entry(l *language, f *finding) {
	not, ok := s.fresh(f)
	if !ok {
		return
	}
	weights := &l.compact[f.item].plain
	if not {
		weights = &l.compact[f.item].negated
	}
	s.contribute(weights, int32(f.item), f.first, f.last, not)
}

// fresh reports whether an entry that was found counts, and whether it is
// negated: it counts once plain and once negated, unless it begins or ends in
// the name of a brand: "united" is no praise, "best" in "Best Buy" neither.
func (s *scratch) fresh(f *finding) (not, ok bool) {
	if (s.tokens[f.first].flags|s.tokens[f.last].flags)&branded != 0 {
		return false, false
	}
	not = s.tokens[f.first].flags&negated != 0
	mark := uint32(1)
	if not {
		mark = 2
	}
	seen := &s.entries[f.item]
	switch {
	case *seen>>2 != s.round:
		*seen = s.round<<2 | mark
	case *seen&mark != 0:
		return not, false
	default:
		*seen |= mark
	}
	return not, true
}

// contribute adds an entry or a feature to the tags that it has a weight for. It
// is written for each tag and kept where it counts, because no processor foresees
// where that is.
func (s *scratch) contribute(w *compactWeights, item, first, last int32, not bool) {
	for t := range s.tags {
		evidence := &s.tags[t].evidence
		n := len(*evidence)
		c := extend(evidence)
		c.weight, c.item, c.first, c.last, c.negated = w[t], item, first, last, not
		if w[t] != 0 {
			n++
		}
		*evidence = (*evidence)[:n]
	}
}

// topicState is what is known of one topic.
type topicState struct {
	round     uint32
	doubt     int // how much is left to be told, in millionths
	sum       int // of learned weights
	cancelled bool
	met       uint8 // of what the topic is narrowed to
	score     int
	by        useKind // what says so: topicKeyword or topicWeight
}

// The score from which on a topic with learned weights is found. Low, because
// the second and third best topic matter too; but a restricted topic decides
// before all others, so it must be more likely than not.
const (
	leastLearned    = 20
	leastRestricted = 500
)

const allDoubt = 1_000_000

// topicScores computes the scores of the topics that something was found of.
func (s *scratch) topicScores(c *Classifier) {
	kept := s.touched[:0]
	for _, t := range s.touched {
		state := &s.topics[t]
		state.score, state.by = c.topics[t].score(state)
		if !state.cancelled && state.score > 0 && s.applies(&c.topics[t], state) {
			kept = append(kept, t)
		}
	}
	s.touched = kept
	slices.SortFunc(s.touched, func(a, b uint32) int {
		if c := cmp.Compare(s.topics[b].score, s.topics[a].score); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	s.best(c)
}

// score says how sure a topic is, 0 if it was not found, and by what. Each
// distinct keyword takes its points' share, in thousandths, of what is left to
// 1000. Learned weights are added up as those of a tag. Only a restricted topic
// has both, and either tells.
func (t *topic) score(of *topicState) (score int, by useKind) {
	score = min(1000, (allDoubt-of.doubt+500)/1000)
	if t.learned {
		if p := Probability(t.base + of.sum); p >= t.least && p > score {
			return p, topicWeight
		}
	}
	return score, topicKeyword
}

// topic returns the state of topic t, fresh if this text has not touched it.
func (s *scratch) topic(t uint32) *topicState {
	state := &s.topics[t]
	if state.round != s.round {
		*state = topicState{round: s.round, doubt: allDoubt}
		s.touched = append(s.touched, t)
	}
	return state
}
