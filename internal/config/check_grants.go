package config

import (
	"maps"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/suggest"
)

// anyTopic in a grant is every topic that is not restricted.
const anyTopic = "*"

func (c *checker) grant(e *expert, g *grant, zone *time.Location) directdial.Grant {
	c.grantTopics(g)
	for i := range g.Tags {
		if tag := &g.Tags[i]; !tag.Valid() {
			c.fail(c.where(tag), suggest.DidYouMean(string(*tag), directdial.TagNames()), "tags: there is no tag %s", quote(string(*tag)))
		}
	}
	for i := range g.Platforms {
		if p := &g.Platforms[i]; !directdial.ValidName(*p) {
			c.fail(c.where(p), "for example mastodon; left out: any", "platforms: must be of a-z, 0-9 and -, and is %s", quote(*p))
		}
	}
	out := directdial.Grant{
		Topics: g.Topics, Tags: g.Tags, Platforms: g.Platforms, Languages: c.languages(g.Languages),
		// In UTC, as all times of the log: a receipt holds them.
		Agreed: g.Agreed.start(zone).UTC(), From: g.From.start(zone).UTC(), Until: g.ends(zone).UTC(),
		Never: g.Until.never, Training: g.Training, Policy: g.Policy, Risk: g.Risk, Review: g.Review == reviewCoach, Level: g.Level,
	}
	if g.Paused.open || !g.Paused.isZero() {
		out.Paused = true
		if !g.Paused.open {
			out.Resumes = g.Paused.next().start(zone).UTC()
		}
	}
	if f := g.Fewer; f != nil {
		out.Fewer = &directdial.Budget{PerHour: f.PerHour, PerDay: f.PerDay}
	}
	c.grantDays(e, g, out, zone)
	return out
}

// reviewCoach is who reads answers first.
const reviewCoach = "coach"

// grantsOnce warns of grants of which one takes the place of another.
func (c *checker) grantsOnce(e *expert, made []directdial.Grant) {
	seen := map[string]bool{}
	for i := len(made) - 1; i >= 0; i-- {
		id := made[i].ID()
		if seen[id] && len(made[i].Topics) > 0 {
			c.warn(c.where(&e.Grants[i]), "remove it, or give it other tags, platforms or languages",
				"a grant of %s is for the same as one below, which takes its place", e.ID)
		}
		seen[id] = true
	}
}

func (c *checker) grantTopics(g *grant) {
	if at, written := c.at[&g.Topics]; written && len(g.Topics) == 0 {
		c.fail(at, `"*" is every topic that is not restricted`, "topics: is empty, so the grant is for nothing")
	}
	for i := range g.Topics {
		name := &g.Topics[i]
		if _, ok := c.topics[*name]; !ok && *name != anyTopic {
			c.fail(c.where(name), suggest.DidYouMean(*name, slices.Collect(maps.Keys(c.topics))), "topics: there is no topic %s", quote(*name))
		}
	}
}

// ends is the first instant at which the grant no longer counts: the day after
// the last, or the same day a year after the yes. Zero is never.
func (g *grant) ends(zone *time.Location) time.Time {
	switch {
	case g.Until.never, g.Until.isZero() && g.Agreed.isZero():
		return time.Time{}
	case g.Until.isZero():
		return g.Agreed.yearLater().start(zone)
	}
	return g.Until.next().start(zone)
}

// soon is how long before its end a grant is worth a warning.
const soon = 30 * day

// grantDays checks the days of a grant against each other and against now.
func (c *checker) grantDays(e *expert, g *grant, made directdial.Grant, zone *time.Location) {
	now := c.opt.Now
	at := c.where(&g.Until, &g.Agreed, g)
	first := made.From
	if first.IsZero() {
		first = made.Agreed
	}
	switch {
	case g.Until.never:
		c.warn(at, "give it a last day; it can be extended", "until: a grant of %s never ends", e.ID)
	case !made.Until.IsZero() && !first.IsZero() && !made.Until.After(first):
		c.fail(at, "", "until: the grant ends before it begins")
	case made.Until.After(now) && made.Until.Before(now.Add(soon)):
		c.warn(at, "renew it, or see who follows", "a grant of %s ends on %s", e.ID, lastDay(made.Until, zone))
	}
	if made.Agreed.After(now) {
		c.warn(c.where(&g.Agreed), "", "agreed: that day is still to come; until then the grant does not count")
	}
}

// lastDay is the last day on which a grant counts that ends at that instant.
func lastDay(end time.Time, zone *time.Location) string {
	return end.In(zone).AddDate(0, 0, -1).Format(time.DateOnly)
}
