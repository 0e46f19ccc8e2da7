package desk

import (
	"fmt"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// noTag says of a mention without a tag what becomes of that.
func noTag(e *Explanation) string {
	switch {
	case e.Decision.Tag != "":
		return fmt.Sprintf("none by its words; as a %s, for %s", e.Decision.Tag, e.Decision.Topic)
	case e.Decision.Unsure:
		return "unsure: none could be told, which is not the same as none"
	}
	return "none"
}

// untold writes which tags are not told beside a surer one, how far the others
// are from being told, and what speaks for and against them.
func (p *printer) untold(tags []Untold) {
	for _, t := range tags {
		score, least := float64(t.Score)/1000, float64(t.Least)/1000
		if t.Score >= t.Least { // complaint and praise speak against each other
			surer := "praise"
			if t.Tag == directdial.Ambassador {
				surer = "the complaint"
			}
			p.say("          %s %.2f would be told from %.2f on, but %s is surer: %s\n", t.Tag, score, least, surer, t.terms())
			continue
		}
		p.say("          %s %.2f, told from %.2f on: %s\n", t.Tag, score, least, t.terms())
	}
}

// terms are what the score adds up from.
func (t *Untold) terms() string {
	var terms addends
	terms.base(t.Base)
	for _, k := range heaviest(t.Keywords) {
		terms.keyword(k)
	}
	if len(t.Keywords) == 0 {
		return strings.TrimPrefix(terms.String()+", no word speaks for it", ", ")
	}
	return experts.Line(terms.String())
}
