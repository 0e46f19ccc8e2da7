package github

import (
	"regexp"
	"slices"
	"strings"
)

// word is a part of a query: a quotation, perhaps behind a qualifier, or what
// stands between spaces.
var word = regexp.MustCompile(`[^\s"]*"[^"]*"?|\S+`)

func splitQuery(text string) []string { return word.FindAllString(text, -1) }

// isQualifier reports whether a word narrows the search (repo:acme/widget,
// -label:bug) and is not searched for.
func isQualifier(w string) bool {
	if strings.HasPrefix(w, `"`) {
		return false
	}
	return strings.HasPrefix(w, "-") || strings.Contains(w, ":")
}

// terms are the words that a query searches for.
type terms struct {
	words []string // in lower case
	any   bool     // the query says OR
}

func termsOf(text string) terms {
	var t terms
	not := false
	for _, w := range splitQuery(text) {
		switch {
		case w == "OR":
			t.any = true
		case w == "AND", isQualifier(w):
		case w == "NOT":
			not = true
			continue
		case not:
		default:
			if w = strings.ToLower(strings.Trim(w, `"()`)); w != "" {
				t.words = append(t.words, w)
			}
		}
		not = false
	}
	return t
}

// in reports whether a text holds the words. A search for a whole repository
// has none, and all that it finds is meant.
func (t terms) in(text string) bool {
	text = strings.ToLower(text)
	holds := func(w string) bool { return strings.Contains(text, w) }
	if t.any {
		return slices.ContainsFunc(t.words, holds)
	}
	return !slices.ContainsFunc(t.words, func(w string) bool { return !holds(w) })
}
