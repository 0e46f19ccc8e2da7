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

// What is restricted is for those who are granted it by name, also where it comes
// in later.
func TestEditThatBringsARestrictedTopicGoesToWhoIsGrantedIt(t *testing.T) {
	post := directdial.Mention{ID: "1", Text: "complaint #billing"}
	named := expert("ana", func(e *directdial.Expert) { e.Grants = append(e.Grants, grant("recall")) })
	for name, test := range map[string]struct {
		who    []func(*directdial.Directory)
		text   string
		holder string
		tag    directdial.Tag
		late   bool
		reason directdial.Reason
	}{
		"granted by name to another":  {text: "question #recall", holder: "kim", tag: directdial.Question, reason: directdial.MadeRestricted},
		"granted by name":             {who: []func(*directdial.Directory){named}, text: "#recall", holder: "ana", tag: directdial.Complaint},
		"after as many as may be":     {who: []func(*directdial.Directory){func(d *directdial.Directory) { d.Rules.MaxHops = 1 }}, text: "complaint #recall", holder: "kim", tag: directdial.Complaint, reason: directdial.MadeRestricted},
		"granted to nobody":           {who: []func(*directdial.Directory){expert("kim", func(e *directdial.Expert) { e.Grants = nil })}, text: "complaint #recall", holder: "kim", tag: directdial.Complaint, late: true, reason: directdial.MadeRestricted},
		"in a language of no lexicon": {text: "complaint #recall", holder: "kim", tag: directdial.Complaint, reason: directdial.MadeRestricted},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, change(test.who...), func(t *testing.T, x *exchange) {
				key := x.hear(post)
				d := x.dialOf(key)
				x.do(directdial.Action{Kind: directdial.ActTake, By: d.Holder, Dial: d.ID})
				m := post
				m.Text = test.text
				if name == "in a language of no lexicon" {
					m.Lang = "it"
				}
				x.hear(m)
				got := x.dialOf(key)
				if got.ID != d.ID || got.Holder != test.holder || got.Topic != "recall" || got.Tag != test.tag || got.Late != test.late || got.Reason != test.reason {
					t.Errorf("%s is with %s, late: %v, about %s as %s: %s", got.ID, got.Holder, got.Late, got.Topic, got.Tag, got.Reason)
				}
				x.hear(post)
				if got := x.dialOf(key); got.Holder != test.holder || got.Topic != "recall" {
					t.Errorf("taken back, it is with %s about %s", got.Holder, got.Topic)
				}
			})
		})
	}
}

func TestReplyAboutARestrictedTopicIsADialOfItsOwn(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		u := directdial.Author{Handle: "u"}
		first := x.dialOf(x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: u}))
		x.do(directdial.Action{Kind: directdial.ActAnswered, By: first.Holder, Dial: first.ID})
		d := x.dialOf(x.hear(directdial.Mention{ID: "2", Thread: "1", Text: "complaint #recall", Author: u}))
		if d.ID == first.ID || d.Holder != "kim" || x.now(first).State != directdial.Answered {
			t.Errorf("it is with %s in %s; the first is %s", d.Holder, d.ID, x.now(first).State)
		}
		if joined := x.dialOf(x.hear(directdial.Mention{ID: "3", Thread: "2", Text: "complaint #billing"})); joined.ID != d.ID {
			t.Errorf("what is said to it went to %s", joined.ID)
		}
	})
}
