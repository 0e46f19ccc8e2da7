package classify

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/directdial/directdial"
)

// ParseLexicon reads a lexicon. name stands in the errors, which are returned
// at once, joined, each with name and line, of kind Invalid; beyond twenty they
// are only counted.
func ParseLexicon(name string, data []byte) (*Lexicon, error) {
	p := lexiconParser{lexicon: &Lexicon{Name: name}, seen: map[string]Entry{}, errs: lineErrors{file: name}}
	for i, line := range bytes.Split(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), []byte("\n")) {
		p.line = i + 1
		if err := p.parse(strings.TrimSuffix(string(line), "\r")); err != nil {
			p.errs.add(p.line, err)
		}
	}
	if p.columns == nil {
		p.errs.add(p.line, errors.New("the line that names the columns is missing: entry, then tags"))
	}
	if p.lexicon.Language == "" {
		p.errs.add(1, errors.New("the line \"# language: en\" is missing"))
	}
	if err := p.errs.err(); err != nil {
		return nil, err
	}
	return p.lexicon, nil
}

type lexiconParser struct {
	lexicon *Lexicon
	line    int
	columns []string
	seen    map[string]Entry // by normal form
	errs    lineErrors
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
		return addWords(&l.Negators, name, value)
	case "contrast":
		return addWords(&l.Contrast, name, value)
	case "openers":
		return addWords(&l.Openers, name, value)
	case "threshold":
		return l.threshold(value)
	}
	return nil
}

// addWords adds the words of a role, each of which is one.
func addWords(to *[]string, role, value string) error {
	for w := range strings.FieldsSeq(value) {
		if p, err := parsePattern(w); err != nil || len(p.words) != 1 {
			return fmt.Errorf("%s are single words, %q is not", role, w)
		}
		*to = append(*to, w)
	}
	return nil
}

func (l *Lexicon) threshold(value string) error {
	name, number, _ := strings.Cut(value, " ")
	tag := directdial.Tag(name)
	n, err := strconv.Atoi(number)
	if !tag.Valid() || err != nil || n < 1 || n > 1000 {
		return fmt.Errorf("threshold %q is not a tag and a number from 1 to 1000, such as \"complaint 430\"", value)
	}
	if l.Thresholds == nil {
		l.Thresholds = map[directdial.Tag]int{}
	}
	l.Thresholds[tag] = n
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

// Key returns the normal form of an entry, by which two spellings are one; an
// error of kind Invalid says why it cannot be an entry.
func Key(entry string) (string, error) {
	key, err := entryKey(entry)
	if err != nil {
		return "", directdial.Errorf(directdial.Invalid, "entry %q: %w", entry, err)
	}
	return key, nil
}
