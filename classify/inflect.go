package classify

import (
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
)

// stemmers cut the endings off the words of a language: "refunded" and
// "refunds" have one stem. A keyword does not say which language it is of, so
// it is stemmed in each, and a word of a text in the text's own.
var stemmers = [...]struct {
	language string
	stem     func(*snowballstem.Env) bool
}{
	{"en", english.Stem},
	{"de", german.Stem},
	{"sv", swedish.Stem},
	{"fr", french.Stem},
	{"es", spanish.Stem},
	{"it", italian.Stem},
	{"pt", portuguese.Stem},
	{"nl", dutch.Stem},
	{"da", danish.Stem},
	{"no", norwegian.Stem},
}

// stemming is a set of languages, a bit each in the order of stemmers.
type stemming uint16

const (
	everyStemming stemming = 1<<len(stemmers) - 1
	itself        stemming = 1 << 15 // what a word is a form of in any language: of itself
)

// stemmingOf returns the set of one language, none if it has no stemmer. What
// could not be told may be any.
func stemmingOf(language string) stemming {
	if language == "" {
		return everyStemming
	}
	for i := range stemmers {
		if stemmers[i].language == language {
			return 1 << i
		}
	}
	return 0
}

// stem is a stem of a word and the languages in which it is that.
type stem struct {
	stem string
	in   stemming
}

// stems appends the stems of w in each of the languages, each once.
func stems(to []stem, w string, in stemming) []stem {
	to = to[:0]
	env := snowballstem.NewEnv(w)
languages:
	for i := range stemmers {
		if in>>i&1 == 0 {
			continue
		}
		env.SetCurrent(w)
		stemmers[i].stem(env)
		s := env.Current()
		for j := range to {
			if to[j].stem == s {
				to[j].in |= 1 << i
				continue languages
			}
		}
		to = append(to, stem{s, 1 << i})
	}
	return to
}
