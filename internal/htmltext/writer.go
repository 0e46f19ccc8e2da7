package htmltext

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// writer collapses white space and parts blocks as it writes. Newlines, spaces
// and bullets are owed until a visible character follows, so that none stands
// at the beginning, at the end, or twice.
type writer struct {
	out    []byte
	owed   gap
	pre    int // depth of <pre>
	link   link
	hidden struct { // the element that is not read, and its depth in itself
		element atom.Atom
		depth   int
	}
}

// gap is the white space between two characters.
type gap struct {
	newlines int // at most 2
	spaces   int // more than one only in <pre>
	bullet   bool
}

// link is the <a> that is open. Links do not nest in HTML.
type link struct {
	open      bool
	shortened bool // a part of it is hidden
	href      string
	start     int // where the text stood before it
	owed      gap
}

// text writes character data.
func (w *writer) text(s string) {
	for _, r := range s { // an invalid byte becomes U+FFFD
		switch r {
		case '\n':
			if w.pre > 0 {
				w.owed.newlines, w.owed.spaces = min(w.owed.newlines+1, 2), 0
				continue
			}
			w.space(1)
		case ' ', '\f', '\r':
			w.space(1)
		case '\t':
			w.space(4)
		default:
			w.pay()
			w.out = utf8.AppendRune(w.out, r)
		}
	}
}

func (w *writer) space(n int) {
	if w.pre > 0 {
		w.owed.spaces += n
	} else {
		w.owed.spaces = max(w.owed.spaces, 1)
	}
}

func (w *writer) newlines(n int) { w.owed.newlines = max(w.owed.newlines, n) }

// pay writes what is owed.
func (w *writer) pay() {
	o := w.owed
	w.owed = gap{}
	if len(w.out) > 0 {
		w.out = append(w.out, "\n\n"[:o.newlines]...)
		if o.newlines == 0 || w.pre > 0 {
			w.out = append(w.out, bytes.Repeat([]byte{' '}, o.spaces)...)
		}
	}
	if o.bullet {
		w.out = append(w.out, "- "...)
	}
}

func (w *writer) openLink(href string) {
	w.closeLink()
	w.link = link{open: true, href: href, start: len(w.out), owed: w.owed}
}

// closeLink ends the open link. One that was shortened for display is replaced
// by its address.
func (w *writer) closeLink() {
	l := w.link
	w.link = link{}
	if !l.shortened || !strings.HasPrefix(l.href, "https://") && !strings.HasPrefix(l.href, "http://") {
		return
	}
	w.out, w.owed = w.out[:l.start], l.owed
	w.text(l.href)
}

// hide leaves out what follows until the end of the element.
func (w *writer) hide(element atom.Atom) { w.hidden.element, w.hidden.depth = element, 1 }

// hides reports whether a tag is part of what is left out.
func (w *writer) hides(element atom.Atom, nesting int) bool {
	if w.hidden.depth == 0 {
		return false
	}
	if element == w.hidden.element {
		w.hidden.depth += nesting
	}
	return true
}
