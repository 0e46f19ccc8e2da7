package classify

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// distance is the Damerau-Levenshtein distance with neighbours swapped (optimal
// string alignment), as the textbook has it.
func distance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// The index finds exactly the words at distance 0 or 1 with the same first
// letter, as a comparison with each word does.
func TestSlipsAreWordsAtDistanceOne(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abcé")), minSlip-1, 10, maxForm)
	rapid.Check(t, func(t *rapid.T) {
		var loose []looseWord
		seen := map[string]bool{}
		for i, w := range rapid.SliceOfN(word, 1, 30).Draw(t, "words") {
			if !seen[w] {
				loose = append(loose, looseWord{w, uint32(i + 1)})
			}
			seen[w] = true
		}
		s := newSlips(loose)
		text := rapid.OneOf(word, rapid.Just(loose[0].word+"a")).Draw(t, "text")
		var want []uint32
		for _, l := range loose {
			a, b := []rune(l.word), []rune(text)
			if len(a) >= minSlip && a[0] == b[0] && distance(a, b) <= 1 {
				want = append(want, l.sym)
			}
		}
		got := s.find(nil, []byte(text), new(letters))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%q among %v: %v, want %v", text, loose, got, want)
		}
	})
}
