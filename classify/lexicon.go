package classify

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/directdial/directdial"
)

// Lexicon is the entries of one language with what each says about each tag.
// It is read from a file of tab-separated values:
//
//	# language: en
//	# source: where entries and weights come from
//	# licence: Apache-2.0
//	# negators: not never no
//	# threshold: complaint 430
//	entry	complaint	question	ambassador	from
//	charged twice	2400			hand
//	feature:question-mark		2900		learned
//	not:recommend	1800		-900	hand
//
// An entry is a word or phrase (see parsePattern), "feature:" and the name of
// a feature, or "not:" and an entry that stands in the scope of a negation.
// Weights are thousandths of the logarithm of the odds; empty is 0.
type Lexicon struct {
	Name     string   // of the file
	Language string   // BCP 47 base
	Sources  []string // where entries and weights come from
	Licence  string
	// Negators turn what follows them within three words, up to a comma, the
	// end of the sentence or a word of Contrast.
	Negators []string
	Contrast []string // "but"
	// Openers may stand before the words that open a sentence: "hi", "so".
	Openers []string
	// Thresholds is the score that a tag must reach, in thousandths, for the
	// tags where it is not DefaultThreshold.
	Thresholds map[directdial.Tag]int
	Entries    []Entry
}

// Entry is one line of a lexicon.
type Entry struct {
	Word    string  // as it stands in the file
	Weights Weights // what it adds to each tag
	From    string  // where it comes from, "" if the line does not say
	Line    int     // in the file; 0 if it was not read from one
}

// Weights holds a number for each tag, in the order of directdial.Tags, in
// thousandths of the logarithm of the odds.
type Weights [3]int

// maxWeight bounds a weight: beyond it the odds are 22,000 to one.
const maxWeight = 10_000

const (
	featurePrefix = "feature:"
	notPrefix     = "not:"
)

//go:embed lexicons/*.tsv
var shippedFiles embed.FS

// Shipped returns the lexicons that come with the program. They must not be
// changed.
func Shipped() []*Lexicon { return slices.Clone(shipped()) }

var shipped = sync.OnceValue(func() []*Lexicon {
	var all []*Lexicon
	for _, language := range []string{"en", "sv"} {
		name := language + ".tsv"
		data, err := shippedFiles.ReadFile("lexicons/" + name)
		if err == nil {
			var l *Lexicon
			if l, err = ParseLexicon(name, data); err == nil {
				all = append(all, l)
			}
		}
		if err != nil {
			panic("classify: a shipped lexicon is broken: " + err.Error())
		}
	}
	return all
})

// ParseLexicons reads lexicons. Those that can be read are returned also if
// others cannot.
func ParseLexicons(files []directdial.File) (lexicons []*Lexicon, err error) {
	var errs []error
	for _, f := range files {
		l, err := ParseLexicon(f.Name, []byte(f.Text))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		lexicons = append(lexicons, l)
	}
	return lexicons, errors.Join(errs...)
}

// Merged makes one lexicon of those of one language, the later of which
// override the earlier: what a Classifier makes of them. It has the name and
// the licence of the first; nil if there is none of that language.
func Merged(language string, lexicons []*Lexicon) *Lexicon {
	var out *Lexicon
	at := map[string]int{}
	for _, l := range lexicons {
		if l.Language != language {
			continue
		}
		if out == nil {
			out = &Lexicon{Name: l.Name, Language: language, Licence: l.Licence, Thresholds: map[directdial.Tag]int{}}
		}
		out.Sources = addMissing(out.Sources, l.Sources)
		out.Negators = addMissing(out.Negators, l.Negators)
		out.Contrast = addMissing(out.Contrast, l.Contrast)
		out.Openers = addMissing(out.Openers, l.Openers)
		maps.Copy(out.Thresholds, l.Thresholds)
		for _, e := range l.Entries {
			key, err := entryKey(e.Word)
			if i, known := at[key]; err == nil && known {
				out.Entries[i] = e
				continue
			}
			at[key] = len(out.Entries)
			out.Entries = append(out.Entries, e)
		}
	}
	return out
}

// Beside is what a lexicon says otherwise than a base: a lexicon that makes of
// the base, if it comes after it, what l is. fresh counts the lines that the base
// does not have.
func (l *Lexicon) Beside(base *Lexicon) (out *Lexicon, fresh int) {
	out = &Lexicon{Name: l.Name, Language: l.Language, Sources: l.Sources, Licence: l.Licence, Thresholds: map[directdial.Tag]int{}}
	for tag, n := range l.Thresholds {
		if base.Thresholds[tag] != n {
			out.Thresholds[tag] = n
		}
	}
	was := map[string]Weights{}
	for _, e := range base.Entries {
		was[e.Word] = e.Weights
	}
	for _, e := range l.Entries {
		before, known := was[e.Word]
		if !known {
			fresh++
		}
		if !known || before != e.Weights {
			out.Entries = append(out.Entries, e)
		}
	}
	return out, fresh
}

// addMissing appends what is not there yet.
func addMissing(to, more []string) []string {
	for _, s := range more {
		if !slices.Contains(to, s) {
			to = append(to, s)
		}
	}
	return to
}

// WriteTo writes the lexicon in the format that ParseLexicon reads.
func (l *Lexicon) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# language: %s\n", l.Language)
	for _, s := range l.Sources {
		fmt.Fprintf(&b, "# source: %s\n", s)
	}
	if l.Licence != "" {
		fmt.Fprintf(&b, "# licence: %s\n", l.Licence)
	}
	for _, words := range []struct {
		name string
		list []string
	}{{"negators", l.Negators}, {"contrast", l.Contrast}, {"openers", l.Openers}} {
		if len(words.list) > 0 {
			fmt.Fprintf(&b, "# %s: %s\n", words.name, strings.Join(words.list, " "))
		}
	}
	for _, tag := range tags {
		if n, ok := l.Thresholds[tag]; ok {
			fmt.Fprintf(&b, "# threshold: %s %d\n", tag, n)
		}
	}
	b.WriteString("entry\tcomplaint\tquestion\tambassador\tfrom\n")
	for _, e := range l.Entries {
		b.WriteString(e.Word)
		for _, weight := range e.Weights {
			b.WriteByte('\t')
			if weight != 0 {
				b.WriteString(strconv.Itoa(weight))
			}
		}
		b.WriteString("\t" + e.From + "\n")
	}
	return b.WriteTo(w)
}

// tagIndex returns the place of t in directdial.Tags, -1 for an unknown one.
func tagIndex(t directdial.Tag) int { return slices.Index(tags, t) }

var tags = directdial.Tags()
