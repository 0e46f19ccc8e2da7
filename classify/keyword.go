package classify

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// topicPattern is a keyword or an excluded phrase of a topic, parsed.
type topicPattern struct {
	pattern
	// near, if it has words, must stand within so many words of pattern, before
	// or behind it.
	near   pattern
	within int
	word   string // as in the configuration
	key    string // the normal form: two with the same are one
}

// maxWithin bounds the words between two phrases that are near each other.
const maxWithin = 20

// parseTopicPattern reads a keyword of a topic as people write it: a pattern
// (parsePattern) whose words are found in other forms, too, and
//
//	refund ~5 late      both, in either order, at most five words between them
//	=refund             exactly so: no other form, no slip of the finger
func parseTopicPattern(keyword string) (topicPattern, error) {
	p := topicPattern{word: keyword}
	s := strings.TrimSpace(keyword)
	exact := false
	if rest, ok := strings.CutPrefix(s, "="); ok && emoticonAt([]byte(strings.ToLower(s)), false) == 0 {
		s, exact = rest, true
	}
	left, right, err := p.cut(s)
	if err != nil {
		return p, err
	}
	if p.pattern, err = parsePattern(left); err != nil {
		return p, err
	}
	p.key = p.pattern.String()
	if right != "" {
		if p.near, err = parsePattern(right); err != nil {
			return p, err
		}
		p.key += fmt.Sprintf(" ~%d %s", p.within, p.near)
	}
	if exact {
		p.key = "=" + p.key
		return p, nil
	}
	p.pattern.loosen()
	p.near.loosen()
	return p, nil
}

// cut cuts "refund ~5 late" at its "~5"; without one, right is "".
func (p *topicPattern) cut(s string) (left, right string, err error) {
	fields := strings.Fields(s)
	at := -1
	for i, f := range fields {
		number, ok := strings.CutPrefix(f, "~")
		if !ok || number == "" || strings.Trim(number, "0123456789") != "" {
			continue
		}
		if at >= 0 {
			return "", "", errors.New("has two '~'; one keyword joins two phrases")
		}
		at = i
		if p.within, err = strconv.Atoi(number); err != nil || p.within > maxWithin {
			return "", "", fmt.Errorf("%q is too far: at most %d words may stand between", f, maxWithin)
		}
	}
	switch {
	case at < 0:
		return s, "", nil
	case at == 0 || at == len(fields)-1:
		return "", "", fmt.Errorf("%q must stand between two phrases", fields[at])
	}
	return strings.Join(fields[:at], " "), strings.Join(fields[at+1:], " "), nil
}

// minLoose is how many letters a word must have to be found in other forms.
const minLoose = 3

// loosen marks the words that are found in other forms, too: whole words of
// letters that are not the small words of a language.
func (p *pattern) loosen() {
	small := knownLanguages().words
	for i := range p.words {
		w := &p.words[i]
		if _, ok := small[w.key]; !ok && w.kind == word && len(w.key) <= maxForm && utf8.RuneCountInString(w.key) >= minLoose {
			w.loose = strings.IndexFunc(w.key, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) < 0
		}
	}
}
