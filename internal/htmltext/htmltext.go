// Package htmltext turns HTML from outside into the plain text that a reader
// would have seen: for the classifier, and for cards, which escape it again.
//
// It reads tokens, not a tree. Time and memory are linear in the input however
// deep its elements are nested, and broken HTML (a raw "&", a "<3", a tag that
// is never closed) costs no text. What comes out is still text from outside: it
// is not safe to print without escaping.
package htmltext

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Text returns the text of an HTML fragment or document. Paragraphs are parted
// by an empty line, lines by a newline; other white space is collapsed, except
// in <pre>. Scripts, styles and whatever else is not read are left out, an
// image is its alternative text. The result is valid UTF-8.
//
// Two habits of fediverse servers are known. A link that is shown shortened
// (span.invisible inside <a>) becomes its address again, as the author wrote
// it. Hidden text outside a link and the fallback line of a quote
// (.quote-inline) were not written by the author and are left out.
func Text(src string) string {
	w := writer{}
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end: reading a string has no other error
			w.closeLink()
			return string(w.out)
		case html.TextToken:
			if w.hidden.depth == 0 {
				w.text(string(z.Text()))
			}
		case html.StartTagToken:
			w.start(z.Token())
		case html.SelfClosingTagToken:
			// HTML ignores the slash, except in foreign elements.
			t := z.Token()
			w.start(t)
			if t.DataAtom == atom.Svg || t.DataAtom == atom.Math {
				w.end(t.DataAtom)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			w.end(atom.Lookup(name))
		}
	}
}

// Line is Text on one line: for titles and names.
func Line(src string) string { return strings.Join(strings.Fields(Text(src)), " ") }

// Cut shortens a text to at most limit bytes and shows that it did. It cuts
// between words where it can.
func Cut(text string, limit int) string {
	const mark = " […]"
	if len(text) <= limit {
		return text
	}
	end := limit - len(mark)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	head := text[:end]
	if i := strings.LastIndexAny(head, " \n"); i > end*3/4 {
		head = head[:i]
	}
	return strings.TrimRight(head, " \n") + mark
}

// unread are the elements whose content nobody reads.
var unread = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Title: true,
	atom.Noscript: true, atom.Iframe: true, atom.Noembed: true, atom.Noframes: true,
	atom.Svg: true, atom.Math: true, atom.Object: true, atom.Select: true, atom.Textarea: true,
}

// void are the elements without an end tag that matter here.
var void = map[atom.Atom]bool{
	atom.Br: true, atom.Hr: true, atom.Img: true, atom.Input: true, atom.Wbr: true,
}

// blocks are the elements that stand on lines of their own, with how many
// newlines part them from what is around.
var blocks = map[atom.Atom]int{
	atom.P: 2, atom.Blockquote: 2, atom.Pre: 2, atom.Ul: 2, atom.Ol: 2, atom.Dl: 2, atom.Table: 2, atom.Hr: 2,
	atom.H1: 2, atom.H2: 2, atom.H3: 2, atom.H4: 2, atom.H5: 2, atom.H6: 2, atom.Figure: 2,
	atom.Div: 1, atom.Li: 1, atom.Tr: 1, atom.Dt: 1, atom.Dd: 1, atom.Figcaption: 1, atom.Caption: 1,
	atom.Section: 1, atom.Article: 1, atom.Header: 1, atom.Footer: 1, atom.Aside: 1, atom.Main: 1,
	atom.Nav: 1, atom.Address: 1, atom.Details: 1, atom.Summary: 1, atom.Form: 1, atom.Fieldset: 1,
}

func (w *writer) start(t html.Token) {
	if w.hides(t.DataAtom, +1) {
		return
	}
	if !void[t.DataAtom] && (hasClass(t, "invisible") || hasClass(t, "quote-inline")) {
		if !w.link.open {
			w.hide(t.DataAtom)
			return
		}
		w.link.shortened = true
	}
	if unread[t.DataAtom] {
		w.hide(t.DataAtom)
		return
	}
	w.newlines(blocks[t.DataAtom])
	switch t.DataAtom {
	case atom.A:
		w.openLink(attribute(t, "href"))
	case atom.Br:
		w.owed.newlines = min(w.owed.newlines+1, 2)
	case atom.Img:
		w.text(attribute(t, "alt"))
	case atom.Td, atom.Th:
		w.space(1)
	case atom.Li:
		w.owed.bullet = true
	case atom.Pre:
		w.pre++
		w.owed.spaces = 0 // between the elements, not of the text
	}
}

// end ends an element. An end tag without a beginning does no harm.
func (w *writer) end(element atom.Atom) {
	if w.hides(element, -1) {
		return
	}
	switch element {
	case atom.A:
		w.closeLink()
	case atom.Li:
		w.owed.bullet = false
	case atom.Pre:
		w.pre = max(w.pre-1, 0)
	}
	w.newlines(blocks[element])
}

func hasClass(t html.Token, class string) bool {
	for _, c := range strings.Fields(attribute(t, "class")) {
		if c == class {
			return true
		}
	}
	return false
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
