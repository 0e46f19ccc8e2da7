package desk

import (
	"bytes"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"
)

// Table aligns rows whose cells stand between tabs. What is too wide for the
// terminal is broken within its cells and, where not even that makes it fit,
// written as a block for each row. A file or a pipe gets whole lines. Lines
// without a tab are written as they are, and end a table.
type Table struct {
	w    io.Writer
	text bytes.Buffer
}

// NewTable makes a table that Flush writes to w.
func NewTable(w io.Writer) *Table { return &Table{w: w} }

// Write gathers text.
func (t *Table) Write(b []byte) (int, error) { return t.text.Write(b) }

// Flush writes what was gathered.
func (t *Table) Flush() error {
	var out strings.Builder
	var rows []string
	end := func() {
		for _, lines := range layOut(rows, width(t.w)) {
			for _, line := range lines {
				out.WriteString(line + "\n")
			}
		}
		rows = nil
	}
	for line := range strings.Lines(t.text.String()) {
		if line = strings.TrimSuffix(line, "\n"); strings.Contains(line, "\t") {
			rows = append(rows, line)
			continue
		}
		end()
		out.WriteString(line + "\n")
	}
	end()
	t.text.Reset()
	_, err := io.WriteString(t.w, out.String())
	return err
}

// width is how many columns a writer shows, 0 for as many as there are.
func width(w io.Writer) int {
	if s, ok := w.(interface{ Columns() int }); ok {
		return s.Columns()
	}
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			return columns
		}
	}
	return 0
}

// between stands between two columns.
const between = "  "

// layOut returns the lines of each row within so many columns; 0 is no bound.
func layOut(rows []string, columns int) (lines [][]string) {
	if len(rows) == 0 {
		return nil
	}
	var cells [][]string
	var widths, least []int
	for _, row := range rows {
		cut := strings.Split(strings.TrimRight(row, "\t"), "\t")
		cells = append(cells, cut)
		for i, cell := range cut {
			if i == len(widths) {
				widths, least = append(widths, 0), append(least, 0)
			}
			widths[i] = max(widths[i], ansi.StringWidth(cell))
			for word := range strings.FieldsSeq(cell) {
				least[i] = max(least[i], ansi.StringWidth(word))
			}
		}
	}
	room := columns - len(between)*(len(widths)-1)
	if columns > 0 && !shrink(widths, least, room) {
		if rows[0] == strings.ToUpper(rows[0]) {
			return stacked(cells, columns)
		}
		shrink(widths, make([]int, len(widths)), room) // no titles: words break anywhere
	}
	for _, cut := range cells {
		lines = append(lines, aligned(cut, widths))
	}
	return lines
}

// shrink makes the widest columns narrower, none below its longest word, until
// all fit; it reports whether they do.
func shrink(widths, least []int, room int) bool {
	for total(widths) > room {
		widest := -1
		for i := range widths {
			if widths[i] > least[i] && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return false
		}
		widths[widest]--
	}
	return true
}

func total(all []int) (n int) {
	for _, v := range all {
		n += v
	}
	return n
}

// aligned are the lines of one row.
func aligned(cells []string, widths []int) (lines []string) {
	broken := make([][]string, len(cells))
	height := 1
	for i, cell := range cells {
		broken[i] = strings.Split(ansi.Wrap(cell, max(widths[i], 1), ""), "\n")
		height = max(height, len(broken[i]))
	}
	for n := range height {
		var line strings.Builder
		for i := range cells {
			part := ""
			if n < len(broken[i]) {
				part = strings.TrimRight(broken[i][n], " ")
			}
			line.WriteString(part + strings.Repeat(" ", max(widths[i]-ansi.StringWidth(part), 0)) + between)
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return lines
}

// stacked writes a block for each row: its first cell, and below it the others
// with the words of the first row before them.
func stacked(cells [][]string, columns int) (lines [][]string) {
	lines = append(lines, nil) // the first row stands in all others
	for _, cut := range cells[1:] {
		block := []string{cut[0]}
		line := ""
		for i, cell := range cut[1:] {
			if cell == "" || cell == "-" || i+1 >= len(cells[0]) {
				continue
			}
			part := strings.ToLower(cells[0][i+1]) + " " + cell
			switch {
			case line == "":
				line = part
			case ansi.StringWidth(line+", "+part)+len(between) > columns:
				block = append(block, indented(line+",", columns)...)
				line = part
			default:
				line += ", " + part
			}
		}
		lines = append(lines, append(block, indented(line, columns)...))
	}
	return lines
}

// indented breaks a text into lines that stand a little to the right.
func indented(text string, columns int) []string {
	broken := strings.Split(ansi.Wordwrap(text, max(columns-len(between), 1), ""), "\n")
	for i := range broken {
		broken[i] = between + strings.TrimRight(broken[i], " ")
	}
	return slices.DeleteFunc(broken, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// folded breaks a sentence between words where a terminal would between letters.
func folded(w io.Writer, text string) string {
	if columns := width(w); columns > 0 {
		return ansi.Wordwrap(text, columns, "")
	}
	return text
}
