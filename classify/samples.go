package classify

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/directdial/directdial"
)

// Sample is a labelled text.
type Sample struct {
	Text  string
	Lang  string // hint, "" for none
	Brand string // which brand it is about, "" if the data does not say
	Route string // which topic it belongs to, "" if the data does not say
	// Gold says for each tag whether the text has it. A tag that is missing
	// cannot be told from the data.
	Gold map[directdial.Tag]bool
	Line int // in the file
}

// Columns says how labelled data names what it holds. An empty name is the
// usual one.
type Columns struct {
	Text, Label, Lang, Brand, Route string
	// Labels says what the labels of the data mean: tags joined by "|", or
	// "none". Labels that it does not name mean themselves.
	Labels map[string]string
}

func (c Columns) named() Columns {
	c.Text, c.Label = cmp.Or(c.Text, "text"), cmp.Or(c.Label, "label")
	c.Lang, c.Brand, c.Route = cmp.Or(c.Lang, "lang"), cmp.Or(c.Brand, "brand"), cmp.Or(c.Route, "route")
	return c
}

// ReadSamples is ReadColumns with the usual names.
func ReadSamples(name string, r io.Reader) ([]Sample, error) { return ReadColumns(name, r, Columns{}) }

// ReadColumns reads labelled data. The end of name says which form it has:
//
//   - .csv and .tsv: the first line names the columns, of which "text" and
//     "label" are needed and "lang", "brand" and "route" are used. A label is
//     tags separated by "|" or ";", or "none".
//   - .jsonl and .ndjson: one object a line with "text" and either "label" as
//     above or "gold", an object of tags with 0 or 1 that names only the tags
//     that were judged.
//
// All errors are returned at once, joined, each with name and line, of kind
// Invalid.
func ReadColumns(name string, r io.Reader, as Columns) ([]Sample, error) {
	as = as.named()
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".csv":
		return readTable(name, r, ',', as)
	case ".tsv":
		return readTable(name, r, '\t', as)
	case ".jsonl", ".ndjson", ".json":
		return readLines(name, r, as)
	default:
		return nil, directdial.Errorf(directdial.Invalid, "%s: %q is no known form of data; there are .csv, .tsv and .jsonl", name, ext)
	}
}

// maxDataErrors bounds the errors of one file: a wrong column is one mistake.
const maxDataErrors = 20

// problems collects what is wrong with a file.
type problems struct {
	name string
	errs []error
}

func (p *problems) add(line int, format string, args ...any) {
	if len(p.errs) < maxDataErrors {
		p.errs = append(p.errs, fmt.Errorf("%s:%d: %w", p.name, line, fmt.Errorf(format, args...)))
	}
}

func (p *problems) err() error {
	if len(p.errs) == 0 {
		return nil
	}
	return &directdial.Error{Kind: directdial.Invalid, Err: errors.Join(p.errs...)}
}

// columns are the places of the columns of a table that are used; -1 for those
// that it does not have.
type columns struct {
	text, label, lang, brand, route int
	labels                          map[string]string
}

func (p *problems) columns(header []string, as Columns) columns {
	at := func(want string) int {
		return slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), want) })
	}
	c := columns{text: at(as.Text), label: at(as.Label), lang: at(as.Lang), brand: at(as.Brand), route: at(as.Route), labels: as.Labels}
	if c.text < 0 {
		p.add(1, "the column %q is missing; there are: %s", as.Text, strings.Join(header, ", "))
	}
	if c.label < 0 {
		p.add(1, "the column %q is missing; there are: %s", as.Label, strings.Join(header, ", "))
	}
	return c
}

// sample turns one record into a sample.
func (c columns) sample(record []string) (Sample, error) {
	if need := max(c.text, c.label) + 1; len(record) < need {
		return Sample{}, fmt.Errorf("%d fields, \"text\" and \"label\" need %d", len(record), need)
	}
	field := func(at int) string {
		if at < 0 || at >= len(record) {
			return ""
		}
		return record[at]
	}
	gold, err := parseLabel(record[c.label], c.labels)
	return Sample{Text: record[c.text], Lang: field(c.lang), Brand: field(c.brand), Route: field(c.route), Gold: gold}, err
}

func readTable(name string, r io.Reader, comma rune, as Columns) ([]Sample, error) {
	p := problems{name: name}
	in := csv.NewReader(skipBOM(r))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes = comma, -1, comma == '\t'
	header, err := in.Read()
	if err != nil {
		p.add(1, "the line that names the columns is missing: text, label")
		return nil, p.err()
	}
	columns := p.columns(header, as)
	if err := p.err(); err != nil {
		return nil, err
	}
	var samples []Sample
	for {
		record, err := in.Read()
		var bad *csv.ParseError
		switch {
		case err == io.EOF:
			return samples, p.err()
		case errors.As(err, &bad):
			p.add(bad.Line, "%w", bad.Err)
			return nil, p.err()
		case err != nil:
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		s, err := columns.sample(record)
		s.Line, _ = in.FieldPos(0)
		if err != nil {
			p.add(s.Line, "%w", err)
			continue
		}
		samples = append(samples, s)
	}
}

// parseLabel reads tags separated by "|" or ";". What is not named is not so.
func parseLabel(label string, meaning map[string]string) (map[directdial.Tag]bool, error) {
	if means, ok := meaning[strings.TrimSpace(label)]; ok {
		label = means
	}
	gold := map[directdial.Tag]bool{directdial.Complaint: false, directdial.Question: false, directdial.Ambassador: false}
	for _, name := range strings.FieldsFunc(label, func(r rune) bool { return r == '|' || r == ';' }) {
		name = strings.ToLower(strings.TrimSpace(name))
		switch tag := directdial.Tag(name); {
		case name == "", name == "none":
		case tag.Valid():
			gold[tag] = true
		default:
			return nil, fmt.Errorf("unknown label %q, want complaint, question, ambassador, several joined by \"|\", or none", name)
		}
	}
	return gold, nil
}

func readLines(name string, r io.Reader, as Columns) ([]Sample, error) {
	p := problems{name: name}
	in := bufio.NewScanner(skipBOM(r))
	in.Buffer(nil, 8<<20)
	var samples []Sample
	line := 0
	for in.Scan() {
		line++
		if len(bytes.TrimSpace(in.Bytes())) == 0 {
			continue
		}
		s, err := parseRow(in.Bytes(), as)
		if err != nil {
			p.add(line, "%w", err)
			continue
		}
		s.Line = line
		samples = append(samples, s)
	}
	if err := in.Err(); err != nil {
		p.add(line+1, "%w", err)
	}
	return samples, p.err()
}

func parseRow(data []byte, as Columns) (Sample, error) {
	var row map[string]json.RawMessage
	if err := json.Unmarshal(data, &row); err != nil {
		return Sample{}, err
	}
	var err error
	field := func(name string) string {
		var value string
		if raw := row[name]; raw != nil && string(raw) != "null" {
			if e := json.Unmarshal(raw, &value); e != nil && err == nil {
				err = fmt.Errorf("the field %q: %w", name, e)
			}
		}
		return value
	}
	s := Sample{Text: field(as.Text), Lang: field(as.Lang), Brand: field(as.Brand), Route: field(as.Route)}
	switch label := field(as.Label); {
	case err != nil:
		return Sample{}, err
	case row[as.Text] == nil:
		return Sample{}, fmt.Errorf("the field %q is missing", as.Text)
	case row[as.Label] != nil:
		s.Gold, err = parseLabel(label, as.Labels)
	case row["gold"] != nil:
		s.Gold, err = parseGold(row["gold"])
	default:
		err = fmt.Errorf("the field %q or \"gold\" is missing", as.Label)
	}
	return s, err
}

// parseGold reads an object of tags with 0 or 1.
func parseGold(data []byte) (map[directdial.Tag]bool, error) {
	var values map[directdial.Tag]float64
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, err
	}
	gold := map[directdial.Tag]bool{}
	for tag, v := range values {
		if !tag.Valid() {
			return nil, fmt.Errorf("unknown tag %q in \"gold\", want complaint, question or ambassador", string(tag))
		}
		gold[tag] = v > 0
	}
	return gold, nil
}

// skipBOM drops the byte order mark that spreadsheets write.
func skipBOM(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if head, err := b.Peek(3); err == nil && string(head) == "\xef\xbb\xbf" {
		_, _ = b.Discard(3)
	}
	return b
}
