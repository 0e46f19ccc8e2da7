package evaluation

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"
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
	foreign            bool // the last column is text from outside
}

func (d *document) heading(text string) { d.blocks = append(d.blocks, block{heading: text}) }

func (d *document) paragraph(format string, args ...any) {
	d.blocks = append(d.blocks, block{paragraph: fmt.Sprintf(format, args...)})
}

// grid starts a table; row adds to the last one. The first column is words, the
// others are figures.
func (d *document) grid(head ...string) { d.blocks = append(d.blocks, block{head: head}) }

// foreign says of the grid that was started last that its last column is text from
// outside.
func (d *document) foreign() { d.blocks[len(d.blocks)-1].foreign = true }

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
			writeRow(out, b.head, false)
			fmt.Fprint(out, "|---|", strings.Repeat("---:|", len(b.head)-1), "\n")
			for _, row := range b.rows {
				writeRow(out, row, b.foreign)
			}
		}
	}
	return out.Flush()
}

func writeRow(w io.Writer, cells []string, foreign bool) {
	fmt.Fprint(w, "|")
	for i, cell := range cells {
		escape := markdown.Replace
		if foreign && i == len(cells)-1 {
			escape = quoted
		}
		fmt.Fprintf(w, " %s |", escape(oneLine(cell)))
	}
	fmt.Fprintln(w)
}

// markdown keeps what stands in a cell from ending it, or from being markup:
// keywords hold stars.
var markdown = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;", "`", "\\`", "](", `\](`)

// pipes keeps a pipe in quoted text from ending the cell; there a backslash
// before it would count as its escape.
var pipes = strings.NewReplacer(`\|`, `\ \|`, "|", `\|`)

// quoted makes text from outside code: nothing else keeps an address in it from
// being a link, a name from calling somebody, and HTML from being HTML.
func quoted(text string) string {
	if text == "" {
		return ""
	}
	longest, run := 0, 0
	for _, r := range text {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + pipes.Replace(text) + fence
}

// oneLine makes one line of what may be a text from outside, without the
// characters that move a terminal's cursor or turn the direction of what stands
// beside them.
func oneLine(cell string) string {
	return strings.Join(strings.FieldsFunc(cell, func(r rune) bool {
		return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
	}), " ")
}
