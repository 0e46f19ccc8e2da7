package classify

import (
	"bufio"
	"bytes"
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

// ReadSamples reads labelled data. The end of name says which form it has:
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
func ReadSamples(name string, r io.Reader) ([]Sample, error) {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".csv":
		return readTable(name, r, ',')
	case ".tsv":
		return readTable(name, r, '\t')
	case ".jsonl", ".ndjson", ".json":
		return readLines(name, r)
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
type columns struct{ text, label, lang, brand, route int }

func (p *problems) columns(header []string) columns {
	at := func(want string) int {
		return slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), want) })
	}
	c := columns{text: at("text"), label: at("label"), lang: at("lang"), brand: at("brand"), route: at("route")}
	if c.text < 0 {
		p.add(1, "the column \"text\" is missing; there are: %s", strings.Join(header, ", "))
	}
	if c.label < 0 {
		p.add(1, "the column \"label\" is missing; there are: %s", strings.Join(header, ", "))
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
	gold, err := parseLabel(record[c.label])
	return Sample{Text: record[c.text], Lang: field(c.lang), Brand: field(c.brand), Route: field(c.route), Gold: gold}, err
}

func readTable(name string, r io.Reader, comma rune) ([]Sample, error) {
	p := problems{name: name}
	in := csv.NewReader(skipBOM(r))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes = comma, -1, comma == '\t'
	header, err := in.Read()
	if err != nil {
		p.add(1, "the line that names the columns is missing: text, label")
		return nil, p.err()
	}
	columns := p.columns(header)
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
func parseLabel(label string) (map[directdial.Tag]bool, error) {
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

func readLines(name string, r io.Reader) ([]Sample, error) {
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
		s, err := parseRow(in.Bytes())
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

func parseRow(data []byte) (Sample, error) {
	var row struct {
		Text  *string            `json:"text"`
		Lang  string             `json:"lang"`
		Brand string             `json:"brand"`
		Route *string            `json:"route"`
		Label *string            `json:"label"`
		Gold  map[string]float64 `json:"gold"`
	}
	if err := json.Unmarshal(data, &row); err != nil {
		return Sample{}, err
	}
	if row.Text == nil {
		return Sample{}, errors.New("the field \"text\" is missing")
	}
	s := Sample{Text: *row.Text, Lang: row.Lang, Brand: row.Brand, Gold: map[directdial.Tag]bool{}}
	if row.Route != nil {
		s.Route = *row.Route
	}
	switch {
	case row.Label != nil:
		gold, err := parseLabel(*row.Label)
		s.Gold = gold
		return s, err
	case row.Gold == nil:
		return Sample{}, errors.New("the field \"label\" or \"gold\" is missing")
	}
	for name, v := range row.Gold {
		if !directdial.Tag(name).Valid() {
			return Sample{}, fmt.Errorf("unknown tag %q in \"gold\", want complaint, question or ambassador", name)
		}
		s.Gold[directdial.Tag(name)] = v > 0
	}
	return s, nil
}

// skipBOM drops the byte order mark that spreadsheets write.
func skipBOM(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if head, err := b.Peek(3); err == nil && string(head) == "\xef\xbb\xbf" {
		_, _ = b.Discard(3)
	}
	return b
}
