// Package baseline has what the classifier is measured against: general
// sentiment lexicons and a list made by hand, as somebody would use them who
// has nothing better.
//
// A sentiment lexicon knows good and bad, not complaints and praise: bad counts
// as a complaint, good as praise, and whatever has a question mark as a
// question. Handles are taken out first, because the airline @united is praise
// to both lexicons and would make them look worse than they are.
package baseline

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"

	"github.com/jonreiter/govader"

	"github.com/directdial/directdial"
)

// Tell says which tags a text has.
type Tell func(text string) []directdial.Tag

// Names are the baselines that there are.
func Names() []string { return []string{"vader", "afinn", "hand"} }

// Named returns a baseline; an unknown name is an error of kind Invalid.
func Named(name string) (Tell, error) {
	switch name {
	case "vader":
		return vader(), nil
	case "afinn":
		return afinn(), nil
	case "hand":
		return hand(), nil
	}
	return nil, directdial.Errorf(directdial.Invalid, "there is no baseline %q; there are %s", name, strings.Join(Names(), ", "))
}

var handles = regexp.MustCompile(`@\w+`)

// feeling turns good and bad into tags.
func feeling(valence func(text string) float64) Tell {
	return func(text string) (told []directdial.Tag) {
		text = handles.ReplaceAllString(text, "")
		v := valence(text)
		if v < 0 {
			told = append(told, directdial.Complaint)
		}
		if strings.Contains(text, "?") {
			told = append(told, directdial.Question)
		}
		if v > 0 {
			told = append(told, directdial.Ambassador)
		}
		return told
	}
}

// neutral is the width of what VADER's authors call neutral.
const neutral = 0.05

func vader() Tell {
	analyzer := govader.NewSentimentIntensityAnalyzer()
	return feeling(func(text string) float64 {
		if v := analyzer.PolarityScores(text).Compound; v <= -neutral || v >= neutral {
			return v
		}
		return 0
	})
}

//go:embed afinn-en-165.txt
var afinnFile string

func afinn() Tell {
	valences := map[string]float64{}
	for line := range strings.Lines(afinnFile) {
		word, value, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			valences[word] = v
		}
	}
	return feeling(func(text string) float64 {
		sum := 0.0
		phrases(text, func(phrase string) bool {
			v, ok := valences[phrase]
			sum += v
			return ok
		})
		return sum
	})
}

//go:embed hand.txt
var handFile string

func hand() Tell {
	lists := map[string]map[string]bool{}
	head := ""
	for line := range strings.Lines(handFile) {
		switch line = strings.TrimSpace(line); {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			head = strings.Trim(line, "[]")
			lists[head] = map[string]bool{}
		default:
			lists[head][line] = true
		}
	}
	count := func(list, text string) (n int) {
		phrases(text, func(phrase string) bool {
			if lists[list][phrase] {
				n++
			}
			return lists[list][phrase]
		})
		return n
	}
	return func(text string) (told []directdial.Tag) {
		text = handles.ReplaceAllString(text, "")
		bad, good := count("complaint", text), count("ambassador", text)
		if bad > good {
			told = append(told, directdial.Complaint)
		}
		first := wordPattern.FindString(strings.ToLower(text))
		if strings.Contains(text, "?") || lists["question opens with"][first] {
			told = append(told, directdial.Question)
		}
		if good > bad {
			told = append(told, directdial.Ambassador)
		}
		return told
	}
}

var wordPattern = regexp.MustCompile(`[\pL\pM\pN]+(?:['’-][\pL\pM\pN]+)*`)

// maxPhrase is how many words the phrases of the lists have at most.
const maxPhrase = 3

// phrases calls known with the words of a text and with what they make together,
// the longest first. Where a phrase is known it goes on behind it.
func phrases(text string, known func(phrase string) bool) {
	words := wordPattern.FindAllString(strings.ReplaceAll(strings.ToLower(text), "’", "'"), -1)
	for len(words) > 0 {
		n := min(maxPhrase, len(words))
		for n > 1 && !known(strings.Join(words[:n], " ")) {
			n--
		}
		if n == 1 {
			known(words[0])
		}
		words = words[n:]
	}
}
