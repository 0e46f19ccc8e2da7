package route

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// maxTerms bounds each list of a grant.
const maxTerms = 50

// check says what is wrong with the terms of a grant, "" if nothing is.
func (x *directory) check(g *directdial.Grant, at time.Time) string {
	if len(g.Topics) == 0 {
		return "name the topics; * is every topic that is not restricted"
	}
	for _, n := range []int{len(g.Topics), len(g.Tags), len(g.Platforms), len(g.Languages)} {
		if n > maxTerms {
			return fmt.Sprintf("it names more than %d of something", maxTerms)
		}
	}
	for _, t := range g.Topics {
		if _, ok := x.topics[t]; !ok && t != "*" {
			return x.noTopic(t)
		}
	}
	for _, t := range g.Tags {
		if !t.Valid() {
			return noTag(t)
		}
	}
	for _, p := range g.Platforms {
		if !directdial.ValidName(p) {
			return fmt.Sprintf("%q is no platform", p)
		}
	}
	for _, l := range g.Languages {
		if len(l) < 2 || len(l) > 3 || !directdial.ValidName(l) {
			return fmt.Sprintf("%q is no language: write en, sv, …", l)
		}
	}
	switch {
	case g.Ended(at):
		return "it must end later than now"
	case !g.Until.IsZero() && g.Until.Before(g.From):
		return "it ends before it begins"
	case g.Risk < 0:
		return "the reach cannot be less than 0"
	case g.Level < 0 || g.Level > directdial.MaxLevel:
		return fmt.Sprintf("the level is %d to %d", directdial.MinLevel, directdial.MaxLevel)
	}
	return ""
}

// narrower says why terms are not narrower than those of a grant, "" if they
// are.
func (x *directory) narrower(g, low *directdial.Grant) string {
	for _, t := range low.Topics {
		topic := x.topics[t]
		wild := slices.Contains(g.Topics, "*") && topic != nil && !topic.Restricted
		if !slices.Contains(g.Topics, t) && !wild {
			return fmt.Sprintf("the grant is not for %s", t)
		}
	}
	switch {
	case !within(g.Tags, low.Tags), !within(g.Platforms, low.Platforms), !within(g.Languages, low.Languages):
		return "that is more than the grant is for"
	case g.Risk > 0 && (low.Risk == 0 || low.Risk > g.Risk):
		return fmt.Sprintf("the grant is for a reach of at most %d", g.Risk)
	case low.Level > cmp.Or(g.Level, directdial.UsualLevel):
		return fmt.Sprintf("the grant is for level %d", cmp.Or(g.Level, directdial.UsualLevel))
	case !low.Until.IsZero() && !g.Until.IsZero() && low.Until.After(g.Until):
		return "that ends later"
	}
	return ""
}

// within reports whether a list, in which nothing means any, holds no more than
// another.
func within[T comparable](all, some []T) bool {
	if len(all) == 0 {
		return true
	}
	return len(some) > 0 && !slices.ContainsFunc(some, func(s T) bool { return !slices.Contains(all, s) })
}

// unsaid fills in what narrower terms do not say: it stays as it is.
func unsaid(low, g *directdial.Grant) {
	if len(low.Topics) == 0 {
		low.Topics = g.Topics
	}
	if len(low.Tags) == 0 {
		low.Tags = g.Tags
	}
	if len(low.Platforms) == 0 {
		low.Platforms = g.Platforms
	}
	if len(low.Languages) == 0 {
		low.Languages = g.Languages
	}
	if low.Risk == 0 {
		low.Risk = g.Risk
	}
}

// lower gives a grant narrower terms.
func lower(g, low *directdial.Grant) {
	g.Topics, g.Tags, g.Platforms, g.Languages, g.Risk = low.Topics, low.Tags, low.Platforms, low.Languages, low.Risk
	g.Review = g.Review || low.Review
	if low.Level != 0 {
		g.Level = low.Level
	}
	if !low.Until.IsZero() {
		g.Until, g.Never = low.Until, false
	}
	if low.From.After(g.From) {
		g.From = low.From
	}
}
