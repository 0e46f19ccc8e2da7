package route

import (
	"context"
	"slices"
	"strings"

	"github.com/directdial/directdial"
)

// maxAsked bounds how many experts the gate is asked about by name.
const maxAsked = 100

// Colleagues lists who may take a dial from its holder at this moment, the best
// first, at most n: those whose name or id contains the words, all that the
// exchange would look at if there are none.
func (r *Router) Colleagues(ctx context.Context, dial, words string, n int) ([]directdial.Expert, error) {
	d, ok := r.Dial(dial)
	if !ok {
		return nil, directdial.Errorf(directdial.NotFound, "there is no dial %q", dial)
	}
	o, _ := r.Offer(directdial.OfferID(d.ID, d.Hop))
	past, _, err := r.OfferCase(ctx, o)
	if err != nil {
		return nil, err
	}
	x := r.directory.Load()
	h := hop{why: directdial.PassedOn, held: append(slices.Clone(d.Previous), d.Holder)}
	var found []directdial.Expert
	take := func(id string) {
		if len(found) < n && !slices.ContainsFunc(found, func(e directdial.Expert) bool { return e.ID == id }) {
			found = append(found, *x.experts[id].Expert)
		}
	}
	at := directdial.Clock(r.now())
	c := x.nextCase(r.db, at, past, &d, h)
	decision := Decide(c)
	for _, i := range passed(&c, &decision) {
		if e := x.experts[c.Candidates[i].Expert]; goesBy(e.Expert, words) {
			take(e.ID)
		}
	}
	if words == "" {
		return found, nil
	}
	for i, asked := 0, 0; i < len(x.Experts) && asked < maxAsked; i++ {
		if !goesBy(&x.Experts[i], words) {
			continue
		}
		asked++
		h.to = x.Experts[i].ID
		if Decide(x.nextCase(r.db, at, past, &d, h)).Expert == h.to {
			take(h.to)
		}
	}
	return found, nil
}

// passed are the candidates that nothing speaks against, the best first.
func passed(c *directdial.Case, d *directdial.Decision) []int {
	var order []int
	for i, v := range d.Verdicts {
		if v.Reason == "" || v.Reason == directdial.Outranked {
			order = append(order, i)
		}
	}
	rank(c, d.Verdicts, order)
	return order
}

// goesBy reports whether an expert goes by the words, whatever their case.
func goesBy(e *directdial.Expert, words string) bool {
	words = strings.ToLower(strings.TrimSpace(words))
	return strings.Contains(strings.ToLower(e.Name), words) || strings.Contains(e.ID, words)
}
