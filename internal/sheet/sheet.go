// Package sheet reads tables and lines of text as people's spreadsheets write
// them: in UTF-8 with or without a byte order mark, in UTF-16 with one, with
// commas, semicolons or tabs, which a first line "sep=;" may name.
package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// ErrEncoding is of text in an encoding that nothing in the file names. To guess
// one would change letters unseen.
var ErrEncoding = errors.New(`is not in UTF-8; spreadsheets write that with "Save as", "CSV UTF-8"`)

// Text returns what r reads as UTF-8 without a byte order mark. What has no mark
// passes as it is.
func Text(r io.Reader) io.Reader {
	text := bufio.NewReader(r)
	switch head, _ := text.Peek(3); {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return transform.NewReader(text, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case string(head) == "\xef\xbb\xbf":
		_, _ = text.Discard(len(head))
	}
	return text
}

// Valid reports whether s is text: UTF-8 without zero bytes.
func Valid(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// Reader reads the records of a table. Its fields may be set as those of
// csv.Reader before the first is read.
type Reader struct{ *csv.Reader }

// NewReader returns a reader of a table whose fields are separated as a first line
// "sep=;" says, else by comma; if that is 0, by what stands in the first line: a
// comma, else a semicolon, else a tab. The first line is the header of the table.
func NewReader(r io.Reader, comma rune) *Reader {
	text := bufio.NewReader(Text(r))
	head, _ := text.Peek(text.Size()) // an error comes again with the first record
	line, _, _ := bytes.Cut(head, []byte("\n"))
	if named := names.FindSubmatch(line); named != nil {
		comma, _ = utf8.DecodeRune(named[1])
		// The end of the line stays, so that all lines keep their numbers.
		_, _ = text.Discard(len(line))
	}
	if comma == 0 {
		comma = separator(line)
	}
	in := csv.NewReader(text)
	in.Comma = comma
	return &Reader{in}
}

// names is a line that names the separator, as it is or as a row of the table.
var names = regexp.MustCompile(`(?i)^"?sep=([^"\r\x{FFFD}])"?[,;]*\r?$`)

// separator tells by the header what stands between its fields: spreadsheets write
// a semicolon where numbers are written with a comma.
func separator(header []byte) rune {
	for _, comma := range []byte{',', ';', '\t'} {
		if bytes.IndexByte(header, comma) >= 0 {
			return rune(comma)
		}
	}
	return ','
}

// Read returns the next record as csv.Reader does. A record that is no text in
// UTF-8 is a *csv.ParseError of ErrEncoding; reading may go on behind it.
func (r *Reader) Read() ([]string, error) {
	record, err := r.Reader.Read()
	if err != nil {
		return record, err
	}
	for i := range record {
		if !Valid(record[i]) {
			line, column := r.FieldPos(i)
			return nil, &csv.ParseError{StartLine: line, Line: line, Column: column, Err: ErrEncoding}
		}
	}
	return record, nil
}
