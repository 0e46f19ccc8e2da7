package route

import (
	"cmp"
	"context"
	"slices"

	"github.com/directdial/directdial"
)

// harm is the built-in topic: what the configuration says of it, and what always
// holds of it. Its owner is the first coach where none is named.
func harm(d *directdial.Directory) *directdial.Topic {
	t := directdial.Topic{Name: directdial.Harm}
	for i := range d.Topics {
		if d.Topics[i].Name == directdial.Harm {
			t = d.Topics[i]
		}
	}
	t.Mode, t.Restricted = directdial.Central, true
	if len(d.Coaches) > 0 {
		t.Owner = cmp.Or(t.Owner, d.Coaches[0])
	}
	return &t
}

// harmful reports whether a case is about what may harm somebody. Version 1 did
// not know that.
func harmful(c *directdial.Case) bool { return c.V > 1 && c.Topic.Name == directdial.Harm }

// harmedBy is what follows from the edit of a post that has a dial. Once it may
// harm, the whole dial is about that, for good: its words are hidden, and it goes
// on at once to who is answerable, or waits with them. Who holds it sees no more
// of it, unless that is they.
func (r *Router) harmedBy(ctx context.Context, w *writing, s subject, edited directdial.Event) []directdial.Event {
	c := r.directory.Load().freshCase(w.tx, w.at, s)
	d, ok := get[directdial.Dial](w.tx, bDials, edited.Dial)
	if !ok || d.Topic == directdial.Harm || !harmful(&c) {
		return []directdial.Event{edited}
	}
	d = aboutHarm(d)
	edited.Tag, edited.Topic = d.Tag, d.Topic
	if !d.State.Open() {
		return []directdial.Event{edited}
	}
	h := hop{why: directdial.MayHarm, said: &s.classification, held: append(slices.Clone(d.Previous), d.Holder)}
	if d.Holder == c.Topic.Owner && !d.Late {
		if h.cause, _ = r.keeping(ctx, w, &d); h.cause == "" {
			return []directdial.Event{edited}
		}
	}
	return append([]directdial.Event{edited}, r.goOn(ctx, w, &d, h)...)
}

// aboutHarm is a dial that has become one about what may harm.
func aboutHarm(d directdial.Dial) directdial.Dial {
	d.Tag, d.Topic, d.Unsure = directdial.Complaint, directdial.Harm, false
	return d
}
