package classify

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/sheet"
)

// columns are the places of the columns of a table that are used; -1 for those
// that it does not have.
type columns struct {
	text, label, lang, brand, route int
	as                              Columns
	tags                            map[directdial.Tag]int
	where                           map[int]string
	need                            int // fields that a record must have
	named                           int // fields that the header has
}

func (p *problems) columns(header []string, as Columns) columns {
	c := columns{as: as, tags: map[directdial.Tag]int{}, where: map[int]string{}, named: len(header)}
	at := func(want string) int {
		named := func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), want) }
		i := slices.IndexFunc(header, named)
		if i >= 0 && slices.ContainsFunc(header[i+1:], named) {
			p.add(1, "the column %q stands there twice", want)
		}
		return i
	}
	needed := func(name string) int {
		i := at(name)
		if i < 0 {
			p.add(1, "the column %q is missing; there are: %s", name, list(header))
		}
		c.need = max(c.need, i+1)
		return i
	}
	c.lang, c.brand, c.route = at(as.Lang), at(as.Brand), at(as.Route)
	c.text = needed(as.Text)
	switch {
	case as.Unlabelled:
		c.route = needed(as.Route)
	case len(as.Tags) == 0:
		c.label = needed(as.Label)
	}
	for _, tag := range tags {
		if name, ok := as.Tags[tag]; ok {
			c.tags[tag] = needed(name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(as.Where)) {
		c.where[needed(name)] = as.Where[name]
	}
	return c
}

// sample turns one record into a sample; counts is false if the record is not
// among those that were asked for.
func (c columns) sample(record []string) (s Sample, counts bool, err error) {
	if len(record) < c.need {
		return s, true, fmt.Errorf("%d fields, the columns that are used need %d", len(record), c.need)
	}
	if more := record[min(c.named, len(record)):]; strings.TrimSpace(strings.Join(more, "")) != "" {
		return s, true, fmt.Errorf("%d fields, the first line names %d; a text that holds what separates them stands in quotes", len(record), c.named)
	}
	for at, want := range c.where {
		if record[at] != want {
			return s, false, nil
		}
	}
	field := func(at int) string {
		if at < 0 || at >= len(record) {
			return ""
		}
		return record[at]
	}
	if err := checkText(record[c.text]); err != nil {
		return s, true, err
	}
	s = Sample{Text: record[c.text], Lang: field(c.lang), Brand: field(c.brand), Route: field(c.route)}
	if c.as.Unlabelled {
		s.Route = c.as.route(s.Route)
		return s, true, nil
	}
	if len(c.tags) == 0 {
		s.Gold, err = c.as.parseLabel(record[c.label])
		return s, true, err
	}
	s.Gold = map[directdial.Tag]bool{}
	for _, tag := range tags {
		at, ok := c.tags[tag]
		if !ok {
			continue
		}
		yes, known, err := parseYes(record[at])
		if err != nil {
			return s, true, fmt.Errorf("%s: %w", tag, err)
		}
		if known {
			s.Gold[tag] = yes
		}
	}
	return s, true, nil
}

// readTable reads a table whose fields are separated by comma, or as its first line
// says if that is 0.
func readTable(name string, r io.Reader, comma rune, as Columns) ([]Sample, error) {
	p := problemsOf(name)
	in := sheet.NewReader(r, comma)
	in.FieldsPerRecord, in.LazyQuotes = -1, in.Comma == '\t'
	header, err := in.Read()
	switch {
	case err == io.EOF:
		p.add(1, "the line that names the columns is missing: %s, %s", as.Text, as.Label)
		return nil, p.err()
	case err != nil:
		return nil, p.broken(err)
	}
	columns := p.columns(header, as)
	if err := p.err(); err != nil {
		return nil, err
	}
	var samples []Sample
	for {
		record, err := in.Read()
		switch {
		case err == io.EOF:
			return samples, p.err()
		case err != nil:
			return nil, p.broken(err)
		}
		s, counts, err := columns.sample(record)
		s.File = name
		s.Line, _ = in.FieldPos(0)
		if comma == '\t' && err == nil && slices.ContainsFunc(record, func(f string) bool { return strings.Contains(f, "\n") }) {
			err = errors.New("a field that begins with a quotation mark goes on to the next line; without that mark, or as .csv, it is read")
		}
		if err != nil {
			p.add(s.Line, "%w", err)
			continue
		}
		if counts {
			samples = append(samples, s)
		}
	}
}

// broken is what is wrong with a file behind an error after which its lines cannot
// be told apart.
func (p *problems) broken(err error) error {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		p.add(bad.Line, "%w", bad.Err)
		return p.err()
	}
	return fmt.Errorf("%s: %w", p.file, err)
}
