package classify

import (
	"cmp"
	"slices"
)

// brands finds the brands that are named, and marks the tokens of their names.
// A keyword that overlaps an excluded phrase of its brand does not count.
func (s *scratch) brands(c *Classifier) {
	s.named, s.excluded = s.named[:0], -1
	if len(s.brandHits) == 0 {
		return
	}
	for _, f := range s.brandHits {
		for i := f.first; f.kind == brandKeyword && i <= f.last; i++ {
			s.tokens[i].flags |= branded
		}
	}
	slices.SortStableFunc(s.brandHits, func(a, b finding) int { return cmp.Compare(a.owner, b.owner) })
	s.excludedBy = slices.Grow(s.excludedBy[:0], len(s.tokens))[:len(s.tokens)]
	clear(s.excludedBy)
	excluded := int32(-1) // where the first excluded brand would stand
	for rest := s.brandHits; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].owner == rest[0].owner {
			n++
		}
		b := &c.brands[rest[0].owner]
		first, named := s.brand(rest[:n])
		switch {
		case named:
			s.named = append(s.named, first)
			which := hasBrand
			if b.competitor {
				which = competitor
			}
			s.features.set(which, s.tokens[first.first].from, s.tokens[first.last].to)
		case !b.competitor && (excluded < 0 || first.first < excluded):
			s.excluded, excluded = int(rest[0].owner), first.first
		}
		rest = rest[n:]
	}
	slices.SortStableFunc(s.named, func(a, b finding) int { return cmp.Compare(a.first, b.first) })
}

// brand looks at the hits of one brand and returns its first keyword that
// counts, or, with named false, its first hit.
func (s *scratch) brand(hits []finding) (first finding, named bool) {
	by := hits[0].owner + 1
	for _, f := range hits {
		for i := f.first; f.kind == brandExclude && i <= f.last; i++ {
			s.excludedBy[i] = by
		}
	}
	first = hits[0]
	for _, f := range hits {
		if f.kind != brandKeyword || slices.Contains(s.excludedBy[f.first:f.last+1], by) {
			continue
		}
		if !named || f.first < first.first {
			first, named = f, true
		}
	}
	return first, named
}
