package sheet_test

import (
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/directdial/directdial/internal/sheet"
)

func written(t *testing.T, text string, order unicode.Endianness, mark unicode.BOMPolicy) string {
	t.Helper()
	out, err := unicode.UTF16(order, mark).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTablesOfSpreadsheetsAreReadWithTheirLines(t *testing.T) {
	const semicolons = "text;label\r\n\"so; Größe 😀\nagain\";none\r\n"
	tabs := strings.ReplaceAll("text\tlabel\r\n\"so; Größe 😀\nagain\"\tnone\r\n", "\r", "")
	for name, test := range map[string]struct {
		data  string
		comma rune
		line  int
	}{
		"semicolons":              {semicolons, 0, 2},
		"tabs":                    {tabs, 0, 2},
		"tabs that are asked for": {tabs, '\t', 2},
		"a mark":                  {"\ufeff" + semicolons, 0, 2},
		"UTF-16, small end first": {written(t, tabs, unicode.LittleEndian, unicode.UseBOM), 0, 2},
		"UTF-16, big end first":   {written(t, tabs, unicode.BigEndian, unicode.UseBOM), '\t', 2},
		"sep=;":                   {"sep=;\r\n" + semicolons, 0, 3},
		"a mark and SEP=;":        {"\ufeffSEP=;\n" + semicolons, ',', 3},
		"sep= in quotes":          {"\"sep=;\"\r\n" + semicolons, 0, 3},
		"sep= as a row":           {"sep=;;;\r\n" + semicolons, 0, 3},
		"sep=, against a tab":     {"sep=,\ntext,label\n\"so; Größe 😀\nagain\",none\n", '\t', 3},
		"sep= and a tab":          {"sep=\t\n" + tabs, 0, 3},
		"UTF-16 and sep=;":        {written(t, "sep=;\r\n"+semicolons, unicode.LittleEndian, unicode.UseBOM), 0, 3},
	} {
		in := sheet.NewReader(strings.NewReader(test.data), test.comma)
		header, err := in.Read()
		row, errRow := in.Read()
		line, _ := in.FieldPos(0)
		_, end := in.Read()
		want := []string{"so; Größe 😀\nagain", "none"}
		if err != nil || errRow != nil || end != io.EOF || header[0] != "text" || header[1] != "label" || !reflect.DeepEqual(row, want) || line != test.line {
			t.Errorf("%s: %q, %v, then line %d %q, %v, then %v", name, header, err, line, row, errRow, end)
		}
	}
}

func TestAHeaderThatOnlyLooksLikeASeparatorStays(t *testing.T) {
	for _, header := range []string{"sep=", "sep=ab", "sep=;text", "sep", `sep="`, ""} {
		in := sheet.NewReader(strings.NewReader(header+"\nrow\n"), 0)
		in.FieldsPerRecord, in.LazyQuotes = -1, true
		if got, err := in.Read(); header != "" && (err != nil || strings.Join(got, ";") != header) {
			t.Errorf("%q: %q, %v", header, got, err)
		}
	}
}

func TestWhatIsNoTextIsRefusedWithItsLine(t *testing.T) {
	latin, err := charmap.Windows1252.NewEncoder().String("text,label\nfine,none\nGröße,none\nfine,none\n")
	if err != nil {
		t.Fatal(err)
	}
	in := sheet.NewReader(strings.NewReader(latin), 0)
	for line := 1; line <= 4; line++ {
		_, err := in.Read()
		var bad *csv.ParseError
		if line == 3 && (!errors.As(err, &bad) || bad.Line != 3 || !errors.Is(err, sheet.ErrEncoding)) || line != 3 && err != nil {
			t.Errorf("line %d: %v", line, err)
		}
	}
	in = sheet.NewReader(strings.NewReader(written(t, "text,label\n", unicode.LittleEndian, unicode.IgnoreBOM)), 0)
	if _, err := in.Read(); !errors.Is(err, sheet.ErrEncoding) {
		t.Errorf("UTF-16 without a mark: %v", err)
	}
}

func FuzzNewReader(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "sep=;\na;b\n", "\"sep=,\"\n", "\xff\xfea\x00", "\xfe\xff\x00a", "\ufeff", "sep=\"\n", "sep=\xff\n", "sep=\r\n", "sep=\ufffd\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		in := sheet.NewReader(strings.NewReader(data), 0)
		for range len(data) + 2 {
			record, err := in.Read()
			if err == io.EOF {
				return
			}
			var bad *csv.ParseError
			if err != nil && !errors.As(err, &bad) {
				t.Fatalf("%v", err)
			}
			for _, field := range record {
				if err == nil && !sheet.Valid(field) {
					t.Errorf("%q is no text", field)
				}
			}
		}
		t.Error("it does not end")
	})
}
