package route

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// coverageHours is how far a coverage looks ahead: a week.
const coverageHours = 7 * 24

// maxCovering bounds how many colleagues of a topic a coverage looks at. Where
// there are more, no hour is a hole for want of people.
const maxCovering = 500

// Coverage says who could be dialled for what in the seven days from an instant
// on. It asks the gate for every topic, tag, platform, language and hour; what
// hangs on a mention (its author, its reach, the budgets) is left out, and so is
// the fallback, who is there for what has no other.
func (r *Router) Coverage(at time.Time) (*directdial.Coverage, error) {
	x := r.directory.Load()
	platforms := x.platforms(r.Platforms())
	var found *directdial.Coverage
	err := r.db.View(func(v index.Reader) {
		found = x.week(v, directdial.Clock(at).Truncate(time.Hour), platforms)
		found.Train = x.unmet(v, r.heard.of(v, found.From), found.From)
	})
	return found, err
}

// platforms are those that were heard, and those that a grant names.
func (x *directory) platforms(heard []string) []string {
	all := map[string]bool{}
	for _, p := range heard {
		all[p] = true
	}
	for i := range x.Experts {
		for _, g := range x.Experts[i].Grants {
			for _, p := range g.Platforms {
				all[p] = true
			}
		}
	}
	return orAny(all)
}

// languages are those that somebody is named for.
func (x *directory) languages() []string {
	all := map[string]bool{}
	for i := range x.Experts {
		for _, l := range x.Experts[i].Languages {
			all[l] = true
		}
		for _, g := range x.Experts[i].Grants {
			for _, l := range g.Languages {
				all[l] = true
			}
		}
	}
	return orAny(all)
}

func orAny(names map[string]bool) []string {
	if len(names) == 0 {
		return []string{""}
	}
	return slices.Sorted(maps.Keys(names))
}

// week is the coverage of the hours from a full hour on.
func (x *directory) week(v index.Reader, from time.Time, platforms []string) *directdial.Coverage {
	c := &directdial.Coverage{From: from, Hours: coverageHours, Cells: []directdial.Cell{}}
	roster := roster{x: x, v: v, from: from, inForce: x.policy(v), people: map[string]*rostered{}}
	languages := x.languages()
	for _, topic := range x.Topics {
		found, _ := x.covering(v, topic.Name)
		found = found[:min(len(found), maxCovering)]
		for _, tag := range directdial.Tags() {
			for _, platform := range platforms {
				for _, language := range languages {
					cell := directdial.Cell{Topic: topic.Name, Tag: tag, Platform: platform, Language: language}
					roster.fill(&cell, found)
					c.Cells = append(c.Cells, cell)
				}
			}
		}
	}
	c.Holes = holes(c)
	return c
}

// roster knows when the colleagues are on duty, each asked once.
type roster struct {
	x       *directory
	v       index.Reader
	from    time.Time
	inForce policy
	people  map[string]*rostered
}

type rostered struct {
	load  load
	said  colleague
	duty  [coverageHours]directdial.Duty
	grown bool // a grant opens or closes in these hours
}

func (r *roster) of(e *listed) *rostered {
	p := r.people[e.ID]
	if p != nil {
		return p
	}
	p = &rostered{said: saidOf(r.v, e.ID)}
	p.load, _ = get[load](r.v, bExperts, e.ID)
	for h := range p.duty {
		p.duty[h] = r.x.dutyOf(e.Expert, &p.load, r.hour(h))
	}
	end := r.hour(coverageHours)
	for _, h := range r.x.holds(e, &p.said) {
		for _, t := range []time.Time{h.Agreed, h.From, h.Until, h.Resumes, r.inForce.readBy(&p.said, &h.Grant)} {
			p.grown = p.grown || (t.After(r.from) && t.Before(end))
		}
	}
	r.people[e.ID] = p
	return p
}

// hour is the middle of an hour, so that who begins or ends at half past counts
// for the hour that is mostly theirs.
func (r *roster) hour(h int) time.Time { return r.from.Add(time.Duration(h)*time.Hour + time.Hour/2) }

// fill asks the gate about each colleague and hour.
func (r *roster) fill(cell *directdial.Cell, found []*listed) {
	cell.OnDuty = make([]int, coverageHours)
	c := directdial.Case{
		Mention: directdial.CaseMention{Platform: cell.Platform},
		Classification: directdial.Classification{
			Lexicon: true, Lang: cell.Language, Tags: []directdial.TagScore{{Tag: cell.Tag, Score: 1000}},
		},
		Topic: r.x.topicOf(r.v, cell.Topic, directdial.CaseTopic{Score: 1000}),
	}
	for _, e := range found {
		p := r.of(e)
		k := directdial.Candidate{
			Expert: e.ID, Role: directdial.RoleTopic, Speaks: speaks(e.Languages, cell.Language), Channels: r.x.reachable(e, &p.load),
		}
		if e.ID == c.Topic.Owner {
			k.Role |= directdial.RoleOwner
		}
		if o := r.x.experts[c.Topic.Owner]; o != nil {
			k.Team = o.Team != "" && e.Team == o.Team
		}
		k.Duty.On = true
		enabled, ever := false, false
		for h := range p.duty {
			if h == 0 || p.grown {
				c.At = r.hour(h)
				k.Grants = r.x.caseGrants(&c, e, &p.said, r.inForce, nil)
				reason, _ := gate(&c, &k)
				enabled = reason == ""
			}
			if enabled && p.duty[h].On {
				cell.OnDuty[h]++
				ever = true
			}
		}
		if ever {
			cell.Enabled++
		}
	}
}

// holes are the spans of hours without anybody. Those that are the same for all
// languages, platforms or tags of a topic are told once.
func holes(c *directdial.Coverage) []directdial.Hole {
	cells := slices.Clone(c.Cells)
	for _, blur := range []func(*directdial.Cell){
		func(c *directdial.Cell) { c.Language = "" },
		func(c *directdial.Cell) { c.Platform = "" },
		func(c *directdial.Cell) { c.Tag = "" },
	} {
		cells = merge(cells, blur)
	}
	holes := []directdial.Hole{}
	for i := range cells {
		cell := &cells[i]
		for h := 0; h < len(cell.OnDuty); h++ {
			if cell.OnDuty[h] > 0 {
				continue
			}
			begin := h
			for h < len(cell.OnDuty) && cell.OnDuty[h] == 0 {
				h++
			}
			holes = append(holes, directdial.Hole{
				Topic: cell.Topic, Tag: cell.Tag, Platform: cell.Platform, Language: cell.Language, Enabled: cell.Enabled,
				From: c.From.Add(time.Duration(begin) * time.Hour), Until: c.From.Add(time.Duration(h) * time.Hour),
			})
		}
	}
	return holes
}

// merge puts cells that differ in one thing into one, if all of them have the
// same hours without anybody.
func merge(cells []directdial.Cell, blur func(*directdial.Cell)) (merged []directdial.Cell) {
	type name struct {
		topic              string
		tag                directdial.Tag
		platform, language string
	}
	groups, order := map[name][]directdial.Cell{}, []name{}
	for _, c := range cells {
		blurred := c
		blur(&blurred)
		n := name{blurred.Topic, blurred.Tag, blurred.Platform, blurred.Language}
		if groups[n] == nil {
			order = append(order, n)
		}
		groups[n] = append(groups[n], c)
	}
	for _, n := range order {
		group := groups[n]
		same := !slices.ContainsFunc(group, func(c directdial.Cell) bool { return !slices.EqualFunc(c.OnDuty, group[0].OnDuty, bothEmpty) })
		if !same {
			merged = append(merged, group...)
			continue
		}
		one := group[0]
		blur(&one)
		for _, c := range group {
			one.Enabled = max(one.Enabled, c.Enabled)
		}
		merged = append(merged, one)
	}
	return merged
}

func bothEmpty(a, b int) bool { return (a == 0) == (b == 0) }

// unmet ranks what came in and nobody is enabled for.
func (x *directory) unmet(v index.Reader, seen map[string]map[directdial.Tag]int, at time.Time) []directdial.Unmet {
	var unmet []directdial.Unmet
	for topic, tags := range seen {
		if x.topics[topic] == nil {
			continue
		}
		for tag, n := range tags {
			if len(x.enabled(v, topic, tag, at, "")) == 0 {
				unmet = append(unmet, directdial.Unmet{Topic: topic, Tag: tag, Mentions: n})
			}
		}
	}
	slices.SortFunc(unmet, func(a, b directdial.Unmet) int {
		return cmp.Or(cmp.Compare(b.Mentions, a.Mentions), cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Tag, b.Tag))
	})
	return unmet
}
