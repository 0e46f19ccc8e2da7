package bluesky

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kinds of facets that say more than the text.
const (
	linkFacet    = "app.bsky.richtext.facet#link"
	mentionFacet = "app.bsky.richtext.facet#mention"
)

// expand writes the links of a text out. Programs shorten what they show of a
// link ("acme.example/help/bi..."), or let another text stand for it; the
// address is in a facet. Facets that overlap an earlier one, run past the text
// or cut a character are ignored, as the platform demands. Mentions and
// hashtags stand in the text as they are.
func expand(text string, facets []facet) string {
	facets = slices.Clone(facets)
	slices.SortStableFunc(facets, func(a, b facet) int { return cmp.Compare(a.Index.Start, b.Index.Start) })
	var b strings.Builder
	done := 0
	for _, f := range facets {
		start, end := f.Index.Start, f.Index.End
		if start < done || start >= end || end > len(text) || !boundary(text, start) || !boundary(text, end) {
			continue
		}
		b.WriteString(text[done:start])
		b.WriteString(linked(text[start:end], f.link()))
		done = end
	}
	b.WriteString(text[done:])
	return b.String()
}

func boundary(text string, i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }

// link returns the address of a facet that is a link.
func (f *facet) link() string {
	for _, feature := range f.Features {
		if feature.Type == linkFacet && (strings.HasPrefix(feature.URI, "https://") || strings.HasPrefix(feature.URI, "http://")) {
			return strings.ToValidUTF8(feature.URI, "\uFFFD")
		}
	}
	return ""
}

// mentions reports whether a facet names an account.
func (f *facet) mentions(did string) bool {
	for _, feature := range f.Features {
		if feature.Type == mentionFacet && feature.DID == did {
			return true
		}
	}
	return false
}

// linked is what stands in the text for a link that is shown in other words.
func linked(shown, address string) string {
	if address == "" || shown == address {
		return shown
	}
	start := strings.TrimSuffix(strings.TrimSuffix(shown, "..."), "…")
	if start != "" && strings.HasPrefix(bare(address), bare(start)) {
		return address
	}
	return shown + " (" + address + ")"
}

// bare is an address without what programs leave out when they show it.
func bare(address string) string {
	address = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(address), "https://"), "http://")
	return strings.TrimPrefix(address, "www.")
}
