package desk

import (
	"fmt"
	"strings"

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

// untold writes how far tags are from being told, and what speaks for and
// against them.
func (p *printer) untold(tags []Untold) {
	for _, t := range tags {
		said := "no word speaks for it"
		if len(t.Keywords) > 0 {
			_, said, _ = strings.Cut(keywordLines(t.Keywords)[0], ": ")
		}
		p.say("          %s %.2f, told from %.2f on: %s\n", t.Tag, float64(t.Score)/1000, float64(t.Least)/1000, experts.Line(said))
	}
}
