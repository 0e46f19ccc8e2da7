package route

import (
	"slices"
	"strconv"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// asking gathers the candidates of one case.
type asking struct {
	x          *directory
	r          index.Reader
	c          *directdial.Case
	author     relation // of who wrote it
	held       []string // who had their turn
	inForce    policy
	candidates []directdial.Candidate
	room       []directdial.CaseGrant // for one grant of each candidate: few have more
}

func (x *directory) asking(r index.Reader, c *directdial.Case, author relation, held []string) *asking {
	return &asking{
		x: x, r: r, c: c, author: author, held: held, inForce: x.policy(r),
		candidates: make([]directdial.Candidate, 0, directdial.MaxCandidates),
		room:       make([]directdial.CaseGrant, directdial.MaxCandidates),
	}
}

// ask makes a candidate of an expert if may says so.
func (a *asking) ask(e *listed, role directdial.Role, may func(*directdial.Case, *directdial.Candidate) bool) {
	n := len(a.candidates)
	a.candidates = append(a.candidates, directdial.Candidate{Expert: e.ID, Role: role, Grants: a.room[n : n : n+1]})
	k := &a.candidates[n]
	a.x.look(a.r, a.c, k, e, a.inForce)
	k.Author = a.author.Expert == e.ID
	k.Answered = k.Author && a.author.Answered
	k.Held = slices.Contains(a.held, e.ID)
	if !may(a.c, k) {
		a.candidates = a.candidates[:n]
	}
}

// also asks somebody for a role, besides those that they have.
func (a *asking) also(id string, role directdial.Role) {
	if i := find(a.candidates, id); i >= 0 {
		a.candidates[i].Role |= role
	} else if e := a.x.experts[id]; e != nil && len(a.candidates) < directdial.MaxCandidates {
		a.ask(e, role, anybody)
	}
}

// first asks somebody before all others.
func (a *asking) first(e *listed) {
	i := find(a.candidates, e.ID)
	if i < 0 {
		i = len(a.candidates)
		a.ask(e, directdial.RoleTopic, anybody)
	}
	k := a.candidates[i]
	copy(a.candidates[1:], a.candidates[:i])
	a.candidates[0] = k
}

// find is where somebody stands among the candidates, -1 if they do not.
func find(candidates []directdial.Candidate, id string) int {
	if id == "" {
		return -1
	}
	for i := range candidates {
		if candidates[i].Expert == id {
			return i
		}
	}
	return -1
}

// shortlist asks at most maxTopical of the experts found for a case. Where there
// are more, it goes round them from a place that the mention's key says, so that
// it need not look at all of twenty thousand and over time everybody has the same
// turn: first those who are granted the topic by name and could take the case
// now, then others who could, then whoever comes next. Only where hardly anybody
// could take it, all are looked at. named are those who were granted the topic by
// an event.
func (a *asking) shortlist(found []*listed, named map[string]bool) {
	if len(found) <= maxTopical {
		for _, e := range found {
			a.ask(e, directdial.RoleTopic, anybody)
		}
		return
	}
	configured := a.x.named[a.c.Topic.Name]
	byName := configured
	if len(named) > 0 {
		byName = slices.DeleteFunc(slices.Clone(found), func(e *listed) bool {
			return !named[e.ID] && !covered(configured, e.ID)
		})
	}
	a.round(byName, could)
	a.round(found, could)
	a.round(byName, anybody)
	a.round(found, anybody)
}

// round goes round a list once and asks whom it may, until there are enough.
func (a *asking) round(list []*listed, may func(*directdial.Case, *directdial.Candidate) bool) {
	if len(list) == 0 || len(a.candidates) == maxTopical {
		return
	}
	key := string(a.c.Mention.Key)
	place, _ := strconv.ParseUint(key[:min(len(key), 15)], 16, 64)
	start, before := int(place%uint64(len(list))), a.candidates
	for i := range list {
		e := list[(start+i)%len(list)]
		if find(before, e.ID) < 0 { // in the list everybody is once
			a.ask(e, directdial.RoleTopic, may)
		}
		if len(a.candidates) == maxTopical {
			return
		}
	}
}

func anybody(*directdial.Case, *directdial.Candidate) bool { return true }

// could reports whether somebody could take the case now. The gate decides; this
// only looks for whom it is worth asking.
func could(c *directdial.Case, k *directdial.Candidate) bool {
	return k.Speaks && !k.Held && k.Duty.On && budget(k) && permitted(c, k).reason == ""
}
