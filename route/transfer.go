package route

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// transfer judges that all that somebody has goes to a colleague: the authors
// who know them, their accounts of the brand and their topics, and their open
// dials as far as the gate lets the colleague.
// Who leaves may be gone from the configuration already.
func (r *Router) transfer(w *writing, a *directdial.Action) []directdial.Event {
	x := r.directory.Load()
	_, known := x.experts[a.Expert]
	switch {
	case a.By != ops && !slices.Contains(x.Coaches, a.By):
		return no(a, directdial.NotHolder, "only a coach can do that")
	case x.experts[a.To] == nil:
		return no(a, directdial.Unknown, "%s", x.noExpert(a.To))
	case len(a.Detail) > maxWhy:
		return no(a, directdial.Unreadable, "say why in at most %d characters", maxWhy)
	case a.Expert == a.To:
		return no(a, directdial.Unknown, "they have it already")
	case !known && w.tx.Get(bExperts, a.Expert) == nil:
		return no(a, directdial.Unknown, "nobody called %q was ever dialled", a.Expert)
	}
	charges := x.charges(w.tx, a.Expert)
	for i := range charges {
		charges[i].Since = time.Time{} // it begins anew
	}
	r.replan() // what is parked has another owner
	return []directdial.Event{{
		Kind: directdial.EvTransferred, From: a.Expert, Expert: a.To, Count: len(withHolder(w.tx, a.Expert)), Charges: charges,
		Detail: a.Detail, By: a.By, Action: a.ID,
	}}
}

// Stays says what the configuration still says of somebody, so that only a change
// of it can give it to somebody else; "" for nothing.
func (r *Router) Stays(id string) string {
	var what []string
	x := r.directory.Load()
	for i := range x.Experts {
		if x.Experts[i].Deputy == id {
			what = append(what, "deputy of "+x.Experts[i].ID)
		}
	}
	if x.Rules.Fallback == id {
		what = append(what, "fallback")
	}
	if slices.Contains(x.Coaches, id) {
		what = append(what, "coach")
	}
	return strings.Join(what, ", ")
}

// NotEnabled lists the topics of charges for which somebody has no grant that
// counts now: they own them, and are not dialled about them.
func (r *Router) NotEnabled(id string, charges []directdial.Charge) (topics []string) {
	x, grants := r.directory.Load(), r.Grants(id, r.now())
	for _, c := range charges {
		t := x.topics[c.Topic]
		if t == nil || slices.ContainsFunc(grants, func(h directdial.Holding) bool {
			return h.State == "" && (slices.Contains(h.Topics, t.Name) || !t.Restricted && slices.Contains(h.Topics, "*"))
		}) {
			continue
		}
		topics = append(topics, t.Name)
	}
	return topics
}

// handOver brings a dial that was transferred to whom it shall go, or to the
// next best where they may not take it.
func (r *Router) handOver(ctx context.Context, w *writing, d *directdial.Dial) []directdial.Event {
	h := hop{why: directdial.Transferred, to: d.Transfer, held: slices.Clone(d.Previous)}
	if !d.Late {
		h.held = append(h.held, d.Holder)
	}
	if _, decision := r.next(ctx, w, d, h); w.err == nil && decision.Outcome != directdial.ToDial {
		h.to = ""
	}
	return r.goOn(ctx, w, d, h)
}
