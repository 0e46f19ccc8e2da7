package htmltext

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

// markdown reads CommonMark with the extensions of GitHub. A newline is a line
// break, as in the comments of most platforms. HTML is kept for Text to read;
// nothing of it is ever shown.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.GFM),
	goldmark.WithRendererOptions(html.WithUnsafe(), html.WithHardWraps()),
)

// Markdown returns the text of a Markdown document as a reader would have seen
// it: no markup, no HTML, no comments, links by their text, images by their
// alternative text.
func Markdown(src string) string {
	if marks(src) > maxMarks {
		return Text(src)
	}
	var b bytes.Buffer
	if err := markdown.Convert([]byte(strings.ToValidUTF8(src, "\uFFFD")), &b); err != nil {
		return Text(src) // a bytes.Buffer does not fail; the text is worth more than its form
	}
	return Text(b.String())
}

// maxMarks bounds the characters that open emphasis or a quotation. The time
// that they take grows with their square: with all of 64 KiB to three seconds,
// with these to a tenth of one. Nobody writes so many by hand.
const maxMarks = 8 << 10

func marks(src string) (n int) {
	for i := range len(src) {
		switch src[i] {
		case '*', '_', '~', '>':
			n++
		}
	}
	return n
}
