package route

import (
	"cmp"
	"context"
	"slices"

	"github.com/directdial/directdial"
)

// A restricted topic is for those who are granted it by name, and what may harm
// for who is answerable. So what is about one does not come to a dial that is
// about something else: a reply gets a dial of its own, and an edit turns the
// dial, which stays with who holds it only if the gate lets them.

// brings reports whether a case is about a restricted topic that a dial is not
// about.
func brings(c *directdial.Case, d *directdial.Dial) bool {
	return c.Topic.Restricted && c.Topic.Name != d.Topic
}

// turns reports whether a dial went on because an edit made it be about
// something else. It must not stay where it is, however many had it before.
func turns(why directdial.Reason) bool {
	return why == directdial.MayHarm || why == directdial.MadeRestricted
}

// turnedBy is what follows from the edit of a post that has a dial. Once it is
// about a restricted topic, the whole dial is about that, for good: it goes on at
// once if its holder may not have it, or waits with its owner, and who held it
// sees no more of it. What may harm stays what it is, whatever it says next.
func (r *Router) turnedBy(ctx context.Context, w *writing, s subject, edited directdial.Event) []directdial.Event {
	c := r.directory.Load().freshCase(w.tx, w.at, s)
	d, ok := get[directdial.Dial](w.tx, bDials, edited.Dial)
	if !ok || d.Topic == directdial.Harm || !brings(&c, &d) {
		return []directdial.Event{edited}
	}
	turned(&d, cmp.Or(deciding(&c), d.Tag), c.Topic.Name, unsure(&c))
	edited.Tag, edited.Topic, edited.Unsure = d.Tag, d.Topic, d.Unsure
	if !d.State.Open() {
		return []directdial.Event{edited}
	}
	h := hop{why: directdial.MadeRestricted, said: &s.classification, held: append(slices.Clone(d.Previous), d.Holder)}
	if harmful(&c) {
		h.why = directdial.MayHarm
	}
	if !d.Late && (!harmful(&c) || d.Holder == c.Topic.Owner) {
		if h.cause, _ = r.keeping(ctx, w, &d, h.said); h.cause == "" {
			return []directdial.Event{edited}
		}
	}
	return append([]directdial.Event{edited}, r.goOn(ctx, w, &d, h)...)
}

// turned makes a dial one about something else.
func turned(d *directdial.Dial, tag directdial.Tag, topic string, unsure bool) {
	d.Tag, d.Topic, d.Unsure = tag, topic, unsure
}
