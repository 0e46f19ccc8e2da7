package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/directdial/directdial"
)

// maxWords is how many keywords are named for a tag, a topic or a brand.
const maxWords = 8

// keywordLines lists what each tag, topic and brand was told by, the heaviest
// first. Where the weights add up to the score they begin with the base, so that
// a reader can add them.
func keywordLines(c *directdial.Classification) []string {
	var kinds []string
	of := map[string]*addends{}
	for _, k := range heaviest(c.Keywords) {
		if of[k.For] == nil {
			of[k.For] = &addends{}
			kinds = append(kinds, k.For)
		}
		of[k.For].keyword(k)
	}
	for _, t := range c.Tags {
		of["tag:"+string(t.Tag)].base(t.Base)
	}
	for _, t := range c.Topics {
		of["topic:"+t.Topic].base(t.Base)
	}
	var lines []string
	for _, kind := range kinds {
		_, name, _ := strings.Cut(kind, ":")
		lines = append(lines, name+": "+of[kind].String())
	}
	if len(lines) == 0 {
		return []string{"none"}
	}
	return lines
}

// heaviest returns keywords by their weight, for or against.
func heaviest(keywords []directdial.Keyword) []directdial.Keyword {
	sorted := slices.Clone(keywords)
	slices.SortStableFunc(sorted, func(a, b directdial.Keyword) int { return cmp.Compare(abs(b.Weight), abs(a.Weight)) })
	return sorted
}

// addends are what a score adds up from.
type addends struct {
	start int      // the base; 0 where weights are no addends
	words []string // with what each adds
	rest  []string // those for which there is no room
	more  int      // what the rest adds, in thousandths
}

// base says what every text starts from. Nothing adds up to a tag or a topic of
// which no keyword is known.
func (a *addends) base(thousandths int) {
	if a != nil {
		a.start = thousandths
	}
}

// keyword adds a keyword, the heaviest first. One that rounds to nothing is only
// counted.
func (a *addends) keyword(k directdial.Keyword) {
	word := k.Word
	if k.Weight != 0 {
		word += " " + tenths(k.Weight)
	}
	if k.Negated {
		word = "not " + word
	}
	switch light := k.Weight != 0 && abs(k.Weight) < leastShown; {
	case slices.Contains(a.words, word) || slices.Contains(a.rest, word):
	case len(a.words) < maxWords && !light:
		a.words = append(a.words, word)
	default:
		a.rest = append(a.rest, word)
		a.more += k.Weight
	}
}

func (a *addends) String() string {
	words := a.words
	if a.start != 0 {
		words = append([]string{"base " + tenths(a.start)}, words...)
	}
	if n := len(a.rest); n > 0 {
		more := fmt.Sprintf("%d more", n)
		if len(words) > 0 {
			more = "and " + more
		}
		if a.start != 0 && abs(a.more) >= leastShown {
			more += " " + tenths(a.more)
		}
		words = append(slices.Clip(words), more)
	}
	return strings.Join(words, ", ")
}

// leastShown is the least weight that does not round to nothing.
const leastShown = 50

func tenths(thousandths int) string { return fmt.Sprintf("%+.1f", float64(thousandths)/1000) }

func abs(n int) int { return max(n, -n) }
