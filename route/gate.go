package route

import (
	"time"

	"github.com/directdial/directdial"
)

// gate says whether a candidate may be dialled in this case: "" if so, else
// the reason. It is the one function behind every hop; whoever passes it is
// enabled, at work and can be reached.
func gate(c *directdial.Case, k *directdial.Candidate) (directdial.Reason, permit) {
	p := permitted(c, k)
	reason := p.reason
	switch {
	case reason != "":
	case !k.Speaks:
		reason = directdial.WrongLanguage
	case role(c, k) == 0 && unsure(c):
		reason = directdial.NotSure
	case role(c, k) == 0:
		reason = directdial.OtherTeam
	case k.Held:
		reason = directdial.HeldBefore
	case len(k.Channels) == 0:
		reason = directdial.Unreachable
	case !k.Duty.On && !volunteers(c) && !(reopens(c) && holds(c, k)):
		reason = directdial.OffDuty
	}
	return reason, p
}

// keeps says why the holder of an open dial may not go on with it, "" if they
// may. After hours they keep it, and their clock stands still; when leave begins
// or a grant ends they hand it on. A dial that they took when they were away
// already is theirs.
func keeps(c *directdial.Case, k *directdial.Candidate) (reason directdial.Reason, ends time.Time) {
	p := permitted(c, k)
	reason = p.reason
	switch {
	case reason != "":
	case !k.Speaks:
		reason = directdial.WrongLanguage
	case len(k.Channels) == 0 && c.Dial.State == directdial.Offered:
		reason = directdial.Unreachable
	case k.Duty.Away && !c.Dial.Accepted.After(k.Duty.Leave):
		reason = directdial.Away
	}
	return reason, gateEnds(c, k, p.ends)
}

// gateEnds is when the gate closes for a candidate, as far as it is known: their
// grant ends, or leave begins.
func gateEnds(c *directdial.Case, k *directdial.Candidate, grantEnds time.Time) time.Time {
	if k.Duty.Leave.After(c.At) {
		return earliest(grantEnds, k.Duty.Leave)
	}
	return grantEnds
}

// volunteers reports whether the one who is asked is the one who asks: nobody
// needs to be on duty, or to have budget left, to take a dial by hand.
func volunteers(c *directdial.Case) bool {
	return c.Dial != nil && c.Dial.Next == directdial.TakenOver
}

// reopens reports whether the author wrote again after the answer. The holder
// need not be on duty then: their card changes, nobody else is drawn into the
// conversation because they sleep.
func reopens(c *directdial.Case) bool {
	return c.Dial != nil && c.Dial.Next == "" && c.Dial.State == directdial.Answered && c.Dial.SameAuthor
}

// goesOn reports whether the case is about who goes on with a dial, and not
// about who gets a new one. Then the dial's tag and topic decide: an author who
// comes back with "it is still broken" names neither.
func goesOn(c *directdial.Case) bool {
	return c.Dial != nil && (c.Dial.Next != "" || reopens(c))
}

// holds reports whether a candidate holds the dial that goes on.
func holds(c *directdial.Case, k *directdial.Candidate) bool {
	return goesOn(c) && c.Dial.Holder == k.Expert
}

// deciding is the tag that decides.
func deciding(c *directdial.Case) directdial.Tag {
	switch {
	case goesOn(c):
		return c.Dial.Tag
	case harmful(c):
		return directdial.Complaint // whatever else it is, or if it is nothing else
	case c.V > 1 && c.Topic.Restricted && c.Classification.Lexicon && c.Classification.Tag() == "":
		// "The charger caught fire" complains of nothing by its words. What is
		// restricted is never left out for want of a tag.
		return directdial.Complaint
	}
	return c.Classification.Tag()
}

// unsure reports whether the tag or the topic could not be told: then only the
// fallback is asked, or who was named.
func unsure(c *directdial.Case) bool {
	switch {
	case goesOn(c):
		return c.Dial.Unsure
	case harmful(c):
		return false // found in whatever language
	}
	return !c.Classification.Lexicon || c.Topic.Name == ""
}

// permit is what the grants of a candidate say of a case.
type permit struct {
	// reason is why none covers it, that of the one that came closest; "": one
	// does.
	reason directdial.Reason
	// The rest is about those that cover it.
	ends   time.Time // when the last of them closes, zero for never
	review bool      // each asks for the coach to read the answer first
	named  bool      // one names the topic
	level  int       // the highest of those that name it, or of all if none does
}

// permitted asks the grants of a candidate.
func permitted(c *directdial.Case, k *directdial.Candidate) permit {
	p, closest := permit{reason: directdial.NoGrant}, -1
	for i := range k.Grants {
		g := &k.Grants[i]
		why, passed := covers(c, g)
		switch {
		case why == "":
			p.add(g)
		case p.reason != "" && passed > closest:
			p.reason, closest = why, passed
		}
	}
	return p
}

// add adds a grant that covers the case.
func (p *permit) add(g *directdial.CaseGrant) {
	first := p.reason != ""
	p.reason = ""
	if until := closes(g); first || until.IsZero() || (!p.ends.IsZero() && until.After(p.ends)) {
		p.ends = until
	}
	p.review = g.Review && (first || p.review)
	if g.Named && !p.named {
		p.named, p.level = true, 0
	}
	if g.Named == p.named {
		p.level = max(p.level, levelOf(g))
	}
}

// covers says why a grant does not cover the case, "" if it does, and how many
// questions it passed.
func covers(c *directdial.Case, g *directdial.CaseGrant) (why directdial.Reason, passed int) {
	switch {
	case !g.Named && !g.Any:
		return directdial.NoGrant, 0
	case !g.Named && c.Topic.Restricted:
		return directdial.Restricted, 1
	case !g.Tag:
		return directdial.WrongTag, 2
	case !g.Platform:
		return directdial.WrongPlatform, 3
	case !g.Language:
		return directdial.WrongLanguage, 4
	case g.Risk != 0 && c.Mention.Audience > g.Risk:
		return directdial.ReachTooBig, 5
	case g.Agreed.IsZero() || g.Agreed.After(c.At):
		return directdial.NotAgreed, 6
	case g.Practise:
		return directdial.NotPractised, 7
	case g.From.After(c.At):
		return directdial.NotYet, 8
	case !g.Until.IsZero() && !c.At.Before(g.Until):
		return directdial.GrantEnded, 9
	case g.Paused && (g.Resumes.IsZero() || c.At.Before(g.Resumes)):
		return directdial.GrantPaused, 10
	case !g.ReadBy.IsZero() && !c.At.Before(g.ReadBy):
		return directdial.PolicyUnread, 11
	}
	return "", 12
}

// role is why a candidate may be asked, held to what is known and to the mode
// of the topic: a grant alone is no reason where the topic is a guess, or where
// all goes to the owner or to the owner's team.
func role(c *directdial.Case, k *directdial.Candidate) directdial.Role {
	r := k.Role
	if harmful(c) && k.Expert != c.Topic.Owner {
		return 0
	}
	if unsure(c) {
		r &= directdial.RoleFallback | directdial.RoleNamed | directdial.RoleHolder
	}
	if c.Topic.Mode == directdial.Central || (c.Topic.Mode == directdial.Units && !k.Team) {
		r &^= directdial.RoleTopic // the owner is asked as the owner
	}
	return r
}
