package classify

import "github.com/directdial/directdial"

// Judgement is how every tag stands in a text, also those that a Classification
// does not name because they did not reach their threshold.
type Judgement struct {
	Language string // as in a Classification
	Known    bool   // there is a lexicon for it
	Tags     [3]TagJudgement
}

// TagJudgement is how one tag stands.
type TagJudgement struct {
	Spoken   bool                 // the lexicon tells this tag
	Told     bool                 // also of what reaches Least not all is, see ClassifyInto
	Score    int                  // thousandths
	Base     int                  // what every text starts from, as in a TagScore
	Least    int                  // from which score on it is told, in thousandths
	Keywords []directdial.Keyword // what decided, as in a Classification
}

// Judge is Classify for whoever measures: all scores, with their keywords. The
// tags are in the order of directdial.Tags.
func (c *Classifier) Judge(text, lang string) Judgement {
	s := c.scratch.Get().(*scratch)
	defer func() {
		if cap(s.buf) <= maxKept {
			c.scratch.Put(s)
		}
	}()
	s.run(c, text, baseLanguage(lang))
	out := Judgement{Language: s.lang, Known: s.language >= 0}
	if !out.Known {
		return out
	}
	l := &c.languages[s.language]
	told := s.told(l)
	for t := range out.Tags {
		if !l.speaks[t] {
			continue
		}
		sum := &s.tags[t]
		s.picks = s.picks[:0]
		s.pickEvidence(t)
		sortPicks(s.picks)
		tag := TagJudgement{Spoken: true, Told: told[t], Score: sum.score, Base: l.features[bias][t], Least: l.thresholds[t]}
		for i := range s.picks {
			tag.Keywords = append(tag.Keywords, s.keyword(c, &s.picks[i]))
		}
		out.Tags[t] = tag
	}
	return out
}
