package route

import (
	"cmp"
	"slices"

	"github.com/directdial/directdial"
)

// score says how well a candidate who passed the gate knows the case: what was
// said and how well they know it, whom the author knows, and against it what
// they have on their plate.
func score(c *directdial.Case, k *directdial.Candidate, p *permit) directdial.Score {
	w := weights(c)
	s := directdial.Score{Topic: c.Topic.Score * w.Any / 1000, Also: k.Also * w.Also / 1000}
	if p.named {
		s.Topic = c.Topic.Score * w.Topic / 1000
	}
	if p.level != 0 {
		s.Level = w.Level * (p.level - directdial.UsualLevel)
	}
	switch {
	case k.Answered || (k.Author && c.V == 1): // version 1 asked only who was dialled
		s.Author = w.Answered
	case k.Author:
		s.Author = w.Dialled
	}
	s.Load = -w.Load * k.Open
	s.Recent = -w.Recent * k.Day
	s.Total = s.Topic + s.Also + s.Level + s.Author + s.Load + s.Recent
	return s
}

func weights(c *directdial.Case) directdial.Weights {
	if c.Rules.Weights == nil {
		return directdial.DefaultWeights()
	}
	return *c.Rules.Weights
}

func levelOf(g *directdial.CaseGrant) int { return cmp.Or(g.Level, directdial.UsualLevel) }

// budget reports whether a candidate has attention left.
func budget(k *directdial.Candidate) bool {
	return k.Budget.Off || (k.Hour < k.Budget.PerHour && k.Day < k.Budget.PerDay)
}

// rank orders candidates, the best first.
func rank(c *directdial.Case, verdicts []directdial.Verdict, order []int) {
	slices.SortFunc(order, func(a, b int) int { return better(c, verdicts, a, b) })
}

// better is negative if candidate a comes before b: by score, then who was
// dialled longest ago, then by id.
func better(c *directdial.Case, verdicts []directdial.Verdict, a, b int) int {
	if by := cmp.Compare(verdicts[b].Score.Total, verdicts[a].Score.Total); by != 0 {
		return by
	}
	if by := c.Candidates[a].Last.Compare(c.Candidates[b].Last); by != 0 {
		return by
	}
	return cmp.Compare(c.Candidates[a].Expert, c.Candidates[b].Expert)
}

// bursts reports whether a mention may join the dial of a burst and needs no card
// of its own. A complaint that reaches many does, and what may harm.
func bursts(c *directdial.Case, d *directdial.Decision) bool {
	loud := c.V > 1 && d.Tag == directdial.Complaint && c.Mention.Audience > c.Rules.BurstReach
	return !d.Unsure && !loud && !harmful(c)
}
