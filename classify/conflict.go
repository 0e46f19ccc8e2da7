package classify

import (
	"slices"
	"strings"
)

// TagConflicts returns, for each text that stands in samples more than once with
// labels that contradict each other (one says that it has a tag, another that it
// has not), the places of these samples. Texts are equal that differ in case,
// spaces and what nobody sees at most. Learning takes the mean of such labels, and
// measuring counts one of them as a mistake whatever is told.
func TagConflicts(samples []Sample) [][]int {
	return conflicts(samples, func(g *sameText, s *Sample) {
		for t, tag := range tags {
			if has, known := s.Gold[tag]; known {
				g.yes[t], g.no[t] = g.yes[t] || has, g.no[t] || !has
			}
			g.split = g.split || g.yes[t] && g.no[t]
		}
	})
}

// RouteConflicts is TagConflicts for the topics of samples.
func RouteConflicts(samples []Sample) [][]int {
	return conflicts(samples, func(g *sameText, s *Sample) {
		g.split = g.split || samples[g.at[0]].Route != s.Route
	})
}

// sameText is what is said of samples with one text.
type sameText struct {
	at      []int
	yes, no [3]bool // somebody said so of a tag
	split   bool    // they contradict each other
}

// conflicts gathers samples by text; say notes what the last of them says.
func conflicts(samples []Sample, say func(*sameText, *Sample)) (split [][]int) {
	byText := map[string]*sameText{}
	var form normal
	for i := range samples {
		form.set(samples[i].Text)
		key := strings.Join(strings.Fields(string(form.buf[:form.n])), " ")
		g := byText[key]
		if g == nil {
			g = &sameText{}
			byText[key] = g
		}
		g.at = append(g.at, i)
		say(g, &samples[i])
	}
	for _, g := range byText {
		if g.split {
			split = append(split, g.at)
		}
	}
	slices.SortFunc(split, func(a, b []int) int { return a[0] - b[0] })
	return split
}
