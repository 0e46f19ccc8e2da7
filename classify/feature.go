package classify

import "slices"

// A feature is what a text has besides its words. In a lexicon it is a line
// like any other: "feature:" and its name.
type feature uint8

const (
	bias          feature = iota // every text has it
	questionMark                 // a question mark
	questionMarks                // two or more
	exclamation                  // an exclamation mark
	exclamations                 // two or more
	ellipsis                     // "..."
	capitals                     // a word of four letters or more in capitals
	shouting                     // three of them
	stretched                    // "soooo"
	hasLink                      // a URL
	hasHandle                    // a handle
	reply                        // begins with a handle
	repost                       // begins with "RT @"
	hasHashtag                   // a hashtag
	hashtags                     // three or more
	number                       // a word that begins with a digit
	short                        // at most four words
	long                         // at least twenty-five
	negation                     // a word of the lexicon's negators
	hasContrast                  // a word of the lexicon's contrast: "but"
	hasSymbol                    // an emoji or emoticon
	hasBrand                     // names a brand of ours
	competitor                   // names a competitor
	featureCount
)

var featureNames = [featureCount]string{
	"bias", "question-mark", "question-marks", "exclamation", "exclamations", "ellipsis", "capitals", "shouting",
	"stretched", "link", "handle", "reply", "repost", "hashtag", "hashtags", "number", "short", "long",
	"negation", "contrast", "symbol", "brand", "competitor",
}

func featureIndex(name string) int { return slices.Index(featureNames[:], name) }

const (
	shortWords = 4
	longWords  = 25
)

// features is what a text has: where each feature is seen first, in the normal
// form. An empty range is of the whole text.
type features struct {
	has  uint32 // bits
	span [featureCount]struct{ from, to int32 }
}

func (f *features) set(i feature, from, to int32) {
	if f.has>>i&1 == 0 {
		f.has |= 1 << i
		f.span[i].from, f.span[i].to = from, to
	}
}

// scan finds the features that marks and tokens show.
func (f *features) scan(r *reading) {
	f.has = 0
	f.set(bias, 0, 0)
	f.scanMarks(&r.marks)
	words, caps, tags := 0, 0, 0
	for i := range r.tokens[:r.main] {
		t := &r.tokens[i]
		switch t.kind {
		case word:
			words++
			if r.capital(t) {
				if caps++; caps == 1 {
					f.set(capitals, t.from, t.to)
				} else if caps == 3 {
					f.set(shouting, t.from, t.to)
				}
			}
			if class[r.buf[t.from]] == isDigit {
				f.set(number, t.from, t.to)
			}
		case hashtag:
			if tags++; tags == 1 {
				f.set(hasHashtag, t.from, t.to)
			} else if tags == 3 {
				f.set(hashtags, t.from, t.to)
			}
		case handle:
			f.set(hasHandle, t.from, t.to)
			if i == 0 {
				f.set(reply, t.from, t.to)
			} else if i == 1 && string(r.buf[r.tokens[0].from:r.tokens[0].to]) == "rt" {
				f.set(repost, r.tokens[0].from, t.to)
			}
		case link:
			f.set(hasLink, t.from, t.to)
		case symbol:
			f.set(hasSymbol, t.from, t.to)
		}
	}
	if words <= shortWords {
		f.set(short, 0, 0)
	} else if words >= longWords {
		f.set(long, 0, 0)
	}
}

func (f *features) scanMarks(m *marks) {
	if m.questions > 0 {
		f.set(questionMark, m.question, m.question+1)
	}
	if m.questions > 1 {
		f.set(questionMarks, m.question, m.question+1)
	}
	if m.exclamations > 0 {
		f.set(exclamation, m.exclamation, m.exclamation+1)
	}
	if m.exclamations > 1 {
		f.set(exclamations, m.exclamation, m.exclamation+1)
	}
	if m.ellipses > 0 {
		f.set(ellipsis, m.ellipsis, m.ellipsis+1)
	}
}

// capital reports whether t is a word of four letters or more, all ASCII
// capitals in the original.
func (r *reading) capital(t *token) bool {
	if t.to-t.from < 4 || r.original(int(t.from)+1)-'A' >= 26 {
		return false
	}
	for i := t.from; i < t.to; i++ {
		if r.original(int(i))-'A' >= 26 {
			return false
		}
	}
	return true
}
