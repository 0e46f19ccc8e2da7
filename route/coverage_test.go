package route

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
)

func (x *exchange) coverage() *directdial.Coverage {
	x.t.Helper()
	c, err := x.router.Coverage(time.Now())
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	return c
}

func TestCoverageShowsHolesAndWhomToTrain(t *testing.T) {
	d := change(func(d *directdial.Directory) {
		d.Rules.Fallback = "kim"
		d.Topics = append(d.Topics, directdial.Topic{Name: "shop", Mode: directdial.Direct})
		d.Experts = []directdial.Expert{
			hours(person("ana", "billing"), "9-17"), hours(person("bo", "billing"), "8-12"), person("kim", "recall"),
		}
	})
	inBubble(t, d, func(t *testing.T, x *exchange) { // it is ten o'clock
		x.hear(directdial.Mention{ID: "1", Text: "complaint #shop"})
		x.hear(directdial.Mention{ID: "2", Text: "question #shop"})
		x.hear(directdial.Mention{ID: "3", Text: "question #shop"})
		c := x.coverage()
		if c.Hours != 168 || !c.From.Equal(time.Now().Truncate(time.Hour)) {
			t.Errorf("it begins at %s and has %d hours", c.From, c.Hours)
		}
		for _, cell := range c.Cells {
			if cell.Topic != "billing" {
				continue
			}
			if got := cell.OnDuty[:8]; got[0] != 2 || got[1] != 2 || got[2] != 1 || got[6] != 1 || got[7] != 0 || cell.Enabled != 2 {
				t.Errorf("from ten o'clock on: %v, %d enabled", got, cell.Enabled)
			}
		}
		var night, shop int
		for _, h := range c.Holes {
			if h.Tag != "" || h.Platform != "" || h.Language != "" {
				t.Errorf("a hole that is the same for all is told apart: %+v", h)
			}
			switch {
			case h.Topic == "billing" && h.Enabled == 2:
				night++
			case h.Topic == "shop" && h.Enabled == 0 && h.Until.Sub(h.From) == 7*24*time.Hour:
				shop++
			default:
				t.Errorf("a hole that is none: %+v", h)
			}
		}
		if night != 7 || shop != 1 {
			t.Errorf("%d nights and %d weeks without anybody", night, shop)
		}
		if len(c.Train) != 2 || c.Train[0] != (directdial.Unmet{Topic: "shop", Tag: directdial.Question, Mentions: 2}) {
			t.Errorf("train %+v", c.Train)
		}
	})
}

func TestCoverageFollowsGrantsThatEndWithinTheWeek(t *testing.T) {
	d := change(func(d *directdial.Directory) { d.Experts = d.Experts[:1] })
	inBubble(t, d, func(t *testing.T, x *exchange) {
		noon := time.Now().Truncate(24 * time.Hour).Add(36 * time.Hour)
		x.configure(change(func(d *directdial.Directory) {
			d.Experts = d.Experts[:1]
			d.Experts[0].Grants[0].Until = noon
		}))
		for _, h := range x.coverage().Holes {
			if h.Topic == "billing" && !h.From.Equal(noon) {
				t.Errorf("the hole begins at %s, the grant ends at %s", h.From, noon)
			}
		}
	})
}

// Where the coverage has somebody at an hour, a mention at that hour would be
// dialled; where it has nobody, it would not.
func TestCoverageSaysWhatTheDecisionDoes(t *testing.T) {
	seldom(t)
	rapid.Check(t, func(rt *rapid.T) {
		bubble(t, func() {
			d := drawDirectory(rt, time.Now())
			d.Rules.Fallback, d.Rules.Burst = "", directdial.Burst{}
			for i := range d.Experts {
				d.Experts[i].Budget, d.Experts[i].Deputy = directdial.Budget{Off: true}, ""
			}
			x := newDirectory(d, []string{"email", "slack", "terminal"}, testDuty)
			from := time.Now().Truncate(time.Hour)
			for _, cell := range x.week(nothing{}, from, x.platforms(nil)).Cells {
				h := rapid.IntRange(0, coverageHours-1).Draw(rt, "hour")
				at := from.Add(time.Duration(h)*time.Hour + 30*time.Minute)
				s := subject{
					mention: directdial.CaseMention{Key: "k", Platform: cell.Platform, Said: at},
					classification: directdial.Classification{
						Lang: cell.Language, Lexicon: true, Tags: []directdial.TagScore{{Tag: cell.Tag, Score: 1000}},
						Topics: []directdial.TopicScore{{Topic: cell.Topic, Score: 1000}},
					},
				}
				if _, got := x.consider(nothing{}, at, s); (got.Outcome == directdial.ToDial) != (cell.OnDuty[h] > 0) {
					rt.Errorf("hour %d of %+v: %d on duty, the decision is %s %s", h, cell, cell.OnDuty[h], got.Outcome, got.Reason)
				}
			}
		})
	})
}
