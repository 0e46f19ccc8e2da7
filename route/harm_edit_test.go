package route

import (
	"testing"

	"github.com/directdial/directdial"
)

// An edit that makes a dial harmful takes it off whoever holds it.
func TestEditThatMayHarmGoesToWhoIsAnswerable(t *testing.T) {
	granted := expert("kim", func(e *directdial.Expert) { e.Grants = append(e.Grants, grant("harm")) })
	post := directdial.Mention{ID: "1", Text: "complaint #billing"}
	reply := directdial.Mention{ID: "2", Thread: "1", Text: "me too"}
	for name, test := range map[string]struct {
		who    []func(*directdial.Directory)
		before func(x *exchange, d directdial.Dial)
		edited directdial.Mention
		late   bool // with kim, who is not enabled
	}{
		"offered": {who: []func(*directdial.Directory){granted}, edited: post},
		"taken": {who: []func(*directdial.Directory){granted}, edited: post, before: func(x *exchange, d directdial.Dial) {
			x.do(directdial.Action{Kind: directdial.ActTake, By: "ana", Dial: d.ID})
		}},
		"a reply":                       {who: []func(*directdial.Directory){granted}, edited: reply},
		"after as many as may be asked": {who: []func(*directdial.Directory){granted, func(d *directdial.Directory) { d.Rules.MaxHops = 1 }}, edited: post},
		"nobody is enabled":             {edited: post, late: true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, change(test.who...), func(t *testing.T, x *exchange) {
				key := x.hear(post)
				x.hear(reply)
				d := x.dialOf(key)
				x.deliver(x.outbox()[0])
				if test.before != nil {
					test.before(x, d)
				}
				before := x.dialOf(key).Revision
				m := test.edited
				m.Text = "complaint #billing #harm"
				x.hear(m)
				got := x.dialOf(key)
				if got.ID != d.ID || got.Holder != "kim" || got.Late != test.late || got.Topic != directdial.Harm || got.Reason != directdial.MayHarm {
					t.Errorf("it is with %s, late: %v, about %s: %s", got.Holder, got.Late, got.Topic, got.Reason)
				}
				if o, _ := x.router.Offer(directdial.OfferID(d.ID, 1)); !o.Past || o.Revision <= before || o.Turned != o.Revision {
					t.Errorf("the card of %s is %+v", d.Holder, o)
				}
				m.Text = "complaint #billing"
				x.hear(m)
				if got := x.dialOf(key); got.Holder != "kim" || got.Topic != directdial.Harm {
					t.Errorf("taken back, it is with %s about %s", got.Holder, got.Topic)
				}
				if reason := x.refusedWith(directdial.Action{Kind: directdial.ActTake, By: "ana", Dial: d.ID}); reason != directdial.NoGrant {
					t.Errorf("taking it is refused with %q", reason)
				}
			})
		})
	}
}

func TestEditThatMayHarmStaysWithWhoIsAnswerable(t *testing.T) {
	all := func(d *directdial.Directory) {
		d.Experts = []directdial.Expert{person("kim", "billing", "harm")}
	}
	inBubble(t, change(all), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		x.hear(directdial.Mention{ID: "1", Text: "#harm"})
		if d := x.dialOf(key); d.Holder != "kim" || d.Hop != 1 || d.Topic != directdial.Harm || d.Tag != directdial.Complaint || d.Revision != 2 {
			t.Errorf("the dial is %+v", d)
		}
	})
}

func TestEditOfAClosedDialThatMayHarmHidesItsWords(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		d := x.dialOf(key)
		x.do(directdial.Action{Kind: directdial.ActAnswered, By: d.Holder, Dial: d.ID})
		x.hear(directdial.Mention{ID: "1", Text: "#harm"})
		if got := x.dialOf(key); got.State != directdial.Answered || got.Topic != directdial.Harm {
			t.Errorf("the dial is %+v", got)
		}
	})
}
