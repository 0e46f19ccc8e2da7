package classify

import "slices"

// A feature is what a text has besides its words. In a lexicon it is a line
// like any other: "feature:" and its name.
type feature uint8

const (
	bias              feature = iota // every text has it
	questionMark                     // a question mark
	questionMarks                    // two or more
	exclamation                      // an exclamation mark
	exclamations                     // two or more
	ellipsis                         // "..."
	capitals                         // a word of four letters or more in capitals
	shouting                         // three of them
	stretched                        // "soooo"
	hasLink                          // a URL
	hasHandle                        // a handle
	reply                            // begins with a handle
	repost                           // begins with "RT @"
	hasHashtag                       // a hashtag
	hashtags                         // three or more
	number                           // a word that begins with a digit
	short                            // at most four words
	long                             // at least twenty-five
	negation                         // a word of the lexicon's negators
	hasContrast                      // a word of the lexicon's contrast: "but"
	hasSymbol                        // an emoji or emoticon
	hasBrand                         // names a brand of ours
	competitor                       // names a competitor
	words8                           // at least eight words
	words16                          // at least sixteen
	handles                          // two or more
	handleInside                     // a handle behind a word
	endsInPoint                      // the last character, links and the like behind it aside
	endsInQuestion                   // the same
	endsInExclamation                // the same
	endsOpen                         // the same: a word, no mark
	cut                              // the same: the character "…", which platforms cut with
	endsInLink                       // the very last
	endsInHashtag                    // the very last
	opensSmall                       // the first word begins with a small letter
	small                            // no word begins with a capital
	acronym                          // a word of two or three capitals
	names                            // two or more words with a capital inside sentences
	commas                           // two or more
	featureCount
)

var featureNames = [featureCount]string{
	"bias", "question-mark", "question-marks", "exclamation", "exclamations", "ellipsis", "capitals", "shouting",
	"stretched", "link", "handle", "reply", "repost", "hashtag", "hashtags", "number", "short", "long",
	"negation", "contrast", "symbol", "brand", "competitor",
	"words-8", "words-16", "handles", "handle-inside",
	"ends-in-point", "ends-in-question", "ends-in-exclamation", "ends-open", "cut", "ends-in-link", "ends-in-hashtag",
	"opens-small", "small", "acronym", "names", "commas",
}

func featureIndex(name string) int { return slices.Index(featureNames[:], name) }

const (
	shortWords = 4
	someWords  = 8
	moreWords  = 16
	longWords  = 25
)

// features is what a text has: where each feature is seen first, in the normal
// form. An empty range is of the whole text.
type features struct {
	has  uint64 // bits
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
	words := f.scanWords(r)
	f.scanNames(r)
	f.scanEnd(r)
	if words <= shortWords {
		f.set(short, 0, 0)
	}
	for _, least := range [...]struct {
		feature feature
		words   int
	}{{words8, someWords}, {words16, moreWords}, {long, longWords}} {
		if words >= least.words {
			f.set(least.feature, 0, 0)
		}
	}
}

// scanNames finds what handles, links, hashtags and symbols show.
func (f *features) scanNames(r *reading) {
	worded, handled, tagged := false, 0, 0
	for i := range r.tokens[:r.main] {
		t := &r.tokens[i]
		switch t.kind {
		case word:
			worded = true
		case hashtag:
			if tagged++; tagged == 1 {
				f.set(hasHashtag, t.from, t.to)
			} else if tagged == 3 {
				f.set(hashtags, t.from, t.to)
			}
		case handle:
			f.set(hasHandle, t.from, t.to)
			if handled++; handled == 2 {
				f.set(handles, t.from, t.to)
			}
			switch {
			case i == 0:
				f.set(reply, t.from, t.to)
			case i == 1 && string(r.buf[r.tokens[0].from:r.tokens[0].to]) == "rt":
				f.set(repost, r.tokens[0].from, t.to)
			case worded:
				f.set(handleInside, t.from, t.to)
			}
		case link:
			f.set(hasLink, t.from, t.to)
		case symbol:
			f.set(hasSymbol, t.from, t.to)
		}
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
	if m.commas > 1 {
		f.set(commas, m.comma, m.comma+1)
	}
}
