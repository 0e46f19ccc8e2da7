package route

import (
	"context"
	"errors"
	"flag"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// Whatever is said, done, configured, lost and killed, in whatever order: the
// ledger balances, each mention is in one state, the index is the fold of the
// log, and nobody who is not enabled is offered a dial, takes one or gets one
// back.
func TestWhateverHappensTheExchangeHoldsTogether(t *testing.T) {
	seldom(t)
	dirs := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(dirs, "")
		if err != nil {
			t.Fatal(err)
		}
		bubble(t, func() {
			c := newChaos(rt, dir)
			defer c.close()
			rt.Repeat(c.moves())
			time.Sleep(time.Minute)
			c.check()
		})
		_ = os.RemoveAll(dir)
	})
}

// bubble runs f under a clock of its own. What rapid throws to end a case comes
// out of it.
func bubble(t *testing.T, f func()) {
	var thrown any
	synctest.Test(t, func(*testing.T) {
		defer func() { thrown = recover() }()
		f()
	})
	if thrown != nil {
		panic(thrown)
	}
}

// seldom tries a fifth of the cases that are asked for: each opens a log and an
// index.
func seldom(t *testing.T) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	n, err := strconv.Atoi(before)
	if err == nil {
		err = checks.Value.Set(strconv.Itoa(max(n/5, 1)))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = checks.Value.Set(before) })
}

// chaos is an exchange to which everything happens.
type chaos struct {
	*exchange
	t    *rapid.T
	lost atomic.Int32  // how many writes to come lose their answer
	gone atomic.Int32  // how many writes to come are not made
	read atomic.Uint64 // up to which sequence of MENTIONS what is broken can be read

	nameless map[directdial.Key]directdial.Mention // broken, and in no state under their own key yet
}

func newChaos(t *rapid.T, dir string) *chaos {
	c := &chaos{t: t, exchange: newExchange(t, dir, drawDirectory(t, time.Now())), nameless: map[directdial.Key]directdial.Mention{}}
	c.through = func(b *bus.Bus) Log {
		return &lossy{Bus: b, mended: c.read.Load, append: func(write func() (int, error)) (int, error) {
			if c.gone.Add(-1) >= 0 {
				return 0, errAnswer
			}
			n, err := write()
			if err == nil && c.lost.Add(-1) >= 0 {
				return 0, errAnswer
			}
			return n, err
		}}
	}
	c.start()
	return c
}

func (c *chaos) moves() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"said":       c.saySomething,
		"said again": c.saySomething,
		"said more":  c.saySomething,
		"acted":      c.act,
		"acted more": c.act,
		"brought":    c.bring,
		"came, left": c.comeAndLeave,
		"enabled":    c.enable,
		"consented":  c.consent,
		"reported":   c.report,
		"slept": func(t *rapid.T) {
			time.Sleep(time.Duration(rapid.IntRange(1, 1000).Draw(t, "minutes")) * time.Minute)
			c.settle()
		},
		"forgotten": func(t *rapid.T) {
			who := rapid.SampledFrom([]string{"u1", "u2", "nobody"}).Draw(t, "who")
			c.do(directdial.Action{Kind: directdial.ActForget, By: "ops", Authors: []directdial.Key{c.keys.Author("mastodon", who)}})
		},
		"snapshot": func(t *rapid.T) {
			if err := c.router.Snapshot(context.Background()); err != nil {
				t.Errorf("a snapshot: %v", err)
			}
		},
		"configured": func(t *rapid.T) { c.configure(drawDirectory(t, time.Now())) },
		"muted": func(t *rapid.T) {
			who := []directdial.Key{c.keys.Author("mastodon", rapid.SampledFrom([]string{"u1", "u2"}).Draw(t, "who"))}
			kind := mostly(directdial.ActMute, directdial.ActUnmute).Draw(t, "kind")
			until := time.Now().Add(time.Duration(rapid.IntRange(-1, 20).Draw(t, "hours")) * time.Hour)
			c.do(directdial.Action{Kind: kind, By: mostly("ops", "e0", "e1").Draw(t, "by"), Authors: who, Until: until, Detail: mostly("spam", "").Draw(t, "why")})
		},
		"poisoned": func(t *rapid.T) {
			s := rapid.SampledFrom([]bus.Stream{bus.Mentions, bus.Actions}).Draw(t, "stream")
			subject := map[bus.Stream]string{bus.Mentions: "mentions.x.y", bus.Actions: "actions.x"}[s]
			c.publish(s, bus.Message{Subject: subject, Data: []byte(rapid.SampledFrom([]string{"", "{}", `{"v":1}`, `{"v":1,"kind":"x"}`}).Draw(t, "data"))})
			c.settle()
		},
		"broken":   c.breakSomething,
		"replayed": c.replaySomething,
		"killed": func(t *rapid.T) {
			c.post(c.drawMention(t))
			c.crash()
			if rapid.Bool().Draw(t, "the index is lost, too") {
				if err := errors.Join(c.db.Close(), os.Remove(c.indexPath())); err != nil {
					t.Fatal(err)
				}
				c.openIndex()
			}
			c.start()
		},
		"forgot": func(t *rapid.T) {
			author := rapid.SampledFrom([]string{"u1", "u2", "nobody"}).Draw(t, "author")
			c.do(directdial.Action{Kind: directdial.ActForget, By: "ops", Authors: []directdial.Key{c.keys.Author("mastodon", author)}})
		},
		"snapshot taken": func(*rapid.T) {
			c.router.partSize = 100
			c.snapshot()
		},
		"lost": func(t *rapid.T) {
			c.lost.Store(int32(rapid.IntRange(0, 2).Draw(t, "answers")))
			c.gone.Store(int32(rapid.IntRange(0, 2).Draw(t, "writes")))
			c.post(c.drawMention(t))
			time.Sleep(time.Minute)
			c.lost.Store(0)
			c.gone.Store(0)
			c.settle()
		},
	}
}

// drawMention draws one of ten posts in two threads, by three authors. What it
// says may change, the language does not.
func (c *chaos) drawMention(t *rapid.T) directdial.Mention {
	n := rapid.IntRange(0, 9).Draw(t, "post")
	m := directdial.Mention{
		ID: strconv.Itoa(n), Text: drawText.Draw(t, "text"), Lang: []string{"en", "", "it"}[n%3],
		Author:  directdial.Author{Handle: []string{"u1", "u2", ""}[n%3]},
		History: drawRare.Draw(t, "history"),
	}
	if n > 1 {
		m.Thread = strconv.Itoa(n % 2)
	}
	if n > 7 {
		m.Thread = ""
	}
	return m
}

func (c *chaos) saySomething(t *rapid.T) { c.hear(c.drawMention(t)) }

// breakSomething brings a post that nobody can read until the program is mended.
func (c *chaos) breakSomething(t *rapid.T) {
	m := c.drawMention(t)
	m.History = false
	named := rapid.Bool().Draw(t, "its header names it")
	key, _ := c.comeBroken(m, named)
	if m.V, m.Platform = directdial.MentionVersion, "mastodon"; !named {
		c.nameless[key] = m
	}
}

// replaySomething has all dead letters decided again, most often by a program that
// can read what is broken.
func (c *chaos) replaySomething(t *rapid.T) {
	if mostly(true, false).Draw(t, "mended") {
		state, err := c.bus.State(context.Background(), bus.Mentions)
		if err != nil {
			t.Fatal(err)
		}
		c.read.Store(state.Last)
		for key, m := range c.nameless {
			if _, known := c.said[key]; !known {
				c.said[key] = m
			}
		}
		clear(c.nameless)
	}
	for _, key := range append(c.deadLetters(), c.keys.Mention("mastodon", "1")) {
		a := directdial.Action{Kind: directdial.ActReplay, By: ops, Surface: "cli", Mention: key}
		c.do(a)
	}
}

// drawDial draws a dial, seldom what is none.
func (c *chaos) drawDial(t *rapid.T) string {
	dials, err := c.router.Dials(true, 20)
	if err != nil || len(dials) == 0 || drawRare.Draw(t, "no dial") {
		return "d0"
	}
	return rapid.SampledFrom(dials).Draw(t, "dial").ID
}

var drawWho = rapid.SampledFrom([]string{"e0", "e1", "e2", "e3", "ops", "nobody", ""})

// act lets somebody do something, most often the holder.
func (c *chaos) act(t *rapid.T) {
	a := directdial.Action{
		Kind: rapid.SampledFrom([]directdial.ActionKind{
			directdial.ActTake, directdial.ActAnswered, directdial.ActPass, directdial.ActDecline, directdial.ActAsk,
		}).Draw(t, "kind"),
		Dial: c.drawDial(t), By: drawWho.Draw(t, "by"),
	}
	if d, ok := c.router.Dial(a.Dial); ok && rapid.Bool().Draw(t, "the holder") {
		a.By = d.Holder
	}
	if a.Kind == directdial.ActPass {
		a.To = mostly("", "e0", "e1", "e2", "nobody").Draw(t, "to")
		a.Reason = rapid.SampledFrom(append([]directdial.Reason{"", directdial.TakenOver}, given...)).Draw(t, "reason")
	}
	c.do(a)
}

// comeAndLeave lets somebody be away, be back, be reached or not, or leave for
// good.
func (c *chaos) comeAndLeave(t *rapid.T) {
	a := directdial.Action{
		Kind: rapid.SampledFrom([]directdial.ActionKind{
			directdial.ActAway, directdial.ActAway, directdial.ActBack, directdial.ActUnreachable, directdial.ActReachable, directdial.ActTransfer,
		}).Draw(t, "kind"),
		By: drawWho.Draw(t, "by"), Expert: drawWho.Draw(t, "whom"), To: drawWho.Draw(t, "to"),
		Channel: mostly("email", "slack", "pager").Draw(t, "channel"),
	}
	if rapid.Bool().Draw(t, "for a while") {
		a.Until = time.Now().Add(time.Duration(rapid.IntRange(-10, 3000).Draw(t, "until")) * time.Minute)
	}
	c.do(a)
}

// bring does something with a card: what a notifier should do, or not.
func (c *chaos) bring(t *rapid.T) {
	offers := c.outbox()
	o := directdial.Offer{ID: directdial.OfferID(c.drawDial(t), rapid.IntRange(1, 3).Draw(t, "hop")), Channel: "email"}
	if len(offers) > 0 && mostly(true, false).Draw(t, "from the outbox") {
		o = rapid.SampledFrom(offers).Draw(t, "offer")
	}
	c.do(directdial.Action{
		Kind: rapid.SampledFrom([]directdial.ActionKind{
			directdial.ActDelivered, directdial.ActShown, directdial.ActFailed, directdial.ActAmbiguous,
			directdial.ActLapsed, directdial.ActClaim, directdial.ActRetry,
		}).Draw(t, "outcome"),
		Offer: o.ID, Channel: o.Channel, Attempt: 1, Shown: o.Revision,
		Ref: mostly("card "+o.ID, "").Draw(t, "ref"),
	})
}

// report is what a source says besides mentions.
func (c *chaos) report(t *rapid.T) {
	key := c.keys.Mention("mastodon", strconv.Itoa(rapid.IntRange(0, 9).Draw(t, "post")))
	if dial, ok := c.router.Dial(c.drawDial(t)); ok {
		key = rapid.SampledFrom(dial.Mentions).Draw(t, "of the dial")
	}
	c.do(directdial.Action{
		Kind: rapid.SampledFrom([]directdial.ActionKind{
			directdial.ActDeletion, directdial.ActAnswer, directdial.ActReach, directdial.ActGap,
		}).Draw(t, "report"),
		Mention: key, Thread: key, Source: "crm", Account: "mastodon:e0", Reach: &directdial.Reach{Likes: 3},
		After: uint64(rapid.IntRange(0, 5).Draw(t, "after")),
	})
}

// enable lets somebody do something to a grant, most often a coach.
func (c *chaos) enable(t *rapid.T) {
	at := directdial.Clock(time.Now())
	a := directdial.Action{
		Kind: rapid.SampledFrom([]directdial.ActionKind{
			directdial.ActGrant, directdial.ActExtend, directdial.ActPause, directdial.ActResume, directdial.ActLower, directdial.ActEnd,
		}).Draw(t, "kind"),
		By: mostly("e0", "e1", "ops").Draw(t, "by"), Expert: rapid.SampledFrom([]string{"e0", "e1", "e2", "nobody"}).Draw(t, "whose"),
		Detail: mostly("why", "").Draw(t, "why"), GrantID: c.drawGrant(t),
	}
	if rapid.Bool().Draw(t, "themselves") {
		a.By = a.Expert
	}
	if a.Kind == directdial.ActGrant || a.Kind == directdial.ActLower {
		a.Grant = &directdial.Grant{
			Topics: rapid.SampledFrom([][]string{{"billing"}, {"*"}, {"billing", "recall"}, {"recall"}, nil}).Draw(t, "topics"),
			Tags:   mostly(nil, []directdial.Tag{directdial.Complaint}).Draw(t, "tags"), Risk: mostly(0, 100).Draw(t, "risk"),
			Agreed: mostly(time.Time{}, longAgo).Draw(t, "agreed for them"), Until: mostly(farOff, at.Add(time.Hour)).Draw(t, "ends"),
		}
	}
	if a.Kind == directdial.ActExtend || a.Kind == directdial.ActPause {
		a.Until = mostly(farOff.AddDate(1, 0, 0), at.Add(time.Hour), time.Time{}).Draw(t, "until")
	}
	c.do(a)
}

// drawGrant draws the id of a grant, most often none: the only one is meant.
func (c *chaos) drawGrant(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "billing", "*", "recall", "billing,recall"}).Draw(t, "grant")
}

// consent lets somebody answer a card about a grant or the policy.
func (c *chaos) consent(t *rapid.T) {
	a := directdial.Action{
		Kind: rapid.SampledFrom([]directdial.ActionKind{
			directdial.ActAgree, directdial.ActFewer, directdial.ActNotNow, directdial.ActPractised, directdial.ActRead,
			directdial.ActHalve, directdial.ActWhole,
		}).Draw(t, "kind"),
		By: drawWho.Draw(t, "by"), GrantID: c.drawGrant(t),
	}
	var cards []directdial.Offer
	each(c.db, bOffers, func(_ string, o *directdial.Offer) {
		if o.Card != "" {
			cards = append(cards, *o)
		}
	})
	if len(cards) > 0 {
		o := rapid.SampledFrom(cards).Draw(t, "card")
		a.Offer, a.GrantID = o.ID, ""
		if mostly(true, false).Draw(t, "theirs") {
			a.By = o.Expert
		}
		switch o.Card {
		case directdial.PracticeCard:
			a.Kind = directdial.ActPractised
		case directdial.PolicyCard:
			a.Kind = directdial.ActRead
		}
	}
	c.do(a)
}
