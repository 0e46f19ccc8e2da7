package route

import (
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// saidOf is what was said about the grants of an expert.
func saidOf(r index.Reader, expert string) colleague {
	p, _ := get[colleague](r, bGrants, expert)
	return p
}

// coverKey is where the index keeps that somebody has, or had, a grant for a
// topic that an event gave. Topics and ids hold no blank.
func coverKey(topic, expert string) string { return topic + " " + expert }

// grant is what happened to a grant: from now on it holds as the event says.
func (f *folder) grant(e *directdial.Event) {
	p := saidOf(f.tx, e.Expert)
	s := p.about(e.GrantID)
	s.Grant, s.Configured = e.Grant, e.Configured
	own := e.By == e.Expert
	switch e.Kind {
	case directdial.EvAgreed:
		s.Own, s.Ended, s.NotNow, s.Fewer = "", false, time.Time{}, e.Budget
		s.Yes, s.Done = true, false
		p.read(e.Grant.Policy)
		f.invited(s.Card, e.Kind)
	case directdial.EvPractised:
		s.Done = true
		f.answered(s.Card, e.Kind)
	case directdial.EvEnded:
		s.Ended, s.Fewer, s.Yes, s.Done = true, nil, false, false
		f.answered(s.Card, e.Kind)
	case directdial.EvGranted, directdial.EvConfigured:
		s.Ended = false
	case directdial.EvResumed:
		if s.Own == directdial.EvPaused {
			s.Own = ""
		}
	}
	// More than they said yes to is asked anew.
	s.Yes = s.Yes && e.Grant != nil && !e.Grant.Agreed.IsZero()
	s.Done = s.Done && s.Yes
	if own && (e.Kind == directdial.EvEnded || e.Kind == directdial.EvPaused || e.Kind == directdial.EvLowered) {
		s.Own, s.OwnAt = e.Kind, f.step.At
	}
	f.keepSaid(e.Expert, &p, s)
	f.askAgain(e.Expert)
}

// bounded notes how many cards its holder wants under a grant; without a bound as
// many as the configuration says.
func (f *folder) bounded(e *directdial.Event) {
	p := saidOf(f.tx, e.Expert)
	s := p.about(e.GrantID)
	s.Fewer = e.Budget
	f.keepSaid(e.Expert, &p, s)
}

// keepSaid stores what was said about a grant, and under which topics its
// holder is found.
func (f *folder) keepSaid(expert string, p *colleague, s said) {
	for _, topic := range givenTopics(p) {
		f.tx.Delete(bCovers, coverKey(topic, expert))
	}
	if i, ok := p.find(s.ID); ok {
		p.Said[i] = s
	} else {
		p.Said = slices.Insert(p.Said, i, s)
	}
	for _, topic := range givenTopics(p) {
		f.tx.Put(bCovers, coverKey(topic, expert), nil)
	}
	put(f.tx, bGrants, expert, p)
}

// givenTopics are the topics of all grants that events gave or changed.
func givenTopics(p *colleague) (topics []string) {
	for _, s := range p.Said {
		if s.Grant != nil {
			topics = append(topics, s.Grant.Topics...)
		}
	}
	return topics
}

// read notes a version of the policy that somebody knows.
func (p *colleague) read(version string) {
	if version == "" {
		return
	}
	p.Read = slices.DeleteFunc(p.Read, func(v string) bool { return v == version })
	p.Read = append(p.Read, version)
	p.Read = p.Read[max(len(p.Read)-maxRead, 0):]
}

func (f *folder) hasRead(e *directdial.Event) {
	p := saidOf(f.tx, e.Expert)
	p.read(e.Detail)
	put(f.tx, bGrants, e.Expert, p)
	f.answered(p.Told, e.Kind)
}

func (f *folder) notNow(e *directdial.Event) {
	p := saidOf(f.tx, e.Expert)
	s := p.about(e.GrantID)
	s.NotNow = f.step.At
	f.keepSaid(e.Expert, &p, s)
	f.answered(s.Card, e.Kind)
}

func (f *folder) policy(e *directdial.Event) {
	_, known := get[policy](f.tx, bMeta, policyKey)
	put(f.tx, bMeta, policyKey, policy{Version: e.Detail, Since: f.step.At, First: !known})
}

// told puts a card that is no dial into the outbox. It takes the place of the
// one before it about the same.
func (f *folder) told(e *directdial.Event) {
	o := directdial.Offer{
		ID: e.Offer, Expert: e.Expert, Channel: e.Channel, Card: e.Card, Grant: e.GrantID, About: e.About, Reason: e.Reason,
		At: f.step.At, Step: f.seq, SendBefore: e.SendBefore, First: 1, Revision: 1,
	}
	whose := e.Expert
	if e.About != "" {
		whose = e.About
	}
	p := saidOf(f.tx, whose)
	s := p.about(e.GrantID)
	switch {
	case e.Kind == directdial.EvInvited:
		o.Card = directdial.InvitationCard
		f.answered(s.Card, "")
		s.Card, s.Asked, s.NotNow = o.ID, terms(*e.Grant), time.Time{}
	case e.Card == directdial.PracticeCard:
		f.answered(s.Card, "")
		s.Card = o.ID
	case e.Card == directdial.PolicyCard:
		o.Policy = e.Detail
		f.answered(p.Told, "")
		p.Told = o.ID
	case e.Reason == directdial.Unreachable:
		o.Detail = e.Detail
	case e.Reason == directdial.Sampled:
		o.Sample = e.Sample
		f.sampled(&o)
		return // it is about nobody
	case e.Reason == directdial.GrantEnds:
		s.Warned = slices.DeleteFunc(s.Warned, func(w warned) bool { return w.Expert == e.Expert })
		s.Warned = append(s.Warned, warned{Expert: e.Expert, Until: e.Until, Offer: o.ID})
	}
	if e.GrantID != "" {
		f.keepSaid(whose, &p, s)
	} else {
		put(f.tx, bGrants, whose, p)
	}
	f.offer(o, true)
}

// invited closes an invitation that is answered. The practice card of a yes stays
// open when the yes is said again.
func (f *folder) invited(offer string, by directdial.EventKind) {
	if o, _ := get[directdial.Offer](f.tx, bOffers, offer); o.Card == directdial.InvitationCard {
		f.answered(offer, by)
	}
}

// answered closes a card that is no dial: nothing is left to answer on it.
func (f *folder) answered(offer string, by directdial.EventKind) {
	o, ok := get[directdial.Offer](f.tx, bOffers, offer)
	if !ok || !o.Answered.IsZero() {
		return
	}
	o.Answered, o.Answer = f.step.At, by
	o.Revision++
	f.offer(o, false)
}
