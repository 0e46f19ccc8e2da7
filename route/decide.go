package route

import (
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// Decide decides one case. It is pure: the same case gives the same decision,
// byte for byte, in this version and for ever; a change of what it does is a
// new directdial.DecideVersion.
func Decide(c directdial.Case) directdial.Decision {
	d := directdial.Decision{
		V:   directdial.DecideVersion,
		Tag: deciding(&c), Topic: c.Topic.Name,
	}
	if c.Dial != nil && c.Dial.Next != "" {
		nextHop(&c, &d)
		return d
	}
	if reason := unheard(&c); reason != "" {
		d.Outcome, d.Reason = directdial.ToSuppress, reason
		return d
	}
	if c.Dial != nil && joins(&c, &d) {
		return d
	}
	switch {
	case c.Classification.Excluded != "":
		d.Outcome, d.Reason = directdial.ToSuppress, directdial.NotAboutUs
		return d
	case d.Tag == "" && c.Classification.Lexicon:
		d.Outcome, d.Reason = directdial.ToSuppress, directdial.NoTag
		return d
	}
	d.Unsure = unsure(&c)
	if c.Burst != "" && bursts(&c, &d) {
		d.Outcome, d.Dial, d.Burst = directdial.ToJoin, c.Burst, true
		return d
	}
	d.Verdicts = judge(&c)
	if d.Unsure && c.Rules.UnsureToCoach {
		d.Outcome, d.Reason, d.Owner = directdial.ToPark, directdial.NotSure, c.Rules.FirstCoach
		return d
	}
	const first = directdial.RoleTopic | directdial.RoleOwner
	switch {
	case choose(&c, &d, first|directdial.RoleDeputy), waits(&c, &d, first):
	case choose(&c, &d, directdial.RoleFallback), waits(&c, &d, directdial.RoleFallback):
	default:
		park(&c, &d, directdial.NobodyEnabled)
	}
	return d
}

// unheard says why a mention is heard but never dialled, also in a thread that
// has a dial.
func unheard(c *directdial.Case) directdial.Reason {
	switch age := c.At.Sub(c.Mention.Said); {
	case c.Mention.Own:
		return directdial.OwnAccount
	case c.Mention.History:
		return directdial.History
	case c.Mention.Muted:
		return directdial.Muted
	case c.Rules.MaxAge > 0 && age > time.Duration(c.Rules.MaxAge)*time.Second:
		return directdial.TooOld
	}
	return ""
}

// joins puts a mention into the dial of its conversation: what its author
// writes after an answer re-opens it for the same holder, as long as the gate
// lets them; a dial whose post is gone takes nobody any more.
func joins(c *directdial.Case, d *directdial.Decision) bool {
	if c.Dial.State == directdial.Withdrawn {
		return false
	}
	d.Dial = c.Dial.ID
	if !reopens(c) {
		d.Outcome = directdial.ToJoin
		return true
	}
	d.Verdicts = judge(c)
	d.Unsure = unsure(c)
	for i := range c.Candidates {
		if holds(c, &c.Candidates[i]) && d.Verdicts[i].Reason == "" {
			d.Outcome = directdial.ToReopen
			take(c, d, i)
			return true
		}
	}
	// The holder may not take it any more: the conversation goes on with
	// somebody else, or is left late with its owner.
	if !choose(c, d, everyRole) {
		stay(c, d)
	}
	return true
}

const everyRole = directdial.RoleTopic | directdial.RoleDeputy | directdial.RoleOwner | directdial.RoleFallback

// ladder is who is asked when a dial goes on: the next best colleague, then who
// stands in, then the owner of the topic, then the fallback.
var ladder = []directdial.Role{
	directdial.RoleTopic, directdial.RoleDeputy, directdial.RoleOwner, directdial.RoleFallback,
}

// nextHop finds the next holder of a dial. A colleague who was named is asked
// alone: the one who named them is told why, if it fails. Where nobody may take
// it now, it stays with its owner until somebody may.
func nextHop(c *directdial.Case, d *directdial.Decision) {
	d.Dial, d.Reason, d.Unsure = c.Dial.ID, c.Dial.Next, unsure(c)
	d.Verdicts = judge(c)
	spent := c.Rules.MaxHops > 0 && c.Dial.Holders >= c.Rules.MaxHops && !turns(c.Dial.Next)
	switch {
	case c.Dial.To != "" && choose(c, d, directdial.RoleNamed):
	case c.Dial.To == "" && !spent && choose(c, d, ladder...):
	default:
		stay(c, d)
		if c.Dial.To == "" && !spent {
			soonest(c, d, everyRole)
		}
	}
}

// judge asks gate, budget and score for each candidate.
func judge(c *directdial.Case) []directdial.Verdict {
	verdicts := make([]directdial.Verdict, len(c.Candidates))
	for i := range c.Candidates {
		k, v := &c.Candidates[i], &verdicts[i]
		v.Expert = k.Expert
		reason, p := gate(c, k)
		v.Reason, v.GrantEnds, v.Review = reason, p.ends, p.review
		// Who holds the dial has spent attention on it already.
		if v.Reason == "" && !budget(k) && !volunteers(c) && !holds(c, k) {
			v.Reason = directdial.OverBudget
		}
		if v.Reason == "" || v.Reason == directdial.OffDuty || v.Reason == directdial.OverBudget {
			v.Score = score(c, k, &p)
		}
	}
	for i := range c.Candidates {
		k := &c.Candidates[i]
		if verdicts[i].Reason == "" && role(c, k) == directdial.RoleDeputy && !standInNeeded(c, verdicts, k.Expert) {
			verdicts[i].Reason = directdial.OtherTeam
		}
	}
	return verdicts
}

// standInNeeded reports whether somebody whose deputy this is would take the
// case but is not there, or has had their turn. Who has a grant for the topic anyway needs no such
// reason.
func standInNeeded(c *directdial.Case, verdicts []directdial.Verdict, deputy string) bool {
	for i, v := range verdicts {
		if c.Candidates[i].Deputy != deputy {
			continue
		}
		switch v.Reason {
		case directdial.OffDuty, directdial.OverBudget, directdial.HeldBefore:
			return true
		}
	}
	return false
}

// choose dials the best candidate that has no verdict against it and one of the
// roles of the first step, or else of the next.
func choose(c *directdial.Case, d *directdial.Decision, steps ...directdial.Role) bool {
	order := make([]int, 0, len(d.Verdicts))
	for _, roles := range steps {
		before := len(order)
		for i := range d.Verdicts {
			if d.Verdicts[i].Reason == "" && role(c, &c.Candidates[i])&roles != 0 && !slices.Contains(order[:before], i) {
				order = append(order, i)
			}
		}
		rank(c, d.Verdicts, order[before:])
	}
	if len(order) == 0 {
		return false
	}
	for _, i := range order[1:min(len(order), 3)] {
		d.Next = append(d.Next, c.Candidates[i].Expert)
	}
	d.Outcome = directdial.ToDial
	take(c, d, order[0])
	return true
}

// take fills the offer for the candidate that was chosen, before all others.
func take(c *directdial.Case, d *directdial.Decision, i int) {
	k, v := &c.Candidates[i], &d.Verdicts[i]
	d.Expert, d.Via, d.Channel = k.Expert, role(c, k), k.Channels[0]
	d.GateEnds = gateEnds(c, k, v.GrantEnds)
	startClocks(c, d, i)
	for other := range d.Verdicts {
		if d.Verdicts[other].Reason == "" && other != i {
			d.Verdicts[other].Reason = directdial.Outranked
		}
	}
}

// startClocks fills in the clocks of the candidate that was chosen.
func startClocks(c *directdial.Case, d *directdial.Decision, i int) {
	k, v := &c.Candidates[i], &d.Verdicts[i]
	if k.Clocks != nil {
		d.Clocks = *k.Clocks
	}
	if c.V == 1 { // knew nothing of working time
		d.AcceptBy = onTheWall(c.At, c.Rules.AcceptWithin)
		d.AnswerBy = onTheWall(c.At, c.Rules.AnswerWithin)
	}
	d.SendBefore = earliest(v.GrantEnds, k.Duty.Until, d.AcceptBy)
}

func onTheWall(at time.Time, seconds int64) time.Time {
	if seconds <= 0 {
		return time.Time{}
	}
	return at.Add(time.Duration(seconds) * time.Second)
}

// waits parks a mention until somebody who may take it is there.
func waits(c *directdial.Case, d *directdial.Decision, roles directdial.Role) bool {
	first := soonest(c, d, roles)
	if first < 0 {
		return false
	}
	reason := directdial.NobodyOnDuty
	if d.Verdicts[first].Reason == directdial.OverBudget {
		reason = directdial.NobodyFree
	}
	park(c, d, reason)
	return true
}

// soonest fills in for whom to wait and until when: of those who may take it but
// are off duty or out of budget, the first to be back; of several, the best. It
// returns -1 if there is nobody to wait for.
func soonest(c *directdial.Case, d *directdial.Decision, roles directdial.Role) int {
	first := -1
	for i := range c.Candidates {
		at := back(c, d.Verdicts, i)
		if at.IsZero() || role(c, &c.Candidates[i])&roles == 0 {
			continue
		}
		if first < 0 || at.Before(d.Until) || (at.Equal(d.Until) && better(c, d.Verdicts, i, first) < 0) {
			first, d.Until = i, at
		}
	}
	if first >= 0 {
		d.For = c.Candidates[first].Expert
	}
	return first
}

// back is when a candidate who would take the case is there again; zero if
// never, or only after the grant has ended.
func back(c *directdial.Case, verdicts []directdial.Verdict, i int) (at time.Time) {
	switch verdicts[i].Reason {
	case directdial.OffDuty:
		at = c.Candidates[i].Duty.Next
	case directdial.OverBudget:
		at = c.Candidates[i].Free
	}
	ends := verdicts[i].GrantEnds
	if !at.After(c.At) || (!ends.IsZero() && !at.Before(ends)) {
		return time.Time{}
	}
	return at
}

func park(c *directdial.Case, d *directdial.Decision, reason directdial.Reason) {
	d.Outcome, d.Reason, d.Owner = directdial.ToPark, reason, owner(c)
}

// stay leaves an open dial with its owner, late.
func stay(c *directdial.Case, d *directdial.Decision) {
	d.Outcome, d.Owner = directdial.ToStay, owner(c)
	if c.Topic.Owner == "" && c.Rules.Fallback != "" && !harmful(c) {
		d.Owner = c.Rules.Fallback
	}
}

// owner is who keeps what nobody takes: the topic's owner, else the first
// coach. They are told, not dialled, so the gate is not asked.
func owner(c *directdial.Case) string {
	if c.Topic.Owner != "" {
		return c.Topic.Owner
	}
	return c.Rules.FirstCoach
}

// earliest returns the first of the times that are set, zero if none is.
func earliest(times ...time.Time) (first time.Time) {
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
