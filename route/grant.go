package route

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// What an expert is enabled for stands in the configuration and in the log. An
// event about a grant carries its terms as they hold from then on, and a
// fingerprint of what the configuration said of that grant at that moment:
//
//   - as long as the configuration says the same, the event holds;
//   - once it says something else, the configuration holds, with two
//     exceptions: a yes that was given by card stays given (one that only the
//     configuration had goes with it), and what the
//     colleague gave up (ended, paused, lowered) stays given up until their own
//     later yes, by card or as an `agreed` in the configuration.
//
// How many cards they want under it is an event of its own: see bound.

// colleague is what was said about the grants of one expert by cards and
// commands.
type colleague struct {
	Said []said   `json:"said,omitempty"` // by id
	Read []string `json:"read,omitempty"` // versions of the policy, the newest last, at most maxRead
	Told string   `json:"told,omitempty"` // the offer of the newest policy card
}

const maxRead = 10

// said is what was said about one grant.
type said struct {
	ID         string               `json:"id"`
	Grant      *directdial.Grant    `json:"grant,omitempty"`      // as it holds since; nil: as configured
	Configured string               `json:"configured,omitempty"` // the configuration's, then
	Own        directdial.EventKind `json:"own,omitempty"`        // what the colleague gave up: ended, paused, lowered
	OwnAt      time.Time            `json:"own_at,omitzero"`
	Ended      bool                 `json:"ended,omitempty"`  // by an event: the yes is over, too
	Yes        bool                 `json:"yes,omitempty"`    // Grant.Agreed was said by card or command; else the configuration says it
	Done       bool                 `json:"done,omitempty"`   // Grant.Practised is by a card
	Card       string               `json:"card,omitempty"`   // the offer of the newest invitation or practice card
	Asked      string               `json:"asked,omitempty"`  // fingerprint of the terms of the newest invitation
	NotNow     time.Time            `json:"not_now,omitzero"` // when that was put off
	Warned     []warned             `json:"warned,omitempty"` // who was told of which end
	Fewer      *directdial.Budget   `json:"fewer,omitempty"`  // under it they want no more than that, of all grants together; Off: as many as there are; nil: as configured
}

// warned is somebody who was told when a grant ends.
type warned struct {
	Expert string    `json:"expert"`
	Until  time.Time `json:"until"`
	Offer  string    `json:"offer"`
}

// about returns what was said about a grant, zero if nothing was.
func (p *colleague) about(id string) said {
	if i, ok := p.find(id); ok {
		return p.Said[i]
	}
	return said{ID: id}
}

func (p *colleague) find(id string) (int, bool) {
	return slices.BinarySearchFunc(p.Said, id, func(s said, id string) int { return cmp.Compare(s.ID, id) })
}

// held is a grant as it holds, under the id that it was given with.
type held struct {
	id string
	directdial.Grant
}

// configuredGrants are the grants of the configuration, by id. One takes the
// place of one of the same id before it. A yes that was given elsewhere needs no
// practice.
func configuredGrants(e *directdial.Expert) []held {
	var grants []held
	for _, g := range e.Grants {
		if len(g.Topics) == 0 {
			continue // it is for nothing
		}
		h := held{g.ID(), g}
		if h.Practised.IsZero() {
			h.Practised = h.Agreed
		}
		if i := slices.IndexFunc(grants, func(o held) bool { return o.id == h.id }); i >= 0 {
			grants[i] = h
		} else {
			grants = append(grants, h)
		}
	}
	return grants
}

// fingerprint tells whether the terms of a grant are the same; "" is no grant.
func fingerprint(g *directdial.Grant) string {
	if g == nil {
		return ""
	}
	sum := sha256.Sum256(encode(g))
	return hex.EncodeToString(sum[:8])
}

// terms is the fingerprint of a grant but for the yes to it, and to how many cards.
func terms(g directdial.Grant) string {
	g.Agreed, g.Practised, g.Policy, g.Fewer = time.Time{}, time.Time{}, "", nil
	return fingerprint(&g)
}

// over puts what was said over what the configuration says; nil where neither
// has the grant.
func (s *said) over(configured *directdial.Grant) *directdial.Grant {
	if s.Grant != nil && s.Configured == fingerprint(configured) {
		return s.Grant
	}
	if configured == nil {
		return nil
	}
	g := *configured
	yes := g.Agreed.After(s.OwnAt) // given elsewhere, after they gave it up
	if g.Agreed.IsZero() && s.Yes {
		g.Agreed = s.Grant.Agreed
		if s.Done {
			g.Practised = s.Grant.Practised
		}
	}
	if yes {
		return &g
	}
	switch s.Own {
	case directdial.EvEnded:
		g.Agreed, g.Practised = time.Time{}, time.Time{}
	case directdial.EvPaused:
		g.Paused, g.Resumes = true, time.Time{}
		if s.Grant != nil {
			g.Resumes = s.Grant.Resumes
		}
	case directdial.EvLowered:
		if s.Grant != nil {
			g.Topics, g.Tags, g.Platforms, g.Languages, g.Risk = s.Grant.Topics, s.Grant.Tags, s.Grant.Platforms, s.Grant.Languages, s.Grant.Risk
		}
	}
	return &g
}

// holds are the grants of an expert as they hold: those of the configuration
// in their order, then those that were given since.
func (x *directory) holds(e *listed, p *colleague) []held {
	configured := e.grants
	if len(p.Said) == 0 {
		return configured
	}
	var all []held
	for _, h := range configured {
		s := p.about(h.id)
		all = append(all, held{h.id, *s.over(&h.Grant)})
	}
	for i := range p.Said {
		s := &p.Said[i]
		if x.configured(e.ID, s.ID) == nil {
			if g := s.over(nil); g != nil {
				all = append(all, held{s.ID, *g})
			}
		}
	}
	return all
}

// configured is what the configuration says of a grant, nil if nothing.
func (x *directory) configured(expert, id string) *directdial.Grant {
	if e := x.experts[expert]; e != nil {
		if i := slices.IndexFunc(e.grants, func(h held) bool { return h.id == id }); i >= 0 {
			return &e.grants[i].Grant
		}
	}
	return nil
}

// policy is the version that is in force, and since when.
type policy struct {
	Version string    `json:"version"`
	Since   time.Time `json:"since"`
	First   bool      `json:"first,omitempty"` // the exchange knew none before it
}

const policyKey = "policy"

// readWithin is how long a colleague has to read a new version of the policy.
const readWithin = 14 * 24 * time.Hour

// policy is what must have been read; none until the log says that it came into
// force.
func (x *directory) policy(r index.Reader) policy {
	if x.Policy == "" {
		return policy{}
	}
	p, _ := get[policy](r, bMeta, policyKey)
	if p.Version != x.Policy {
		return policy{}
	}
	return p
}

// readBy is when the gate closes for whoever has not read the policy, zero if
// they have: they said so, their grant names it, or it was in force when they
// said yes. Of the first version that the exchange knows nobody needs to be told
// but those whose grant names another one.
func (v policy) readBy(p *colleague, g *directdial.Grant) time.Time {
	switch {
	case v.Version == "", g.Policy == v.Version, slices.Contains(p.Read, v.Version),
		g.Policy == "" && (v.First || !g.Agreed.Before(v.Since)):
		return time.Time{}
	}
	return v.Since.Add(readWithin)
}

// stands is why a grant does not count at an instant, whatever it is asked for;
// "" if it does.
func stands(g *directdial.CaseGrant, at time.Time) directdial.Reason {
	open := *g
	open.Named, open.Tag, open.Platform, open.Language, open.Risk = true, true, true, true, 0
	why, _ := covers(&directdial.Case{At: at}, &open)
	return why
}

// standing are the facts of a grant that do not depend on a case.
func (v policy) standing(p *colleague, g *directdial.Grant) directdial.CaseGrant {
	return directdial.CaseGrant{
		Risk: g.Risk, Review: g.Review, Level: g.Level, Agreed: g.Agreed, Practise: !g.Agreed.IsZero() && g.Practised.IsZero(),
		From: g.From, Until: g.Until, Paused: g.Paused, Resumes: g.Resumes, ReadBy: v.readBy(p, g),
	}
}
