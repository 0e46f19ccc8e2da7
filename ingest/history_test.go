package ingest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/directdial/directdial"
)

func TestHistoryIsReadLineByLine(t *testing.T) {
	tests := []struct {
		name, file, text string
		want             []string
		err              string
	}{
		{
			name: "csv", file: "h.csv",
			text: "ID,text,created_at,score\n1,\"two\nlines\",2025-01-02T03:04:05Z,9\n2,b,,\n",
			want: []string{`2 1 "two\nlines" 2025`, `4 2 "b" 1`},
		},
		{
			name: "a bad time spoils its line only", file: "h.tsv",
			text: "url\ttext\tcreated_at\nhttps://a.example/1\ta\tyesterday\nhttps://a.example/2\tb\t\n",
			want: []string{`2 created_at: "yesterday" is no time like 2026-11-21T10:00:00Z`, `3  "b" 1`},
		},
		{
			name: "a short line", file: "h.csv", text: "id,text\n1\n2,b\n",
			want: []string{"2 has 1 columns, the first line has 2", `3 2 "b" 1`},
		},
		{
			name: "json lines", file: "h.jsonl", text: `{"id":"1","text":"a"}` + "\n\n{\n" + `{"id":"2","text":"b"}`,
			want: []string{`1 1 "a" 1`, "3 is no mention: unexpected end of JSON input", `4 2 "b" 1`},
		},
		{
			name: "as spreadsheets write it", file: "h.csv", text: "\ufeffsep=;\r\nid;text\r\n1;b\r\n2;\xf6\r\n",
			want: []string{`3 1 "b" 1`, `4 is not in UTF-8; spreadsheets write that with "Save as", "CSV UTF-8"`},
		},
		{
			name: "in UTF-16", file: "h.jsonl", text: "\xff\xfe{\x00\"\x00i\x00d\x00\"\x00:\x00\"\x001\x00\"\x00}\x00",
			want: []string{`1 1 "" 1`},
		},
		{
			name: "a line that does not end", file: "h.jsonl", text: `{"id":"1","text":"a"}` + "\n" + strings.Repeat("a", maxHistoryLine+1),
			want: []string{`1 1 "a" 1`}, err: "line 2: is longer than 1048576 bytes; what stands behind it was not read",
		},
		{name: "no text", file: "h.csv", text: "id,body\n1,a\n", err: "line 1: the columns text, and id or url, are needed; there are id, body"},
		{name: "empty", file: "h.csv", text: "", err: "line 1: the names of the columns are missing: EOF"},
		{name: "another form", file: "h.xlsx", text: "", err: `".xlsx" is no known form of history; there are .csv, .tsv and .jsonl, and .txt as spreadsheets write it`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			err := ReadHistory(tt.file, strings.NewReader(tt.text), func(line int, m *directdial.Mention, err error) error {
				if err != nil {
					got = append(got, fmt.Sprintf("%d %v", line, err))
				} else {
					got = append(got, fmt.Sprintf("%d %s %q %d", line, m.ID, m.Text, m.CreatedAt.Year()))
				}
				return nil
			})
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %v\nwant %v", got, tt.want)
			}
			if (err == nil) != (tt.err == "") || (err != nil && err.Error() != tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}

func FuzzReadHistory(f *testing.F) {
	f.Add("h.csv", "id,text\n1,a\n\"")
	f.Add("h.jsonl", `{"id":"1","text":"a"}`)
	f.Fuzz(func(_ *testing.T, name, text string) {
		_ = ReadHistory(name, strings.NewReader(text), func(int, *directdial.Mention, error) error { return nil })
	})
}
