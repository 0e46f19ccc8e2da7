package route

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// The router sees by itself whom to invite, to let practise, to let read a
// policy, and whom to tell that a grant ends. It looks at everybody after the
// start, after a change of the plan, and when the next of these is due; at one
// colleague after something was said about their grants. All of it is sent while
// its receiver is on duty.
const (
	careEvery  = time.Hour
	inviteNext = 90 * 24 * time.Hour // after "not now"
	warnBefore = 30 * 24 * time.Hour // before a grant ends
	sendNext   = 24 * time.Hour      // after a card could not be brought
)

// care writes what is due now, and notes when to look again.
func (r *Router) care(w *writing) {
	if w.at.Before(r.careAt) {
		if r.drawing.under() {
			r.sampled(w)
		}
		return
	}
	x := r.directory.Load()
	if inForce, _ := get[policy](w.tx, bMeta, policyKey); x.Policy != "" && inForce.Version != x.Policy {
		w.step(directdial.Input{Kind: directdial.InputTimer, ID: "policy"}, directdial.Event{Kind: directdial.EvPolicy, Detail: x.Policy})
		r.replan() // the gate closes for open dials, too, if it is not read
	}
	r.restate(w)
	r.careAt = w.at.Add(careEvery)
	if !r.opensAt.IsZero() && !w.at.Before(r.opensAt) {
		r.replan()
	}
	r.opensAt = time.Time{}
	for i := range x.Experts {
		if w.full() {
			r.careAt = w.at
			return
		}
		r.careFor(w, x.Experts[i].ID)
	}
	r.sampled(w)
}

// careFor writes what is due for one colleague, and what others must be told
// about them.
func (r *Router) careFor(w *writing, id string) {
	x := r.directory.Load()
	e, ok := x.experts[id]
	if !ok {
		return
	}
	p := saidOf(w.tx, id)
	c := carer{x: x, r: w.tx, at: w.at, expert: e, said: &p}
	c.reconfigured()
	inForce := x.policy(w.tx)
	unread := false
	for _, h := range x.holds(e, &p) {
		s := p.about(h.id)
		switch {
		case h.Ended(w.at):
		case h.Agreed.IsZero():
			c.invite(&h, &s)
		case h.Practised.IsZero():
			c.practise(&h, &s)
		default:
			c.ends(&h, &s)
			unread = unread || !inForce.readBy(&p, &h.Grant).IsZero()
			c.opens(&h.Grant)
		}
	}
	if unread {
		c.policy(inForce.Version)
	}
	if len(c.events) > 0 {
		w.step(directdial.Input{Kind: directdial.InputTimer, ID: id}, c.events...)
	}
	r.opensAt = earliest(r.opensAt, c.openAt)
	r.careAgain(&c)
}

// careAgain notes when something more will be due for a colleague.
func (r *Router) careAgain(c *carer) {
	if !c.next.IsZero() && c.next.Before(r.careAt) {
		r.careAt = c.next
	}
}

// carer collects what is due for one colleague.
type carer struct {
	x      *directory
	r      index.Reader
	at     time.Time
	expert *listed
	said   *colleague
	events []directdial.Event
	next   time.Time // when something more will be due
	openAt time.Time // when the first grant begins to count by itself
}

// later notes that something will be due then.
func (c *carer) later(at time.Time) {
	if at.After(c.at) {
		c.next = earliest(c.next, at)
	}
}

// reconfigured says in the log that the configuration says something else of a
// grant than when something was said about it, so that it stays so, whatever
// the configuration says next.
func (c *carer) reconfigured() {
	for i := range c.said.Said {
		s := &c.said.Said[i]
		configured := c.x.configured(c.expert.ID, s.ID)
		if s.Configured == fingerprint(configured) || (s.Grant == nil && s.Own == "") {
			continue
		}
		e := directdial.Event{
			Kind: directdial.EvConfigured, Expert: c.expert.ID, GrantID: s.ID,
			Grant: s.over(configured), Configured: fingerprint(configured),
		}
		c.events = append(c.events, e)
	}
}

func (c *carer) invite(h *held, s *said) {
	if s.Asked == terms(h.Grant) {
		if !s.NotNow.IsZero() {
			if again := s.NotNow.Add(inviteNext); c.at.Before(again) {
				c.later(again)
				return
			}
		} else if !c.lost(s.Card) {
			return
		}
	}
	g := h.Grant
	c.send("i", h.id, directdial.Event{Kind: directdial.EvInvited, GrantID: h.id, Grant: &g})
}

func (c *carer) practise(h *held, s *said) {
	if o, ok := get[directdial.Offer](c.r, bOffers, s.Card); ok && o.Card == directdial.PracticeCard && !c.lost(s.Card) {
		return
	}
	c.send("p", h.id, directdial.Event{Kind: directdial.EvTold, Card: directdial.PracticeCard, GrantID: h.id})
}

func (c *carer) policy(version string) {
	if o, ok := get[directdial.Offer](c.r, bOffers, c.said.Told); ok && o.Policy == version && !c.lost(o.ID) {
		return
	}
	c.send("r", version, directdial.Event{Kind: directdial.EvTold, Card: directdial.PolicyCard, Detail: version})
}

// ends tells the colleague, and the first coach, that a grant ends soon; of one
// end once.
func (c *carer) ends(h *held, s *said) {
	if h.Until.IsZero() {
		return
	}
	if begins := h.Until.Add(-warnBefore); c.at.Before(begins) {
		c.later(begins)
		return
	}
	told := func(who string) bool {
		for _, by := range s.Warned {
			if by.Expert == who && by.Until.Equal(h.Until) {
				return !c.lost(by.Offer)
			}
		}
		return false
	}
	e := directdial.Event{
		Kind: directdial.EvTold, Card: directdial.NewsCard, Reason: directdial.GrantEnds, GrantID: h.id, Until: h.Until,
	}
	if !told(c.expert.ID) {
		c.send("w", h.id, e)
	}
	if len(c.x.Coaches) == 0 || c.x.Coaches[0] == c.expert.ID || told(c.x.Coaches[0]) {
		return
	}
	if coach := c.x.experts[c.x.Coaches[0]]; coach != nil {
		e.About = c.expert.ID
		c.sendTo(coach, "w", h.id, e)
	}
}

// opens notes when a grant begins to count by itself: what is parked is decided
// anew then.
func (c *carer) opens(g *directdial.Grant) {
	for _, begins := range []time.Time{g.From, g.Resumes} {
		if begins.After(c.at) {
			c.openAt = earliest(c.openAt, begins)
			c.later(begins)
		}
	}
}

// lost reports whether a card could not be brought, and it is time to try again.
func (c *carer) lost(offer string) bool {
	o, ok := get[directdial.Offer](c.r, bOffers, offer)
	if !ok || !o.Failed {
		return false
	}
	again := o.At.Add(sendNext)
	c.later(again)
	return !c.at.Before(again)
}

func (c *carer) send(kind, about string, e directdial.Event) { c.sendTo(c.expert, kind, about, e) }

// sendTo puts a card into the hands of somebody who is there; else later.
func (c *carer) sendTo(to *listed, kind, about string, e directdial.Event) {
	l, _ := get[load](c.r, bExperts, to.ID)
	channels := c.x.reachable(to, &l)
	if len(channels) == 0 {
		return
	}
	duty := c.x.dutyOf(to.Expert, &l, c.at)
	if !duty.On {
		c.later(duty.Next)
		return
	}
	e.Expert, e.Channel, e.SendBefore = to.ID, channels[0], duty.Until
	e.Offer = cardID(kind, to.ID+" "+c.expert.ID+" "+about, c.at)
	c.events = append(c.events, e)
}

// cardID names a card that is no dial: a letter for its kind, sixteen hex digits
// of whom and what it is about, and the second.
func cardID(kind, about string, at time.Time) string {
	sum := sha256.Sum256([]byte(about))
	return kind + hex.EncodeToString(sum[:8]) + "-" + strconv.FormatInt(at.Unix(), 36)
}
