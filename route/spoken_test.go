package route

import (
	"slices"
	"strconv"
	"time"

	"github.com/directdial/directdial"
)

// What was said about grants, followed a second time from the rules and not from
// the code: an event holds until the configuration's own grant of that id
// changes afterwards; what a colleague ended, paused or lowered themselves stays
// so until their own later yes; nobody says yes, or practises, for another; who
// has not read a new policy within 14 days is not enabled.

// spoken is what was said about one grant.
type spoken struct {
	base      string // what the configuration said of it then
	given     *directdial.Grant
	yes       bool // by card, and not over
	practised bool
	own       directdial.EventKind // what they gave up themselves
	ownAt     time.Time
}

// speech is all that was said about grants.
type speech struct {
	grants  map[string]map[string]*spoken // by expert and id
	read    map[string][]string           // versions, by expert
	owners  map[string]entrusted          // topics that were transferred
	version string                        // of the policy in force
	since   time.Time
	first   bool
}

func newSpeech() *speech {
	return &speech{grants: map[string]map[string]*spoken{}, read: map[string][]string{}, owners: map[string]entrusted{}}
}

// entrusted is a topic that was transferred: it is theirs as long as the
// configuration says of it what it said then, and knows them.
type entrusted struct{ base, to string }

// owner is who owns a topic.
func (s *speech) owner(d *directdial.Directory, t *directdial.Topic) string {
	given := s.owners[t.Name]
	known := slices.ContainsFunc(d.Experts, func(e directdial.Expert) bool { return e.ID == given.to })
	if given.to != "" && given.base == t.Owner && known {
		return given.to
	}
	return t.Owner
}

// restated forgets the transfers of which a directory says something else.
func (s *speech) restated(d *directdial.Directory) {
	for name, given := range s.owners {
		i := slices.IndexFunc(d.Topics, func(t directdial.Topic) bool { return t.Name == name })
		if i < 0 && given.base != "" || i >= 0 && d.Topics[i].Owner != given.base {
			delete(s.owners, name)
		}
	}
}

// transferred holds that all topics of somebody went, and no other.
func (s *speech) transferred(d *directdial.Directory, e *directdial.Event) (wrong string) {
	for i := range d.Topics {
		t := &d.Topics[i]
		theirs := s.owner(d, t) == e.From
		if told := slices.ContainsFunc(e.Charges, func(c directdial.Charge) bool { return c.Topic == t.Name }); told != theirs {
			return "of the topic " + t.Name + ", owned by " + s.owner(d, t)
		}
		if theirs {
			s.owners[t.Name] = entrusted{t.Owner, e.Expert}
		}
	}
	return ""
}

func (s *speech) of(expert, id string) *spoken {
	if s.grants[expert] == nil {
		s.grants[expert] = map[string]*spoken{}
	}
	if s.grants[expert][id] == nil {
		s.grants[expert][id] = &spoken{}
	}
	return s.grants[expert][id]
}

// written is what a directory says of a grant, nil if nothing.
func written(d *directdial.Directory, expert, id string) (found *directdial.Grant) {
	for _, e := range d.Experts {
		for _, g := range e.Grants {
			if e.ID == expert && g.ID() == id {
				found = &g
			}
		}
	}
	return found
}

// hear follows an event, and says what is wrong with it.
func (s *speech) hear(d *directdial.Directory, at time.Time, e *directdial.Event) (wrong string) {
	own := e.By == e.Expert
	coach := e.By == "ops" || slices.Contains(d.Coaches, e.By)
	switch e.Kind {
	case directdial.EvTransferred:
		return s.transferred(d, e)
	case directdial.EvPolicy:
		s.first = s.version == "" && s.since.IsZero()
		s.version, s.since = e.Detail, at
		return ""
	case directdial.EvBounded:
		if !own {
			return "bounded by another"
		}
		return ""
	case directdial.EvRead:
		s.read[e.Expert] = append(s.read[e.Expert], e.Detail)
		if !own {
			return "read for another"
		}
		return ""
	case directdial.EvAgreed, directdial.EvPractised:
		if !own {
			return "said for another"
		}
	case directdial.EvGranted, directdial.EvExtended:
		if !coach {
			return "by who is no coach"
		}
	case directdial.EvPaused, directdial.EvResumed, directdial.EvLowered, directdial.EvEnded:
		if !coach && !own {
			return "by who is no coach"
		}
	case directdial.EvConfigured:
	default:
		return ""
	}
	g, w := s.of(e.Expert, e.GrantID), written(d, e.Expert, e.GrantID)
	switch {
	case e.Kind == directdial.EvAgreed:
		g.yes, g.practised, g.own = true, false, ""
		if e.Grant.Policy != "" {
			s.read[e.Expert] = append(s.read[e.Expert], e.Grant.Policy)
		}
	case e.Kind == directdial.EvPractised:
		g.practised = true
	case e.Kind == directdial.EvResumed && g.own == directdial.EvPaused:
		if !own {
			return "resumed by another than who paused it"
		}
		g.own = ""
	case own && (e.Kind == directdial.EvEnded || e.Kind == directdial.EvPaused || e.Kind == directdial.EvLowered):
		g.own, g.ownAt = e.Kind, at
	}
	elsewhere := w != nil && !w.Agreed.IsZero() && (g.own != directdial.EvEnded || e.Kind == directdial.EvEnded || w.Agreed.After(g.ownAt))
	if e.Grant != nil && !e.Grant.Agreed.IsZero() && !g.yes && !elsewhere {
		return "agreed, although nobody said so"
	}
	if e.Grant != nil && !e.Grant.Practised.IsZero() && !g.practised && !elsewhere {
		return "practised, although nobody has"
	}
	if e.Kind == directdial.EvEnded {
		g.yes, g.practised = false, false
	}
	g.given, g.base = e.Grant, ""
	if w != nil {
		g.base = string(encode(w))
	}
	return ""
}

// directory is a directory with the grants as they hold at an instant.
func (s *speech) directory(d *directdial.Directory, at time.Time) *directdial.Directory {
	out := *d
	out.Topics = slices.Clone(d.Topics)
	for i := range out.Topics {
		out.Topics[i].Owner = s.owner(d, &d.Topics[i])
	}
	out.Experts = slices.Clone(d.Experts)
	for i := range out.Experts {
		e := &out.Experts[i]
		id := e.ID
		var grants []directdial.Grant
		for j, g := range e.Grants {
			if replaced(e.Grants[j+1:], g) || len(g.Topics) == 0 {
				continue
			}
			if said := s.grants[id][g.ID()]; said != nil {
				grants = append(grants, s.open(d.Policy, id, said.hold(&g)))
			} else {
				grants = append(grants, s.open(d.Policy, id, g))
			}
		}
		for gid, said := range s.grants[id] {
			if written(d, id, gid) == nil && said.given != nil && said.base == "" {
				grants = append(grants, s.open(d.Policy, id, *said.given))
			}
		}
		// They do not take each other's place any more: what they are for may be
		// the same after one was lowered.
		e.Grants = apart(grants)
	}
	return &out
}

// hold is a grant of the configuration with what was said about it.
func (g *spoken) hold(w *directdial.Grant) directdial.Grant {
	if g.given != nil && g.base == string(encode(w)) {
		held := *g.given
		if held.Practised.IsZero() {
			held.Agreed = time.Time{} // the gate opens after both
		}
		return held
	}
	out := *w
	if out.Agreed.IsZero() && g.yes && g.practised && g.given != nil {
		out.Agreed = g.given.Agreed
	}
	if w.Agreed.After(g.ownAt) {
		return out
	}
	switch g.own {
	case directdial.EvEnded:
		out.Agreed = time.Time{}
	case directdial.EvPaused:
		out.Paused, out.Resumes = true, time.Time{}
		if g.given != nil {
			out.Resumes = g.given.Resumes
		}
	case directdial.EvLowered:
		if g.given != nil {
			out.Topics, out.Tags, out.Platforms, out.Languages, out.Risk = g.given.Topics, g.given.Tags, g.given.Platforms, g.given.Languages, g.given.Risk
		}
	}
	return out
}

// open closes a grant that waits for the practice card, unless the configuration
// has their yes, too, or whose holder has not read the policy in time.
func (s *speech) open(policy, expert string, g directdial.Grant) directdial.Grant {
	if said := s.grants[expert][g.ID()]; said != nil && said.given != nil && said.yes && !said.practised && said.given.Practised.IsZero() {
		if g.Agreed.Equal(said.given.Agreed) {
			g.Agreed = time.Time{}
		}
	}
	known := s.version == "" || s.version != policy || g.Policy == s.version || slices.Contains(s.read[expert], s.version) ||
		(g.Policy == "" && (s.first || !g.Agreed.Before(s.since)))
	if closes := s.since.Add(14 * 24 * time.Hour); !known && (g.Until.IsZero() || g.Until.After(closes)) {
		g.Until = closes
	}
	return g
}

// apart gives each grant an id of its own, without a change of what it is for.
func apart(grants []directdial.Grant) []directdial.Grant {
	for i := range grants {
		if replaced(grants[i+1:], grants[i]) {
			grants[i].Topics = append(slices.Clone(grants[i].Topics), "nothing-"+strconv.Itoa(i))
		}
	}
	return grants
}
