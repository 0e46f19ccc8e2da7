package route

import (
	"context"

	"github.com/directdial/directdial"
)

// Standing asks the gate once more for a card that was not sent yet, with the
// plan in force now: a grant may have been taken away, or the colleague, since
// it was offered. It returns why the card must not be sent, "" if it may.
func (r *Router) Standing(ctx context.Context, o directdial.Offer) (directdial.Reason, error) {
	if o.Card != "" || o.Step > r.since.Load() {
		return "", nil // no dial, or decided under this plan and these grants
	}
	then, _, err := r.OfferCase(ctx, o)
	if err != nil {
		return "", err
	}
	x := r.directory.Load()
	e, ok := x.experts[o.Expert]
	if !ok {
		return directdial.Unknown, nil
	}
	c := x.freshCase(r.db, directdial.Clock(r.now()), subject{mention: then.Mention, classification: then.Classification})
	c.Topic = x.topicOf(r.db, then.Topic.Name, then.Topic)
	if volunteers(&then) {
		c.Dial = then.Dial // who took it by hand gets its card, on duty or not
	}
	k := directdial.Candidate{Expert: e.ID}
	for _, before := range then.Candidates {
		if before.Expert == o.Expert {
			k.Role = before.Role
		}
	}
	x.look(r.db, &c, &k, e, x.policy(r.db))
	reason, _ := gate(&c, &k)
	return reason, nil
}
