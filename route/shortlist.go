package route

import (
	"slices"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// shortlist takes at most maxTopical of the experts found for a case. Where there
// are more, it goes round them from a place that the mention's key says, so that
// it need not look at all of twenty thousand and over time everybody has the same
// turn: first those who are granted the topic by name and could take the case
// now, then others who could, then whoever comes next. Only where hardly anybody
// could take it, all are looked at.
func (x *directory) shortlist(r index.Reader, c *directdial.Case, found []*directdial.Expert, named map[string]bool, held []string) []looked {
	t := turns{x: x, r: r, c: c, held: held, inForce: x.policy(r), taken: make([]looked, 0, directdial.MaxCandidates)}
	if len(found) <= maxTopical {
		for _, e := range found {
			t.taken = append(t.taken, x.look(r, e, directdial.RoleTopic, c.At))
		}
		return t.taken
	}
	byName := x.named[c.Topic.Name]
	if len(named) > 0 { // by an event, some of them
		byName = slices.DeleteFunc(slices.Clone(found), func(e *directdial.Expert) bool {
			return !named[e.ID] && !covered(x.named[c.Topic.Name], e.ID)
		})
	}
	for _, list := range [][]*directdial.Expert{byName, found} {
		t.round(list, t.could)
	}
	t.round(byName, anybody)
	t.round(found, anybody)
	return t.taken
}

// turns takes experts in turn.
type turns struct {
	x       *directory
	r       index.Reader
	c       *directdial.Case
	held    []string
	inForce policy
	taken   []looked
}

func anybody(*looked) bool { return true }

// round goes round a list once and takes whom it may, until there are enough.
func (t *turns) round(list []*directdial.Expert, may func(*looked) bool) {
	if len(list) == 0 {
		return
	}
	key := string(t.c.Mention.Key)
	place, _ := strconv.ParseUint(key[:min(len(key), 15)], 16, 64)
	start := int(place % uint64(len(list)))
	for i := range list {
		if len(t.taken) == maxTopical {
			return
		}
		e := list[(start+i)%len(list)]
		if slices.ContainsFunc(t.taken, func(l looked) bool { return l.expert == e }) {
			continue
		}
		if l := t.x.look(t.r, e, directdial.RoleTopic, t.c.At); may(&l) {
			t.taken = append(t.taken, l)
		}
	}
}

// could reports whether somebody could take the case now. The gate decides; this
// only looks for whom it is worth asking.
func (t *turns) could(l *looked) bool {
	e := l.expert
	if !speaks(e.Languages, t.c.Classification.Lang) || slices.Contains(t.held, e.ID) ||
		!l.duty.On || !room(l.load, l.said.budget(e.Budget), t.c.At) {
		return false
	}
	holds := t.x.holds(e, l.said)
	for i := range holds {
		g := caseGrant(t.c, &holds[i].Grant, l.said, t.inForce)
		if why, _ := covers(t.c, &g); why == "" {
			return true
		}
	}
	return false
}

// room reports whether a budget has room for one more dial.
func room(l *load, b directdial.Budget, at time.Time) bool {
	k := directdial.Candidate{Budget: b}
	spent(&k, l, at)
	return budget(&k)
}
