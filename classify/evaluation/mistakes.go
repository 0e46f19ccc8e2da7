package evaluation

import (
	"cmp"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// Mistake is a tag of a sample that was told wrong.
type Mistake struct {
	Tag      directdial.Tag       `json:"tag"`
	Gold     bool                 `json:"gold"`  // it has the tag, and was not told so
	Score    int                  `json:"score"` // thousandths
	Line     int                  `json:"line"`  // in the file
	Text     string               `json:"text"`
	Keywords []directdial.Keyword `json:"keywords,omitempty"` // the strongest first
}

// surprise is how far the score is from what the label says.
func (m *Mistake) surprise() int {
	if m.Gold {
		return 1000 - m.Score
	}
	return m.Score
}

// mistakes returns for each tag the n samples that were told wrong with the
// greatest confidence.
func mistakes(e *classify.Evaluation, samples []classify.Sample, judged []classify.Judgement, n int) (out []Mistake) {
	for _, g := range e.Tags {
		var all []Mistake
		for i := range samples {
			gold, known := samples[i].Gold[g.Tag]
			t := &judged[i].Tags[tagOf(g.Tag)]
			if !known || !t.Spoken || t.Told == gold {
				continue
			}
			all = append(all, Mistake{Tag: g.Tag, Gold: gold, Score: t.Score, Line: samples[i].Line, Text: samples[i].Text, Keywords: t.Keywords})
		}
		slices.SortStableFunc(all, func(a, b Mistake) int { return cmp.Compare(b.surprise(), a.surprise()) })
		all = all[:min(n, len(all))]
		for i := range all {
			all[i].Keywords = slices.Clone(all[i].Keywords)
			slices.SortStableFunc(all[i].Keywords, func(a, b directdial.Keyword) int {
				return cmp.Compare(max(b.Weight, -b.Weight), max(a.Weight, -a.Weight))
			})
		}
		out = append(out, all...)
	}
	return out
}

// KeywordCount is how often a keyword spoke for a tag that was told, and how
// often the labels agreed.
type KeywordCount struct {
	Word  string `json:"word"`
	For   string `json:"for"` // "tag:complaint"
	Fired int    `json:"fired"`
	Right int    `json:"right"`
}

// wrong is how often it misled.
func (k *KeywordCount) wrong() int { return k.Fired - k.Right }

// keywordCounts returns the n keywords that misled most often.
func keywordCounts(samples []classify.Sample, judged []classify.Judgement, n int) []KeywordCount {
	type key struct{ word, about string }
	counts := map[key]*KeywordCount{}
	for i := range samples {
		for t, tag := range directdial.Tags() {
			gold, known := samples[i].Gold[tag]
			if !known || !judged[i].Tags[t].Told {
				continue
			}
			for _, k := range judged[i].Tags[t].Keywords {
				if k.Weight <= 0 {
					continue
				}
				c := counts[key{k.Word, k.For}]
				if c == nil {
					c = &KeywordCount{Word: k.Word, For: k.For}
					counts[key{k.Word, k.For}] = c
				}
				c.Fired++
				if gold {
					c.Right++
				}
			}
		}
	}
	var out []KeywordCount
	for _, c := range counts {
		if c.wrong() > 0 {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, func(a, b KeywordCount) int {
		return cmp.Or(cmp.Compare(b.wrong(), a.wrong()), cmp.Compare(a.For, b.For), cmp.Compare(a.Word, b.Word))
	})
	return out[:min(n, len(out))]
}
