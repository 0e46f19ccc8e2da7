package route

import (
	"cmp"
	"slices"

	"github.com/directdial/directdial"
)

// The weights of the score, in thousandths. An author stays with the same
// expert while that expert may take it, so that term outweighs all others
// together.
const (
	weightAny    = 500    // of the topic's evidence, for a grant of "*"
	weightAuthor = 100000 // for who was dialled for this author before
	weightLoad   = 100    // minus, a dial that they hold open
	weightRecent = 50     // minus, a dial of the last 24 hours
)

// score says how well a candidate who passed the gate knows the case.
func score(c *directdial.Case, k *directdial.Candidate) directdial.Score {
	s := directdial.Score{Topic: c.Topic.Score * weightAny / 1000}
	for i := range k.Grants {
		if why, _ := covers(c, &k.Grants[i]); why == "" && k.Grants[i].Named {
			s.Topic = c.Topic.Score
		}
	}
	if k.Author {
		s.Author = weightAuthor
	}
	s.Load = -weightLoad * k.Open
	s.Recent = -weightRecent * k.Day
	s.Total = s.Topic + s.Author + s.Load + s.Recent
	return s
}

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
	return cmp.Or(
		cmp.Compare(verdicts[b].Score.Total, verdicts[a].Score.Total),
		c.Candidates[a].Last.Compare(c.Candidates[b].Last),
		cmp.Compare(c.Candidates[a].Expert, c.Candidates[b].Expert),
	)
}
