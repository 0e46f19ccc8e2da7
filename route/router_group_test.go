package route

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

const long = "complaint #billing Acme charged me twice for the same order and nobody answers"

// One post that is shown in several places is one dial, and what only looks
// alike is not.
func TestWhatSaysTheSameJoinsTheDialOfTheFirst(t *testing.T) {
	u, v := directdial.Author{Handle: "u"}, directdial.Author{Handle: "v"}
	for name, c := range map[string]struct {
		first, second directdial.Mention
		after         time.Duration
		want          int // dials
	}{
		"a repost": {directdial.Mention{Text: "complaint #billing", Author: u}, directdial.Mention{Text: "complaint #billing", RepostOf: "1", Author: v}, 0, 1},
		"a quote":  {directdial.Mention{Text: "complaint #billing", Author: u}, directdial.Mention{Text: "complaint", RepostOf: "1", Author: v}, 200 * time.Hour, 1},
		"a cross-post": {
			directdial.Mention{Text: long, Author: u},
			directdial.Mention{Platform: "bluesky", Text: long + "! https://a.example/x?utm_source=y", Author: v},
			time.Hour, 1,
		},
		"the same again by the same author": {directdial.Mention{Text: long, Author: u}, directdial.Mention{Text: long, Author: u}, time.Hour, 1},
		"the same words by somebody else":   {directdial.Mention{Text: long, Author: u}, directdial.Mention{Text: long, Author: v}, time.Hour, 2},
		"a cross-post after a week": {
			directdial.Mention{Text: long, Author: u}, directdial.Mention{Platform: "bluesky", Text: long, Author: v}, 7 * 24 * time.Hour, 2,
		},
		"short words that many say": {
			directdial.Mention{Text: "complaint #billing", Author: u}, directdial.Mention{Platform: "bluesky", Text: "complaint #billing", Author: v}, 0, 2,
		},
		"a link and no word of their own": {
			directdial.Mention{Text: "https://a.example/complaint #billing", Author: u},
			directdial.Mention{Text: "via @u https://a.example/complaint/#top #billing", Author: v},
			time.Hour, 1,
		},
		"a link with other words": {
			directdial.Mention{Text: "https://a.example/complaint #billing", Author: u},
			directdial.Mention{Text: "complaint https://a.example/complaint #billing", Author: v},
			time.Hour, 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, office(), func(t *testing.T, x *exchange) {
				c.first.ID, c.second.ID = "1", "2"
				first := x.hear(c.first)
				x.later(c.after)
				second := x.hear(c.second)
				l, err := x.router.Ledger(t.Context())
				if err != nil || l.Dials != c.want || l.Dialled != 2 {
					t.Errorf("%d dials, want %d; %+v, %v", l.Dials, c.want, l, err)
				}
				if c.want == 1 && !slices.Contains(x.dialOf(first).Mentions, second) {
					t.Errorf("the dial lists %v", x.dialOf(first).Mentions)
				}
				if r, err := x.router.Receipt(t.Context(), second); err != nil || !r.Equal {
					t.Errorf("the receipt of the second: %+v, %v", r, err)
				}
			})
		})
	}
}

func TestARepostThatComesBeforeThePostIsTheSameDial(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		for i, m := range []directdial.Mention{
			{ID: "2", RepostOf: "1"}, {ID: "3", RepostOf: "1"}, {ID: "1"},
		} {
			m.Text, m.Author = "complaint #billing", directdial.Author{Handle: fmt.Sprint("u", i)}
			x.hear(m)
		}
		if l, err := x.router.Ledger(t.Context()); err != nil || l.Dials != 1 || l.Dialled != 3 {
			t.Errorf("%+v, %v", l, err)
		}
	})
}

func TestWhoShowsTheirPostAgainDoesNotOpenAnAnsweredDial(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		u := directdial.Author{Handle: "u"}
		first := x.hear(directdial.Mention{ID: "1", Text: long, Author: u})
		x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: x.dialOf(first).ID, By: "ana"})
		x.hear(directdial.Mention{ID: "2", Text: long, Author: u})
		x.hear(directdial.Mention{ID: "3", Text: long, RepostOf: "1", Author: u})
		if d := x.dialOf(first); d.State != directdial.Answered || d.Joined != 2 {
			t.Errorf("%+v", d)
		}
	})
}

func TestACopyOfWhatIsGoneIsDialledAnew(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		first := x.hear(directdial.Mention{ID: "1", Text: long, Author: directdial.Author{Handle: "u"}})
		x.do(directdial.Action{Kind: directdial.ActDeletion, Source: "crm", Mention: first})
		for i := range 2 {
			x.hear(directdial.Mention{ID: fmt.Sprint("copy", i), Platform: []string{"bluesky", "x"}[i], Text: long, Author: directdial.Author{Handle: "v"}})
		}
		if l, err := x.router.Ledger(t.Context()); err != nil || l.Dials != 2 || l.Open != 1 || l.Withdrawn != 1 {
			t.Errorf("%+v, %v", l, err)
		}
	})
}

func TestGroupsAreForgottenAfterTheirTime(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		for i := range 6 {
			x.hear(directdial.Mention{ID: fmt.Sprint(i), Text: fmt.Sprint(long, " ", i)})
		}
		x.later(groupWindow + time.Hour)
		x.hear(directdial.Mention{ID: "a", Text: long + " a"})
		x.hear(directdial.Mention{ID: "b", Text: long + " b"})
		if all := dump(t, x.db); len(all[bGroups]) != 2 || len(all[bGrouped]) != 2 {
			t.Errorf("%d groups, %d times", len(all[bGroups]), len(all[bGrouped]))
		}
	})
}

// However a text is written, marks and links around it do not change what it
// says, and a letter does.
func TestAGroupingIsOfTheWords(t *testing.T) {
	keys, err := directdial.NewKeyer(make([]byte, directdial.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zà-ý0-9]{4,9}`), 12, 20).Draw(t, "words")
		plain, dressed := "", ""
		for _, w := range words {
			plain += w + " "
			dressed += rapid.SampledFrom([]string{"", "“", "#", "https://a.example/" + w + " "}).Draw(t, "before") + w +
				rapid.SampledFrom([]string{" ", "!\n", ", ", "… 🙃 "}).Draw(t, "after")
		}
		of := func(text string) []grouping { return groupings(keys, &directdial.Mention{Text: text}) }
		if a, b := of(plain), of(dressed); len(a) != 1 || !slices.Equal(a, b) {
			t.Errorf("%q and %q are %v and %v", plain, dressed, a, b)
		}
		if a, b := of(plain), of(plain+"x"); slices.Equal(a, b) {
			t.Errorf("%q is taken for what has a letter more", plain)
		}
	})
}
