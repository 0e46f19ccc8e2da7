package classify

import (
	"slices"

	"github.com/directdial/directdial"
)

// Segment is a piece of a text with the keywords that cover all of it, none
// for plain text.
type Segment struct {
	Text     string
	Keywords []directdial.Keyword
}

// Highlight cuts text into segments at the ends of its keywords, for whoever
// shows them: a terminal, a page, a card. The segments joined are text. They
// hold no markup; escaping is up to the caller. Keywords without a range, and
// those that do not fit text, are left out.
func Highlight(text string, keywords []directdial.Keyword) []Segment {
	cuts := []int{0, len(text)}
	var fit []directdial.Keyword
	for _, k := range keywords {
		if 0 <= k.Start && k.Start < k.End && k.End <= len(text) {
			cuts = append(cuts, k.Start, k.End)
			fit = append(fit, k)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var segments []Segment
	for i := 1; i < len(cuts); i++ {
		s := Segment{Text: text[cuts[i-1]:cuts[i]]}
		for _, k := range fit {
			if k.Start <= cuts[i-1] && cuts[i] <= k.End {
				s.Keywords = append(s.Keywords, k)
			}
		}
		segments = append(segments, s)
	}
	return segments
}
