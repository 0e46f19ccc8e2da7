package route

import (
	"cmp"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// caseGrants are the grants of an expert that come closest to covering the
// case, those that close last first. Among them are always the one that opens
// the gate for longest, one of the highest level that covers the topic by name
// (or, if none does, by "*"), and one by which the answer needs no review, if
// there are such. They are appended to grants, which is empty.
func (x *directory) caseGrants(c *directdial.Case, e *listed, p *colleague, inForce policy, grants []directdial.CaseGrant) []directdial.CaseGrant {
	holds := x.holds(e, p)
	for i := range holds {
		h := &holds[i].Grant
		grants = append(grants, inForce.standing(p, h))
		asked(c, h, &grants[i])
	}
	if len(grants) < 2 {
		return grants
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

// asked fills in what a case asks of a grant.
func asked(c *directdial.Case, h *directdial.Grant, g *directdial.CaseGrant) {
	tag, topic := deciding(c), c.Topic.Name
	g.Named = topic != "" && slices.Contains(h.Topics, topic)
	g.Any = slices.Contains(h.Topics, "*")
	g.Tag = tag == "" || len(h.Tags) == 0 || slices.Contains(h.Tags, tag)
	g.Platform = len(h.Platforms) == 0 || slices.Contains(h.Platforms, c.Mention.Platform)
	g.Language = speaks(h.Languages, c.Classification.Lang)
}

// mostTelling takes of sorted grants those that tell all that a decision asks.
func mostTelling(c *directdial.Case, grants []directdial.CaseGrant) []directdial.CaseGrant {
	known, unread := -1, -1
	for i := range grants {
		g := &grants[i]
		if why, _ := covers(c, g); why != "" {
			continue
		}
		if known < 0 || knowledge(g) > knowledge(&grants[known]) {
			known = i
		}
		if unread < 0 && !g.Review {
			unread = i
		}
	}
	keep := []int{0}
	for _, i := range []int{known, unread} {
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

// knowledge orders grants by what they say of who has them: that the topic is
// named comes before the level.
func knowledge(g *directdial.CaseGrant) int {
	if g.Named {
		return directdial.MaxLevel + levelOf(g)
	}
	return levelOf(g)
}

// alsoKnows is the evidence for the further topics of a mention of which an
// expert has a grant by name that counts now, at most that of one whole topic.
func (x *directory) alsoKnows(c *directdial.Case, e *listed, p *colleague, inForce policy) (evidence int) {
	if len(c.Classification.Topics) < 2 || goesOn(c) {
		return 0
	}
	for _, t := range c.Classification.Topics {
		for _, h := range x.holds(e, p) {
			if t.Topic == c.Topic.Name || !slices.Contains(h.Topics, t.Topic) {
				continue
			}
			if g := inForce.standing(p, &h.Grant); stands(&g, c.At) == "" {
				evidence += t.Score
				break
			}
		}
	}
	return min(evidence, 1000)
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
