package route

import (
	"cmp"
	"slices"
	"strings"

	"github.com/directdial/directdial"
)

// A keyword of a topic that never stands alone is not needed: another tells the
// topic, too. But of two that always stand together only one can go. Of tags
// nothing of the kind can be said, because there each keyword adds to a sum.

// leastShadowed is in how many mentions a keyword must have been found before
// it counts as one that is never needed.
const leastShadowed = 20

// maxTogether bounds the distinct sets of keywords that are kept for a topic.
// Beyond it nothing is said about its keywords.
const maxTogether = 10_000

// together are the sets of keywords that told a topic, each once.
type together map[string][]string

// note keeps a set of words, sorted.
func (t together) note(words []string) {
	if len(t) <= maxTogether {
		slices.Sort(words)
		t[strings.Join(words, "\n")] = words
	}
}

// shadowed says of the keywords of one topic which of them are never needed,
// even if all of these go, and with what each is found most. The rarest go
// first.
func (t together) shadowed(uses []*directdial.KeywordUse) {
	if len(t) > maxTogether {
		return
	}
	slices.SortFunc(uses, func(a, b *directdial.KeywordUse) int {
		return cmp.Or(cmp.Compare(a.Fired, b.Fired), cmp.Compare(a.Word, b.Word))
	})
	goes := map[string]bool{}
	for _, u := range uses {
		if u.Fired < leastShadowed || u.Alone > 0 {
			continue
		}
		if with := t.beside(u.Word, goes); with != "" {
			u.Shadow = with
			goes[u.Word] = true
		}
	}
}

// beside returns the word that stands in most of the sets with another one, ""
// if one of these sets has no word that stays.
func (t together) beside(word string, goes map[string]bool) (most string) {
	counts := map[string]int{}
	for _, set := range t {
		if _, has := slices.BinarySearch(set, word); !has {
			continue
		}
		stays := false
		for _, other := range set {
			if other != word && !goes[other] {
				counts[other]++
				stays = true
			}
		}
		if !stays {
			return ""
		}
	}
	for other, n := range counts {
		if n > counts[most] || n == counts[most] && other < most {
			most = other
		}
	}
	return most
}
