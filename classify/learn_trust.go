package classify

import (
	"slices"
	"strings"
)

// trust adds to a problem a column for each origin of lines of the base: what
// its lines add to each sample together. How far such a column moves says how
// far the data bears the origin out: a list of good and bad words may say half
// of what it claims about a complaint, or twice.
func (l *learner) trust(t int, p *problem) (design, []string) {
	origins := l.origins()
	d := design{rows: l.design.rows, columns: slices.Clone(l.design.columns)}
	sums := make([]float32, d.rows)
	for _, origin := range origins {
		clear(sums)
		for i := range l.columns {
			if k := &l.columns[i]; k.inBase && k.origin == origin && k.base[t] != 0 {
				for _, c := range l.design.columns[i] {
					sums[c.row] += float32(k.base[t]) * c.value
				}
			}
		}
		var cells []cell
		for row, v := range sums {
			if v != 0 {
				cells = append(cells, cell{int32(row), v})
			}
		}
		d.columns = append(d.columns, cells)
		p.fixed = append(p.fixed, false)
	}
	p.free = len(origins)
	return d, origins
}

// origins returns what the lines of the base name as their origin, in order;
// features are one of their own.
func (l *learner) origins() []string {
	var out []string
	for i := range l.columns {
		k := &l.columns[i]
		if k.inBase && k.origin != featurePrefix && !slices.Contains(out, k.origin) {
			out = append(out, k.origin)
		}
	}
	slices.SortFunc(out, strings.Compare)
	return out
}
