package route

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// One post that is shown in several places is one dial: what says the same joins
// the dial of the first and makes it weigh more. What groups posts are keyed
// hashes of what they say; it never drops one.
const (
	// groupText is how many letters and digits a text must have before the same
	// words are taken for the same post; "thank you" is said by many.
	groupText = 40
	// groupWindow is how long after the last of a group another one joins it.
	groupWindow = 72 * time.Hour
	// maxPlatforms bounds the platforms that a group remembers; two are enough to
	// tell that it spans several.
	maxPlatforms = 2
)

// grouping is a key under which posts say the same.
type grouping struct {
	key directdial.Key
	// link: they show a link and no word of their own, so that it does not matter
	// who shows it. Otherwise the same words in the same place by somebody else
	// are a post of theirs.
	link bool
}

// group is what the index keeps of a grouping: the dial of its first post.
type group struct {
	Dial      string    `json:"dial"`
	At        time.Time `json:"at"` // of the last post
	Platforms []string  `json:"platforms"`
}

// groupings are the keys of what a mention says.
func groupings(keys *directdial.Keyer, m *directdial.Mention) (g []grouping) {
	words, link := ownWords(m.Text)
	if link != "" && len(words) == 0 {
		return []grouping{{keys.Group("link", link), true}}
	}
	if text := strings.Join(words, " "); letters(text) >= groupText {
		return []grouping{{keys.Group("text", text), false}}
	}
	return nil
}

// ownWords are the words of a text in lower case, without links, and without
// names, tags and the marks of a share where a link is all else that there is;
// and its first link.
func ownWords(text string) (words []string, link string) {
	said := 0
	for _, word := range strings.Fields(text) {
		if strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://") {
			if link == "" {
				link = directdial.NormalURL(word)
			}
			continue
		}
		plain := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, word)
		if plain == "" {
			continue
		}
		words = append(words, plain)
		if !strings.HasPrefix(word, "@") && !strings.HasPrefix(word, "#") && plain != "rt" && plain != "via" {
			said++
		}
	}
	if link != "" && said == 0 {
		words = nil
	}
	return words, link
}

func letters(text string) (n int) {
	for _, r := range text {
		if r != ' ' {
			n++
		}
	}
	return n
}

// groupKeys are the groupings as they stand in an event.
func (s *subject) groupKeys() (keys []directdial.Key) {
	for _, g := range s.groupings {
		keys = append(keys, g.key)
	}
	return keys
}

// shownBefore finds the dial of a post that says the same.
func shownBefore(r index.Reader, s subject, at time.Time) (directdial.Dial, bool) {
	for _, g := range s.groupings {
		known, ok := get[group](r, bGroups, string(g.key))
		if !ok || at.Sub(known.At) > groupWindow {
			continue
		}
		d, ok := get[directdial.Dial](r, bDials, known.Dial)
		if !ok || d.State == directdial.Withdrawn {
			continue
		}
		elsewhere := len(known.Platforms) > 1 || !slices.Contains(known.Platforms, s.mention.Platform)
		if g.link || elsewhere || (s.author != "" && slices.Contains(d.Authors, s.author)) {
			return d, true
		}
	}
	return directdial.Dial{}, false
}

// group notes that a dial is the one of what a mention says, unless another one
// is.
func (f *folder) group(e *directdial.Event, platform, dial string) {
	at := f.step.At
	for _, key := range e.Groups {
		g, known := get[group](f.tx, bGroups, string(key))
		if known {
			f.tx.Delete(bGrouped, timerKey(g.At, 0, key))
		}
		first, ok := get[directdial.Dial](f.tx, bDials, g.Dial)
		if !ok || first.State == directdial.Withdrawn || at.Sub(g.At) > groupWindow {
			g = group{Dial: dial}
		}
		if g.Dial == dial && len(g.Platforms) < maxPlatforms && !slices.Contains(g.Platforms, platform) {
			g.Platforms = append(g.Platforms, platform)
		}
		if g.Dial == dial {
			g.At = at
		}
		put(f.tx, bGroups, string(key), g)
		f.tx.Put(bGrouped, timerKey(g.At, 0, key), nil)
	}
	if len(e.Groups) > 0 {
		f.ungroup(at.Add(-groupWindow))
	}
}

// ungroup forgets groups whose last post was before a time, a few each time that
// one is noted: more go than come.
func (f *folder) ungroup(before time.Time) {
	const few = 4
	var old []string
	f.tx.Scan(bGrouped, "", func(k string, _ []byte) bool {
		if at, _ := parseTimer(k); !at.Before(before) {
			return false
		}
		old = append(old, k)
		return len(old) < few
	})
	for _, k := range old {
		_, key := parseTimer(k)
		f.tx.Delete(bGrouped, k)
		f.tx.Delete(bGroups, string(key))
	}
}
