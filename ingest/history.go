package ingest

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/sheet"
)

// maxHistoryLine bounds one line of a file of history.
const maxHistoryLine = 1 << 20

// historyColumns are the columns of CSV and TSV that are read, by the field
// they fill. text is needed, and id or url.
var historyColumns = map[string]func(*directdial.Mention, string) error{
	"id":       func(m *directdial.Mention, s string) error { m.ID = s; return nil },
	"platform": func(m *directdial.Mention, s string) error { m.Platform = s; return nil },
	"url":      func(m *directdial.Mention, s string) error { m.URL = s; return nil },
	"text":     func(m *directdial.Mention, s string) error { m.Text = s; return nil },
	"lang":     func(m *directdial.Mention, s string) error { m.Lang = s; return nil },
	"created_at": func(m *directdial.Mention, s string) (err error) {
		if s != "" {
			m.CreatedAt, err = time.Parse(time.RFC3339, s)
		}
		return err
	},
	"in_reply_to":   func(m *directdial.Mention, s string) error { m.InReplyTo = s; return nil },
	"thread":        func(m *directdial.Mention, s string) error { m.Thread = s; return nil },
	"author_id":     func(m *directdial.Mention, s string) error { m.Author.ID = s; return nil },
	"author_handle": func(m *directdial.Mention, s string) error { m.Author.Handle = s; return nil },
	"author_name":   func(m *directdial.Mention, s string) error { m.Author.Name = s; return nil },
}

// ReadHistory reads mentions of before from CSV or TSV, as spreadsheets write them,
// whose first line names the columns, or from JSON lines as POST /v1/mentions takes
// them; the end of name says which. It calls each with the mention of every line, or
// with what is wrong with the line (kind Invalid), until each returns an error. It
// returns an error if the file as a whole cannot be read.
func ReadHistory(name string, r io.Reader, each func(line int, m *directdial.Mention, err error) error) error {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".csv", ".txt":
		return readTable(r, 0, each)
	case ".tsv":
		return readTable(r, '\t', each)
	case ".jsonl", ".ndjson":
		return readLines(r, each)
	default:
		return directdial.Errorf(directdial.Invalid, "%q is no known form of history; there are .csv, .tsv and .jsonl, and .txt as spreadsheets write it", ext)
	}
}

func readLines(r io.Reader, each func(int, *directdial.Mention, error) error) error {
	lines := bufio.NewScanner(sheet.Text(r))
	lines.Buffer(nil, maxHistoryLine)
	n := 0
	for lines.Scan() {
		n++
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		m := &directdial.Mention{}
		err := json.Unmarshal(lines.Bytes(), m)
		if err != nil {
			m, err = nil, directdial.Errorf(directdial.Invalid, "is no mention: %w", err)
		}
		if err := each(n, m, err); err != nil {
			return err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return directdial.Errorf(directdial.Invalid, "line %d: is longer than %d bytes; what stands behind it was not read", n+1, maxHistoryLine)
	case err != nil:
		return directdial.Errorf(directdial.Invalid, "line %d: %w", n+1, err)
	}
	return nil
}

func readTable(r io.Reader, comma rune, each func(int, *directdial.Mention, error) error) error {
	table := sheet.NewReader(r, comma)
	table.FieldsPerRecord, table.ReuseRecord = -1, true
	header, err := table.Read()
	if err != nil {
		return directdial.Errorf(directdial.Invalid, "line 1: the names of the columns are missing: %w", err)
	}
	columns := make([]string, len(header))
	has := map[string]bool{}
	for i, name := range header {
		columns[i] = strings.ToLower(strings.TrimSpace(name))
		has[columns[i]] = true
	}
	if !has["text"] || (!has["id"] && !has["url"]) {
		return directdial.Errorf(directdial.Invalid, "line 1: the columns text, and id or url, are needed; there are %s", strings.Join(columns, ", "))
	}
	for {
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var parse *csv.ParseError
		switch {
		case errors.As(err, &parse):
			err = each(parse.Line, nil, directdial.Errorf(directdial.Invalid, "%w", parse.Err))
		case err != nil:
			return err
		default:
			line, _ := table.FieldPos(0)
			m, bad := historyRow(columns, row)
			err = each(line, m, bad)
		}
		if err != nil {
			return err
		}
	}
}

func historyRow(columns, row []string) (*directdial.Mention, error) {
	m := &directdial.Mention{}
	if len(row) != len(columns) {
		return nil, directdial.Errorf(directdial.Invalid, "has %d columns, the first line has %d", len(row), len(columns))
	}
	for i, value := range row {
		set := historyColumns[columns[i]]
		if set == nil {
			continue
		}
		if err := set(m, value); err != nil {
			return nil, &directdial.Error{
				Kind: directdial.Invalid, Field: columns[i], Msg: fmt.Sprintf("%q is no time like 2026-11-21T10:00:00Z", value),
			}
		}
	}
	return m, nil
}
