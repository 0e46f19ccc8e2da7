package evaluation

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// document is a report before it has a form: the table in a terminal and the
// Markdown say the same.
type document struct {
	blocks []block
}

// block is a heading, a paragraph or a grid.
type block struct {
	heading, paragraph string
	head               []string
	rows               [][]string
}

func (d *document) heading(text string) { d.blocks = append(d.blocks, block{heading: text}) }

func (d *document) paragraph(format string, args ...any) {
	d.blocks = append(d.blocks, block{paragraph: fmt.Sprintf(format, args...)})
}

// grid starts a table; row adds to the last one. The first column is words, the
// others are figures.
func (d *document) grid(head ...string) { d.blocks = append(d.blocks, block{head: head}) }

func (d *document) row(cells ...string) {
	last := &d.blocks[len(d.blocks)-1]
	last.rows = append(last.rows, cells)
}

// writeText writes for a terminal.
func (d *document) writeText(w io.Writer) error {
	out := bufio.NewWriter(w)
	for i, b := range d.blocks {
		if i > 0 {
			fmt.Fprintln(out)
		}
		switch {
		case b.heading != "":
			fmt.Fprintln(out, strings.ToUpper(b.heading))
		case b.paragraph != "":
			fmt.Fprintln(out, b.paragraph)
		default:
			t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
			for _, row := range append([][]string{b.head}, b.rows...) {
				for i, cell := range row {
					row[i] = oneLine(cell)
				}
				fmt.Fprintln(t, strings.Join(row, "\t"))
			}
			if err := t.Flush(); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// writeMarkdown writes for a document whose heading above has the level given.
func (d *document) writeMarkdown(w io.Writer, level int) error {
	out := bufio.NewWriter(w)
	for i, b := range d.blocks {
		if i > 0 {
			fmt.Fprintln(out)
		}
		switch {
		case b.heading != "":
			fmt.Fprintf(out, "%s %s\n", strings.Repeat("#", level+1), b.heading)
		case b.paragraph != "":
			fmt.Fprintln(out, b.paragraph)
		default:
			writeRow(out, b.head)
			fmt.Fprint(out, "|---|", strings.Repeat("---:|", len(b.head)-1), "\n")
			for _, row := range b.rows {
				writeRow(out, row)
			}
		}
	}
	return out.Flush()
}

func writeRow(w io.Writer, cells []string) {
	fmt.Fprint(w, "|")
	for _, cell := range cells {
		fmt.Fprintf(w, " %s |", markdown.Replace(oneLine(cell)))
	}
	fmt.Fprintln(w)
}

// markdown keeps what stands in a cell from ending it, or from being markup:
// keywords hold stars.
var markdown = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;", "`", "\\`")

// oneLine makes one line of what may be a text from outside, without the
// control characters that move a terminal's cursor.
func oneLine(cell string) string {
	return strings.Join(strings.FieldsFunc(cell, func(r rune) bool {
		return r < ' ' || r == 0x7f || 0x80 <= r && r < 0xa0 || r == '\u2028' || r == '\u2029'
	}), " ")
}
