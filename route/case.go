package route

import (
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// maxTopical leaves room among the candidates for deputies, owner, fallback
// and who was named.
const maxTopical = directdial.MaxCandidates - 4

// subject is what a case is about: a mention that came in, or one that stands
// behind a dial or was parked.
type subject struct {
	key            directdial.Key
	author         directdial.Key
	parents        []directdial.Key
	groupings      []grouping
	repost         bool // shows another post and says nothing itself
	mention        directdial.CaseMention
	classification directdial.Classification
}

// newSubject turns a mention into what a case may know of it.
func (r *Router) newSubject(m *directdial.Mention) subject {
	x := r.directory.Load()
	s := subject{
		key:    r.keys.Mention(m.Platform, m.ID),
		author: r.keys.Author(m.Platform, m.Author.Identity()),
		repost: m.RepostOf != "", groupings: groupings(r.keys, m),
	}
	for _, id := range []string{m.RepostOf, m.Thread, m.InReplyTo} {
		if id != "" && id != m.ID {
			s.parents = append(s.parents, r.keys.Mention(m.Platform, id))
		}
	}
	s.mention = directdial.CaseMention{
		Key: s.key, Platform: m.Platform, Said: m.Said(), History: m.History,
		Own: x.ours(m.Platform, m.Author), Reach: m.Reach, Audience: roughly(max(m.Author.Followers, m.Reach.Views)),
	}
	s.classification = r.classify.Load().fn(m.Text, m.Lang)
	return s
}

// newCase gathers all that a decision about a mention looks at but the
// candidates, from the index as it is now.
func (x *directory) newCase(r index.Reader, at time.Time, s subject) directdial.Case {
	c := x.freshCase(r, at, s)
	c.Mention.Muted = muted(r, s.author, at)
	d, ok := conversation(r, s)
	shown := s.repost
	if !ok || d.State == directdial.Withdrawn {
		if first, known := shownBefore(r, s, at); known {
			d, ok, shown = first, true, true
		}
	}
	if ok && !brings(&c, &d) { // else its words are not for who holds that dial
		c.Dial = caseDial(&d)
		// Who shows again what they said does not come back after an answer.
		c.Dial.SameAuthor = !shown && s.author != "" && slices.Contains(d.Authors, s.author)
		if reopens(&c) {
			// What the conversation is about is certain: somebody has answered.
			c.Topic = x.topicOf(r, d.Topic, directdial.CaseTopic{Name: d.Topic, Mode: directdial.Direct, Score: 1000})
			c.Rules = x.caseRules(d.Tag)
		}
	}
	c.Burst = x.burst(r, c.Topic.Name, at)
	return c
}

// freshCase is a case without what the index knows of the conversation.
func (x *directory) freshCase(r index.Reader, at time.Time, s subject) directdial.Case {
	c := directdial.Case{
		V: directdial.DecideVersion, At: at, Mention: s.mention, Classification: s.classification,
		Topic: x.deciding(r, s.classification.Topics),
	}
	c.Rules = x.caseRules(deciding(&c))
	return c
}

func (x *directory) caseRules(tag directdial.Tag) directdial.CaseRules {
	rules := directdial.CaseRules{
		MaxAge:        int64(x.Rules.MaxAge / time.Second),
		AcceptWithin:  int64(x.Rules.AcceptWithin[tag] / time.Second),
		AnswerWithin:  int64(x.Rules.AnswerWithin[tag] / time.Second),
		MaxHops:       x.Rules.MaxHops,
		Weights:       x.weights,
		Fallback:      x.Rules.Fallback,
		UnsureToCoach: x.Rules.UnsureToCoach,
		BurstReach:    x.Rules.Burst.MaxReach,
	}
	if tag == directdial.Ambassador {
		// Nobody is pressed to thank, and nobody else is drawn into it.
		rules.AcceptWithin, rules.AnswerWithin = 0, 0
	}
	if len(x.Coaches) > 0 {
		rules.FirstCoach = x.Coaches[0]
	}
	return rules
}

func caseDial(d *directdial.Dial) *directdial.CaseDial {
	c := &directdial.CaseDial{
		ID: d.ID, State: d.State, Tag: d.Tag, Unsure: d.Unsure,
		Holder: d.Holder, Accepted: d.Accepted, Hop: d.Hop, Holders: len(d.Previous),
	}
	if !d.Late { // with whom it stays late, it was not dialled
		c.Holders++
	}
	return c
}

// conversation finds the dial of the thread that a mention belongs to. One that
// was withdrawn counts only if there is no other.
func conversation(r index.Reader, s subject) (found directdial.Dial, ok bool) {
	for _, key := range append([]directdial.Key{s.key}, s.parents...) {
		id := r.Get(bParents, string(key))
		if id == nil {
			continue
		}
		d, known := get[directdial.Dial](r, bDials, string(id))
		if known && (!ok || found.State == directdial.Withdrawn) {
			found, ok = d, true
		}
	}
	return found, ok
}

// burst returns the open dial that more mentions of the topic join, "" if the
// topic brings no more than it may.
func (x *directory) burst(r index.Reader, topic string, at time.Time) string {
	rule := x.Rules.Burst
	if rule.Window <= 0 || topic == "" {
		return ""
	}
	b, _ := get[burst](r, bBursts, topic)
	within := 0
	for _, t := range b.Opened {
		if t.After(at.Add(-rule.Window)) {
			within++
		}
	}
	if within < rule.Cards {
		return ""
	}
	if d, ok := get[directdial.Dial](r, bDials, b.Dial); !ok || !d.State.Open() {
		return ""
	}
	return b.Dial
}

// addCandidates fills in who is looked at. Decide asks the gate for each of
// them; this only finds them.
func (x *directory) addCandidates(r index.Reader, c *directdial.Case, author directdial.Key, held []string) {
	found, named := x.covering(r, c.Topic.Name)
	rel, _ := get[relation](r, bAuthors, string(author))
	a := x.asking(r, c, rel, held)
	a.shortlist(found, named)
	if covered(found, rel.Expert) { // whose turn it is or not, and first
		a.first(x.experts[rel.Expert])
	}
	if c.Dial != nil {
		a.also(c.Dial.To, directdial.RoleNamed)
	}
	if reopens(c) {
		a.also(c.Dial.Holder, directdial.RoleHolder)
	}
	a.also(c.Topic.Owner, directdial.RoleOwner)
	a.also(c.Rules.Fallback, directdial.RoleFallback)
	for i := range a.candidates {
		k := &a.candidates[i]
		if c.Topic.Mode == directdial.Direct || c.Topic.Mode == "" || k.Expert == c.Topic.Owner {
			a.also(k.Deputy, directdial.RoleDeputy)
		}
	}
	among := 0
	for i := range a.candidates {
		if k := &a.candidates[i]; k.Role&directdial.RoleTopic != 0 || covered(found, k.Expert) {
			among++
		}
	}
	c.Candidates = a.candidates
	c.Others = others(len(found)-among, len(x.Experts)-len(found)-(len(a.candidates)-among))
}

// others counts who is not among the candidates, by reason.
func others(notAsked, noGrant int) map[directdial.Reason]int {
	others := map[directdial.Reason]int{}
	if notAsked > 0 {
		others[directdial.NotAsked] = notAsked
	}
	if noGrant > 0 {
		others[directdial.NoGrant] = noGrant
	}
	if len(others) == 0 {
		return nil
	}
	return others
}

// look fills in what gate, score and budget may know of a candidate. Their clocks
// are set when they are chosen. Their grants are put where k.Grants has room.
func (x *directory) look(r index.Reader, c *directdial.Case, k *directdial.Candidate, e *listed, inForce policy) {
	l, p := shared[load](r, bExperts, e.ID), shared[colleague](r, bGrants, e.ID)
	k.Grants = x.caseGrants(c, e, p, inForce, k.Grants)
	k.Also = x.alsoKnows(c, e, p, inForce)
	k.Speaks, k.Deputy = speaks(e.Languages, c.Classification.Lang), e.Deputy
	k.Duty, k.Channels = x.dutyNow(e, l, c.At), x.reachable(e, l)
	if o := x.experts[c.Topic.Owner]; o != nil {
		k.Team = o.Team != "" && e.Team == o.Team
	}
	k.Open, k.Budget = l.Open, x.budget(e, p, c.At)
	spent(k, l, c.At)
	if !budget(k) {
		k.Free = free(l.Dials, k.Budget, c.At)
	}
}

// spent fills in what of the attention of a candidate is spent.
func spent(k *directdial.Candidate, l *load, at time.Time) {
	hourAgo, dayAgo := at.Add(-time.Hour), at.Add(-24*time.Hour)
	for _, t := range l.Dials {
		k.Last = t
		if t.After(hourAgo) {
			k.Hour++
		}
		if t.After(dayAgo) {
			k.Day++
		}
	}
}

// free is when a budget has room again: when enough dials are an hour, and a
// day, old.
func free(dials []time.Time, b directdial.Budget, at time.Time) time.Time {
	if b.PerHour <= 0 || b.PerDay <= 0 {
		return time.Time{} // never: a budget of none
	}
	back := at
	for _, limit := range []struct {
		n    int
		last time.Duration
	}{{b.PerHour, time.Hour}, {b.PerDay, 24 * time.Hour}} {
		if len(dials) < limit.n {
			continue
		}
		if t := dials[len(dials)-limit.n].Add(limit.last); t.After(back) {
			back = t
		}
	}
	return back
}

// speaks reports whether a list of languages holds lang; an empty list holds
// all, and a language that could not be told excludes nobody.
func speaks(list []string, lang string) bool {
	return lang == "" || len(list) == 0 || slices.Contains(list, lang)
}

// roughly rounds up to two digits.
func roughly(n int) int {
	unit := 1
	for n/unit >= 100 {
		unit *= 10
	}
	return (n + unit - 1) / unit * unit
}
