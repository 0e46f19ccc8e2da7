package htmltext

import (
	"bytes"
	"reflect"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
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

// markdownAlone is markdown without HTML.
var markdownAlone = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(without(parser.DefaultBlockParsers(), parser.NewHTMLBlockParser())...),
		parser.WithInlineParsers(without(parser.DefaultInlineParsers(), parser.NewRawHTMLParser())...),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)),
	goldmark.WithExtensions(extension.GFM),
	goldmark.WithRendererOptions(html.WithHardWraps()),
)

// without leaves a parser out of the usual ones.
func without(usual []util.PrioritizedValue, unwanted any) []util.PrioritizedValue {
	return slices.DeleteFunc(usual, func(v util.PrioritizedValue) bool {
		return reflect.TypeOf(v.Value) == reflect.TypeOf(unwanted)
	})
}

// MarkdownAlone is Markdown for platforms that have no HTML in it, as Reddit and
// Lemmy: there a tag is text, and is shown as it was typed.
func MarkdownAlone(src string) string {
	if marks(src) > maxMarks {
		return strings.TrimSpace(src)
	}
	var b bytes.Buffer
	if err := markdownAlone.Convert([]byte(strings.ToValidUTF8(src, "\uFFFD")), &b); err != nil {
		return strings.TrimSpace(src)
	}
	return Text(b.String())
}
