// Package suggest finds the word that was meant where one is not known.
package suggest

import (
	"fmt"
	"slices"
	"strings"
)

// None says that there is no such thing as name, and what may have been meant:
// "there is no topic "retruns": did you mean returns?".
func None(what, name string, known []string) string {
	words := fmt.Sprintf("there is no %s %q", what, name)
	if hint := DidYouMean(name, known); hint != "" {
		words += ": " + hint
	}
	return words
}

// DidYouMean returns a hint with the word that was probably meant, or with all
// of them where they are few; "" if there are none.
func DidYouMean(word string, known []string) string {
	known = slices.Sorted(slices.Values(known))
	best, least := "", 1+max(1, min((len(word)+1)/3, 3))
	for _, k := range known {
		d := distance(strings.ToLower(word), strings.ToLower(k), least)
		if len(word) > 2 && d >= least && strings.HasPrefix(k, word) {
			d = least - 1
		}
		if d < least {
			best, least = k, d
		}
	}
	switch {
	case best != "":
		return "did you mean " + best + "?"
	case len(known) == 0:
		return ""
	case len(known) <= 12:
		return "known here: " + strings.Join(known, ", ")
	}
	return ""
}

// distance is the number of letters to insert, delete, replace or swap with
// the next that makes one word the other. From limit on it is only known to be
// at least limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			change := row[j]
			if a[i] != b[j] {
				change++
			}
			next[j+1] = min(change, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
