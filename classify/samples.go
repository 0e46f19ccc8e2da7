package classify

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/directdial/directdial"
)

// Sample is a labelled text.
type Sample struct {
	Text  string
	Lang  string // hint, "" for none
	Brand string // which brand it is about, "" if the data does not say
	Route string // which topic it belongs to, "" if the data does not say
	// Gold says for each tag whether the text has it. A tag that is missing
	// cannot be told from the data; where all are, the text is not labelled.
	Gold map[directdial.Tag]bool
	File string // as it was named
	Line int    // in the file
}

// Columns says how labelled data names what it holds. An empty name is the
// usual one.
type Columns struct {
	Text, Label, Lang, Brand, Route string
	// Labels says what the labels of the data mean: tags joined by "|", or
	// "none". Labels that it does not name mean themselves. An empty one means
	// that the text is not labelled, unless it is named here. Where the data is
	// Unlabelled it says so of routes.
	Labels map[string]string
	// Judged are the tags that labels speak of, all if there are none: what is
	// labelled by sentiment says nothing about questions.
	Judged []directdial.Tag
	// Tags names a column for each tag that the data judges by yes or no, or 1
	// or 0; an empty field was not judged. If there are any, the column Label is
	// not looked at.
	Tags map[directdial.Tag]string
	// Unlabelled: labels are not looked at, and each row says its route.
	Unlabelled bool
	// Where says what must stand in which column for a row to count.
	Where map[string]string
}

func (c Columns) named() Columns {
	c.Text, c.Label = cmp.Or(c.Text, "text"), cmp.Or(c.Label, "label")
	c.Lang, c.Brand, c.Route = cmp.Or(c.Lang, "lang"), cmp.Or(c.Brand, "brand"), cmp.Or(c.Route, "route")
	return c
}

// route returns the topic that a route of unlabelled data means.
func (c *Columns) route(of string) string {
	if means, ok := c.Labels[strings.TrimSpace(of)]; ok {
		of = means
	}
	if of == "none" {
		return ""
	}
	return strings.TrimSpace(of)
}

// ReadSamples is ReadColumns with the usual names.
func ReadSamples(name string, r io.Reader) ([]Sample, error) { return ReadColumns(name, r, Columns{}) }

// ReadColumns reads labelled data. The end of name says which form it has:
//
//   - .csv and .txt (with commas, semicolons or tabs, as the first line shows or a line
//     "sep=;" before it says) and .tsv: the first line names the columns, of which
//     "text" and "label" (or those of Columns.Tags) are needed and "lang", "brand" and
//     "route" are used. A label is tags separated by "|" or ";", or "none".
//   - .jsonl and .ndjson: one object a line with "text" and either "label" as
//     above or "gold", an object of tags with 0 or 1 that names only the tags
//     that were judged.
//
// All are in UTF-8, or in UTF-16 with a byte order mark. All errors are returned at
// once, joined, each with name and line, of kind Invalid.
func ReadColumns(name string, r io.Reader, as Columns) ([]Sample, error) {
	as = as.named()
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".csv", ".txt":
		return readTable(name, r, 0, as)
	case ".tsv":
		return readTable(name, r, '\t', as)
	case ".jsonl", ".ndjson", ".json":
		return readLines(name, r, as)
	default:
		return nil, directdial.Errorf(directdial.Invalid, "%s: %q is no known form of data; there are .csv, .tsv and .jsonl, and .txt as spreadsheets write it", name, ext)
	}
}

// checkText refuses what no mention can be. In a table it is mostly the rest of the
// file behind a quotation mark.
func checkText(text string) error {
	if len(text) > directdial.MaxText {
		return fmt.Errorf("the text is longer than %d bytes, which no mention may be; is a quotation mark missing at its end?", directdial.MaxText)
	}
	return nil
}

// problems collects what is wrong with a file.
type problems struct{ lineErrors }

func problemsOf(name string) problems { return problems{lineErrors{file: name}} }

func (p *problems) add(line int, format string, args ...any) {
	p.lineErrors.add(line, fmt.Errorf(format, args...))
}

// parseLabel reads tags separated by "|" or ";". What is not named is not so; if
// nothing is named, not even none, nobody labelled the text.
func (c *Columns) parseLabel(label string) (map[directdial.Tag]bool, error) {
	if means, ok := c.Labels[strings.TrimSpace(label)]; ok {
		label = means
	}
	gold := map[directdial.Tag]bool{}
	for _, tag := range tags {
		if len(c.Judged) == 0 || slices.Contains(c.Judged, tag) {
			gold[tag] = false
		}
	}
	none := false
	for _, name := range strings.FieldsFunc(label, func(r rune) bool { return r == '|' || r == ';' }) {
		name = strings.ToLower(strings.TrimSpace(name))
		switch tag := directdial.Tag(name); {
		case name == "":
		case name == "none":
			none = true
		case tag.Valid():
			if _, judged := gold[tag]; !judged {
				return nil, fmt.Errorf("label %q is not among the tags that the labels speak of", name)
			}
			gold[tag] = true
		default:
			return nil, fmt.Errorf("unknown label %q, want complaint, question, ambassador, several joined by \"|\", or none", name)
		}
	}
	labelled := none
	for _, tag := range tags {
		if none && gold[tag] {
			return nil, fmt.Errorf("label %q says %q and \"none\" at once", label, tag)
		}
		labelled = labelled || gold[tag]
	}
	if !labelled {
		return nil, nil
	}
	return gold, nil
}

// list names columns or fields for people: at most 20, and what could move a
// terminal's cursor in quotes.
func list(names []string) string {
	const most = 20
	var out []string
	for _, name := range names[:min(most, len(names))] {
		if strings.IndexFunc(name, func(c rune) bool { return !unicode.IsPrint(c) }) >= 0 {
			name = strconv.Quote(name)
		}
		out = append(out, name)
	}
	if more := len(names) - most; more > 0 {
		out = append(out, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(out, ", ")
}

// parseYes reads whether a text has a tag; known is false for an empty field.
func parseYes(value string) (yes, known bool, err error) {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "":
		return false, false, nil
	case "1", "1.0", "yes", "y", "true", "t", "x":
		return true, true, nil
	case "0", "0.0", "no", "n", "false", "f":
		return false, true, nil
	}
	return false, false, fmt.Errorf("%q is neither yes nor no, 1 nor 0", value)
}
