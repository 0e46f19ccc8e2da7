package route

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

// usesOf counts the keywords of sets as if each set were so many mentions.
func usesOf(sets map[string]int) (together, []*directdial.KeywordUse) {
	t, by := together{}, map[string]*directdial.KeywordUse{}
	var uses []*directdial.KeywordUse
	for set, n := range sets {
		words := strings.Fields(set)
		for _, w := range words {
			if by[w] == nil {
				by[w] = &directdial.KeywordUse{Word: w}
				uses = append(uses, by[w])
			}
			by[w].Fired += n
			if len(words) == 1 {
				by[w].Alone += n
			}
		}
		t.note(words)
	}
	return t, uses
}

func TestKeywordsThatAreNeverNeededCanGoTogether(t *testing.T) {
	for name, test := range map[string]struct {
		sets map[string]int
		want string // the word and its shadow
	}{
		"one that is always beside another":   {map[string]int{"refund": 5, "late refund": 30}, "late:refund"},
		"of two always together one":          {map[string]int{"charged twice": 30}, "charged:twice"},
		"of three, two":                       {map[string]int{"a b c": 30}, "a:b b:c"},
		"beside one and beside another":       {map[string]int{"a b": 40, "b c": 15, "a": 1, "c": 1}, "b:a"},
		"it stands alone at times":            {map[string]int{"a b": 30, "a": 1, "b": 1}, ""},
		"too few to tell":                     {map[string]int{"a b": 19}, ""},
		"the rare one goes, not the frequent": {map[string]int{"a b": 25, "a c d": 30, "d": 1}, "b:a c:a"},
	} {
		sets, uses := usesOf(test.sets)
		sets.shadowed(uses)
		var got []string
		for _, u := range uses {
			if u.Shadow != "" {
				got = append(got, u.Word+":"+u.Shadow)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// Whatever was found together: with all of them gone, each mention still has a
// keyword.
func TestNoMentionLosesAllItsKeywords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets := map[string]int{}
		for range rapid.IntRange(1, 12).Draw(t, "sets") {
			words := rapid.SliceOfNDistinct(rapid.SampledFrom(strings.Fields("a b c d e f")), 1, 4, rapid.ID).Draw(t, "set")
			slices.Sort(words)
			sets[strings.Join(words, " ")] = rapid.IntRange(1, 40).Draw(t, "times")
		}
		all, uses := usesOf(sets)
		all.shadowed(uses)
		goes := map[string]bool{}
		for _, u := range uses {
			goes[u.Word] = u.Shadow != ""
		}
		for set := range sets {
			if !slices.ContainsFunc(strings.Fields(set), func(w string) bool { return !goes[w] }) {
				t.Fatalf("nothing of %q stays: %v", set, goes)
			}
		}
	})
}

func TestTooManySetsSayNothing(t *testing.T) {
	all := together{}
	for i := range maxTogether + 10 {
		all.note([]string{fmt.Sprint(i), "x"})
	}
	u := &directdial.KeywordUse{Word: "x", Fired: 1 << 20}
	if all.shadowed([]*directdial.KeywordUse{u}); u.Shadow != "" || len(all) > maxTogether+1 {
		t.Errorf("%d sets, shadow %q", len(all), u.Shadow)
	}
}
