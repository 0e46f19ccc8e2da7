package route

import (
	"cmp"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// caseGrants are the grants of an expert that come closest to covering the
// case, those that close last first. Among them are always the one that opens
// the gate for longest, one that covers the topic by name, and one by which the
// answer needs no review, if there are such.
func (x *directory) caseGrants(c *directdial.Case, e *directdial.Expert, p *colleague, inForce policy) []directdial.CaseGrant {
	tag, topic := deciding(c), c.Topic.Name
	var grants []directdial.CaseGrant
	for _, h := range x.holds(e, p) {
		g := inForce.standing(p, &h.Grant)
		g.Named = topic != "" && slices.Contains(h.Topics, topic)
		g.Any = slices.Contains(h.Topics, "*")
		g.Tag = tag == "" || len(h.Tags) == 0 || slices.Contains(h.Tags, tag)
		g.Platform = len(h.Platforms) == 0 || slices.Contains(h.Platforms, c.Mention.Platform)
		g.Language = speaks(h.Languages, c.Classification.Lang)
		grants = append(grants, g)
	}
	slices.SortStableFunc(grants, func(a, b directdial.CaseGrant) int {
		_, pa := covers(c, &a)
		_, pb := covers(c, &b)
		return cmp.Or(cmp.Compare(pb, pa), laterEnd(closes(&a), closes(&b)))
	})
	if len(grants) > directdial.MaxCaseGrants {
		grants = mostTelling(c, grants)
	}
	return grants
}

// mostTelling takes of sorted grants those that tell all that a decision asks.
func mostTelling(c *directdial.Case, grants []directdial.CaseGrant) []directdial.CaseGrant {
	keep := []int{0}
	for _, tells := range []func(*directdial.CaseGrant) bool{
		func(g *directdial.CaseGrant) bool { return g.Named },
		func(g *directdial.CaseGrant) bool { return !g.Review },
	} {
		i := slices.IndexFunc(grants, func(g directdial.CaseGrant) bool {
			why, _ := covers(c, &g)
			return why == "" && tells(&g)
		})
		if i >= 0 && !slices.Contains(keep, i) {
			keep = append(keep, i)
		}
	}
	for i := 0; len(keep) < directdial.MaxCaseGrants; i++ {
		if !slices.Contains(keep, i) {
			keep = append(keep, i)
		}
	}
	slices.Sort(keep)
	short := make([]directdial.CaseGrant, len(keep))
	for i, k := range keep {
		short[i] = grants[k]
	}
	return short
}

// closes is when a grant that is open closes by itself, zero for never.
func closes(g *directdial.CaseGrant) time.Time { return earliest(g.Until, g.ReadBy) }

// laterEnd orders ends of grants, the latest first; zero is never.
func laterEnd(a, b time.Time) int {
	if a.IsZero() || b.IsZero() {
		return cmp.Compare(zeroFirst(a), zeroFirst(b))
	}
	return b.Compare(a)
}

func zeroFirst(t time.Time) int {
	if t.IsZero() {
		return 0
	}
	return 1
}
