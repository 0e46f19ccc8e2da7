package route

import (
	"context"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// Everybody decides again about a mention with all experts as candidates and not
// only those that a receipt has: with today's configuration, grants and loads, at
// the time of its receipt. Nothing is written.
func (r *Router) Everybody(ctx context.Context, mention directdial.Key) (c directdial.Case, d directdial.Decision, err error) {
	receipt, err := r.Receipt(ctx, mention)
	if err != nil {
		return c, d, err
	}
	rec, _ := get[directdial.MentionRecord](r.db, bMentions, string(mention))
	x := r.directory.Load()
	err = r.db.View(func(v index.Reader) {
		c = x.freshCase(v, receipt.Case.At, subject{mention: receipt.Case.Mention, classification: receipt.Case.Classification})
		x.everybody(v, &c, rec.Author)
	})
	return c, Decide(c), err
}

// TryEverybody is Try with all experts as candidates.
func (r *Router) TryEverybody(m directdial.Mention, c directdial.Case) (directdial.Case, directdial.Decision, error) {
	s := r.newSubject(&m)
	err := r.db.View(func(v index.Reader) { r.directory.Load().everybody(v, &c, s.author) })
	return c, Decide(c), err
}

// everybody fills in all experts as candidates, those that a decision would look
// at first.
func (x *directory) everybody(r index.Reader, c *directdial.Case, author directdial.Key) {
	x.addCandidates(r, c, author, nil)
	c.Others = nil
	found, _ := x.covering(r, c.Topic.Name)
	inForce := x.policy(r)
	for i := range x.Experts {
		id := x.Experts[i].ID
		if find(c.Candidates, id) >= 0 {
			continue
		}
		k := directdial.Candidate{Expert: id}
		if covered(found, id) {
			k.Role = directdial.RoleTopic
		}
		x.look(r, c, &k, x.experts[id], inForce)
		c.Candidates = append(c.Candidates, k)
	}
}
