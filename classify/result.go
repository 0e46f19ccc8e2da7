package classify

import "github.com/directdial/directdial"

// maxBrandKeywords is how many brands have a place among the keywords before
// those of topics fill them up.
const maxBrandKeywords = 4

// pick is a keyword that will stand in the result, still in numbers.
type pick struct {
	from, to int32 // in the normal form
	rank     int32 // order among those of one place: tags, topics, brands
	item     int32
	weight   int32
	negated  bool
}

// Ranks of picks. A tag's rank is its index.
const (
	rankTopic int32 = 3
	rankBrand int32 = 4
)

// result writes the classification to out, whose slices are reused.
func (s *scratch) result(c *Classifier, out *directdial.Classification) {
	out.Lang, out.Lexicon, out.Excluded = s.lang, s.language >= 0, ""
	out.Tags, out.Topics, out.Brands = out.Tags[:0], out.Topics[:0], out.Brands[:0]
	s.picks = s.picks[:0]
	s.resultTags(c, out)
	for i, f := range s.named {
		out.Brands = append(out.Brands, c.brands[f.owner].name)
		if i < maxBrandKeywords {
			s.pickTokens(f.first, f.last, pick{rank: rankBrand, item: int32(f.item), weight: int32(f.owner)})
		}
	}
	if s.excluded >= 0 {
		out.Excluded = c.brands[s.excluded].name
	}
	s.resultTopics(c, out)
	sortPicks(s.picks)
	out.Keywords = out.Keywords[:0]
	for i := range s.picks {
		out.Keywords = append(out.Keywords, s.keyword(c, &s.picks[i]))
	}
}

// sortPicks sorts by insertion: there are at most directdial.MaxKeywords, most
// of them in order.
func sortPicks(picks []pick) {
	for i := 1; i < len(picks); i++ {
		p, place, kind := picks[i], picks[i].place(), picks[i].kind()
		j := i
		for ; j > 0; j-- {
			before := &picks[j-1]
			if q := before.place(); q < place || q == place && before.kind() <= kind {
				break
			}
			picks[j] = *before
		}
		picks[j] = p
	}
}

func (p *pick) place() uint64 { return uint64(p.from)<<32 | uint64(p.to) }
func (p *pick) kind() int64   { return int64(p.rank)<<32 + int64(p.item) }

func (s *scratch) resultTags(c *Classifier, out *directdial.Classification) {
	if s.language < 0 {
		return
	}
	l := &c.languages[s.language]
	for t, yes := range s.told(l) {
		if yes {
			out.Tags = append(out.Tags, directdial.TagScore{Tag: tags[t], Score: s.tags[t].score, Base: l.features[bias][t]})
			s.pickEvidence(t)
		}
	}
}

// pickEvidence picks what counted for tag t.
func (s *scratch) pickEvidence(t int) {
	for _, e := range s.tags[t].evidence {
		p := pick{rank: int32(t), item: e.item, weight: e.weight, negated: e.negated}
		if e.item < 0 {
			p.from, p.to = e.first, e.last
			s.picks = append(s.picks, p)
			continue
		}
		s.pickTokens(e.first, e.last, p)
	}
}

// resultTopics adds the topics and, best topic first, their keywords as far as
// there is room.
func (s *scratch) resultTopics(c *Classifier, out *directdial.Classification) {
	for _, t := range s.touched {
		state, base := &s.topics[t], 0
		if state.by == topicWeight {
			base = c.topics[t].base
		}
		out.Topics = append(out.Topics, directdial.TopicScore{Topic: c.topics[t].name, Score: state.score, Base: base})
		for _, f := range s.topicHits {
			if f.owner == t && f.kind == state.by && len(s.picks) < directdial.MaxKeywords {
				s.pickTokens(f.first, f.last, pick{rank: rankTopic, item: int32(f.item), weight: int32(t)})
			}
		}
	}
}

func (s *scratch) pickTokens(first, last int32, p pick) {
	p.from, p.to = s.tokens[first].from, s.tokens[last].to
	s.picks = append(s.picks, p)
}

// keyword turns a pick into words and original offsets.
func (s *scratch) keyword(c *Classifier, p *pick) directdial.Keyword {
	k := directdial.Keyword{Weight: int(p.weight), Negated: p.negated}
	if p.from < p.to {
		k.Start, k.End = s.span(int(p.from), int(p.to))
	}
	switch {
	case p.rank == rankBrand:
		k.Word, k.For, k.Weight = c.keywords[p.item].word, c.brands[p.weight].mark, 0
	case p.rank == rankTopic:
		k.Word, k.For, k.Weight = c.keywords[p.item].word, c.topics[p.weight].mark, c.keywords[p.item].points
	case p.item < 0:
		k.Word, k.For = featureWords[^p.item], tagMarks[p.rank]
	default:
		k.Word, k.For = c.languages[s.language].entries[p.item].word, tagMarks[p.rank]
	}
	return k
}

var tagMarks = [3]string{"tag:complaint", "tag:question", "tag:ambassador"}

var featureWords = func() (words [featureCount]string) {
	for i, name := range featureNames {
		words[i] = featurePrefix + name
	}
	return words
}()
