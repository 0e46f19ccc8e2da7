package classify

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
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
	Entries []Entry
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
	for _, language := range []string{"en"} {
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

// ParseLexicon reads a lexicon. name stands in the errors, which are all
// returned at once, joined, each with name and line, of kind Invalid.
func ParseLexicon(name string, data []byte) (*Lexicon, error) {
	p := lexiconParser{lexicon: &Lexicon{Name: name}, seen: map[string]Entry{}}
	for i, line := range bytes.Split(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), []byte("\n")) {
		p.line = i + 1
		if err := p.parse(strings.TrimSuffix(string(line), "\r")); err != nil {
			p.errs = append(p.errs, fmt.Errorf("%s:%d: %w", name, p.line, err))
		}
	}
	if p.columns == nil {
		p.errs = append(p.errs, fmt.Errorf("%s:%d: the line that names the columns is missing: entry, then tags", name, p.line))
	}
	if p.lexicon.Language == "" {
		p.errs = append(p.errs, fmt.Errorf("%s:1: the line \"# language: en\" is missing", name))
	}
	if len(p.errs) > 0 {
		return nil, &directdial.Error{Kind: directdial.Invalid, Err: errors.Join(p.errs...)}
	}
	return p.lexicon, nil
}

type lexiconParser struct {
	lexicon *Lexicon
	line    int
	columns []string
	seen    map[string]Entry // by normal form
	errs    []error
}

func (p *lexiconParser) parse(line string) error {
	switch {
	case strings.TrimSpace(line) == "":
		return nil
	case line == "#" || strings.HasPrefix(line, "# "):
		return p.header(strings.TrimSpace(line[1:]))
	case p.columns == nil:
		return p.names(strings.Split(line, "\t"))
	}
	return p.entry(strings.Split(line, "\t"))
}

// header reads a comment. Those that begin with a known name and a colon say
// something about the lexicon.
func (p *lexiconParser) header(comment string) error {
	name, value, _ := strings.Cut(comment, ":")
	value = strings.TrimSpace(value)
	l := p.lexicon
	switch name {
	case "language":
		if value != baseLanguage(value) || value == "" {
			return fmt.Errorf("language %q is not a two or three letter code such as \"en\"", value)
		}
		l.Language = value
	case "source":
		l.Sources = append(l.Sources, value)
	case "licence":
		l.Licence = value
	case "negators":
		l.Negators = append(l.Negators, strings.Fields(value)...)
	case "contrast":
		l.Contrast = append(l.Contrast, strings.Fields(value)...)
	case "openers":
		l.Openers = append(l.Openers, strings.Fields(value)...)
	}
	return nil
}

func (p *lexiconParser) names(columns []string) error {
	p.columns = columns
	if columns[0] != "entry" {
		return fmt.Errorf("the first column is %q, want \"entry\"", columns[0])
	}
	for i, c := range columns[1:] {
		if c != "from" && !directdial.Tag(c).Valid() {
			return fmt.Errorf("unknown tag %q, want complaint, question, ambassador, or from", c)
		}
		if slices.Contains(columns[1:i+1], c) {
			return fmt.Errorf("the column %q stands there twice", c)
		}
	}
	return nil
}

func (p *lexiconParser) entry(fields []string) error {
	if len(fields) > len(p.columns) {
		return fmt.Errorf("%d fields, the columns are only %d", len(fields), len(p.columns))
	}
	e := Entry{Word: strings.TrimSpace(fields[0]), Line: p.line}
	for i, f := range fields[1:] {
		column := p.columns[i+1]
		if column == "from" {
			e.From = f
			continue
		}
		if f == "" {
			continue
		}
		w, err := strconv.Atoi(f)
		if err != nil || w < -maxWeight || w > maxWeight {
			return fmt.Errorf("weight %q of %q for %s is not a whole number from %d to %d", f, e.Word, column, -maxWeight, maxWeight)
		}
		if t := tagIndex(directdial.Tag(column)); t >= 0 {
			e.Weights[t] = w
		}
	}
	key, err := entryKey(e.Word)
	if err != nil {
		return fmt.Errorf("entry %q: %w", e.Word, err)
	}
	if old, ok := p.seen[key]; ok {
		if old.Weights != e.Weights {
			return fmt.Errorf("entry %q stands in line %d with another weight", e.Word, old.Line)
		}
		return nil
	}
	p.seen[key] = e
	p.lexicon.Entries = append(p.lexicon.Entries, e)
	return nil
}

// entryKey returns the normal form of an entry: equal for entries that are one.
func entryKey(entry string) (string, error) {
	if name, ok := strings.CutPrefix(entry, featurePrefix); ok {
		if featureIndex(name) < 0 {
			return "", fmt.Errorf("there is no feature %q; there are: %s", name, strings.Join(featureNames[:], ", "))
		}
		return entry, nil
	}
	word, not := strings.CutPrefix(entry, notPrefix)
	p, err := parsePattern(word)
	if err != nil {
		return "", err
	}
	for _, w := range p.words {
		if w.kind == handle {
			return "", errors.New("a handle says who is spoken to, not what is said; it has no weight")
		}
	}
	if not {
		return notPrefix + p.String(), nil
	}
	return p.String(), nil
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

// Key returns the normal form of an entry, by which two spellings are one; an
// error of kind Invalid says why it cannot be an entry.
func Key(entry string) (string, error) {
	key, err := entryKey(entry)
	if err != nil {
		return "", directdial.Errorf(directdial.Invalid, "entry %q: %w", entry, err)
	}
	return key, nil
}
