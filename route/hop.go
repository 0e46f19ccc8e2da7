package route

import (
	"context"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// hop is what is asked when a dial goes on.
type hop struct {
	why   directdial.Reason
	cause directdial.Reason          // of GateClosed: what closed it
	by    string                     // who passed it on, if somebody did
	to    string                     // the one who is named; "" for whoever is best
	held  []string                   // who had their turn
	tried []string                   // channels that do not count for the one who is named
	said  *directdial.Classification // what is said now, where that is why
}

// onward is the case of a dial that goes on, but for its candidates: past, the
// one that opened it, at another time under the rules of today.
func (x *directory) onward(r index.Reader, at time.Time, past directdial.Case, d *directdial.Dial, h hop) directdial.Case {
	if h.said != nil {
		past.Classification = *h.said
	}
	if d.Topic != "" && past.Topic.Name != d.Topic { // it was turned later
		past.Topic = directdial.CaseTopic{Name: d.Topic, Score: 1000}
	}
	c := x.freshCase(r, at, subject{mention: past.Mention, classification: past.Classification})
	c.Topic = x.topicOf(r, past.Topic.Name, past.Topic)
	c.Rules = x.caseRules(d.Tag)
	c.Dial = caseDial(d)
	c.Dial.Next, c.Dial.To = h.why, h.to
	return c
}

// nextCase is the case of a dial that goes on.
func (x *directory) nextCase(r index.Reader, at time.Time, past directdial.Case, d *directdial.Dial, h hop) directdial.Case {
	c := x.onward(r, at, past, d, h)
	author := directdial.Key("")
	if len(d.Authors) > 0 {
		author = d.Authors[0]
	}
	x.addCandidates(r, &c, author, h.held)
	for i := range c.Candidates {
		if k := &c.Candidates[i]; k.Expert == h.to {
			k.Channels = slices.DeleteFunc(slices.Clone(k.Channels), func(ch string) bool { return slices.Contains(h.tried, ch) })
		}
	}
	return c
}

// goesTo decides who holds a dial next.
func (x *directory) goesTo(r index.Reader, at time.Time, past directdial.Case, d *directdial.Dial, h hop) (c directdial.Case, decision directdial.Decision) {
	index.Once(r, func(r index.Reader) {
		c = x.nextCase(r, at, past, d, h)
		decision = x.decide(r, &c)
	})
	return c, decision
}

// next is goesTo of a dial whose case stands in the log.
func (r *Router) next(ctx context.Context, w *writing, d *directdial.Dial, h hop) (directdial.Case, directdial.Decision) {
	past, err := r.pastCase(ctx, w, d)
	if err != nil {
		w.err = err
		return past, directdial.Decision{}
	}
	return r.directory.Load().goesTo(w.tx, w.at, past, d, h)
}

// keeping asks the gate whether the holder of an open dial may go on with it:
// why not, and when it closes as far as it is known. said is what is said now, nil
// for what was said first.
func (r *Router) keeping(ctx context.Context, w *writing, d *directdial.Dial, said *directdial.Classification) (why directdial.Reason, ends time.Time) {
	past, err := r.pastCase(ctx, w, d)
	if err != nil {
		w.err = err
		return "", time.Time{}
	}
	x := r.directory.Load()
	e, ok := x.experts[d.Holder]
	if !ok {
		return directdial.Unknown, time.Time{}
	}
	c := x.onward(w.tx, w.at, past, d, hop{why: directdial.GateClosed, to: d.Holder, said: said})
	k := directdial.Candidate{Expert: e.ID, Role: directdial.RoleNamed}
	x.look(w.tx, &c, &k, e, x.policy(w.tx))
	return keeps(&c, &k)
}

// goOn passes a dial to its next holder, or leaves it late with its owner.
func (r *Router) goOn(ctx context.Context, w *writing, d *directdial.Dial, h hop) []directdial.Event {
	c, decision := r.next(ctx, w, d, h)
	base := directdial.Event{Dial: d.ID, Tag: d.Tag, Topic: d.Topic}
	if decision.Outcome != directdial.ToDial {
		e := base
		e.Kind, e.Reason, e.Detail, e.From, e.By = directdial.EvLate, h.why, string(h.cause), d.Holder, h.by
		e.Owner, e.For, e.Until, e.Case = decision.Owner, decision.For, decision.Until, receipt(&c)
		return append([]directdial.Event{e}, r.notice(w.tx, d.Mentions[0], w.at, decision.Owner)...)
	}
	handed := base
	handed.Kind, handed.Reason, handed.Detail, handed.By = directdial.EvHandedOff, h.why, string(h.cause), h.by
	handed.From, handed.Expert = d.Holder, decision.Expert
	offered := base
	offered.Case = receipt(&c)
	return []directdial.Event{handed, offer(offered, &decision, d.ID, d.Hop+1)}
}
