package route

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// answered is a dial on a post of an author that a colleague has answered.
func answered(x *exchange) (first directdial.Key, id string) {
	first = x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{Handle: "u"}})
	id = x.dialOf(first).ID
	x.do(directdial.Action{Kind: directdial.ActAnswered, Dial: id, By: "ana"})
	return first, id
}

func TestWhatTheAuthorWritesNextSaysWhetherTheAnswerHelped(t *testing.T) {
	for text, want := range map[string]directdial.Reason{
		"ambassador": directdial.Helped, "complaint": directdial.NotYet, "question": directdial.NotYet, "hello": "",
	} {
		t.Run(text, func(t *testing.T) {
			inBubble(t, office(), func(t *testing.T, x *exchange) {
				_, id := answered(x)
				time.Sleep(time.Hour)
				x.hear(directdial.Mention{ID: "2", Text: text, Thread: "1", Author: directdial.Author{Handle: "u"}})
				if d, _ := x.router.Dial(id); d.Outcome != want || d.Reopened.IsZero() {
					t.Errorf("the outcome is %q, the dial %+v", d.Outcome, d)
				}
				if n := len(dump(t, x.db)[bAnswered]); n != 0 {
					t.Errorf("%d authors are still waited for", n)
				}
			})
		})
	}
}

func TestAnAuthorWhoWritesNothingForAWeekIsSilent(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		_, id := answered(x)
		x.later(directdial.SilentAfter - time.Hour)
		if d, _ := x.router.Dial(id); d.Outcome != "" {
			t.Errorf("too soon: %q", d.Outcome)
		}
		x.restart()
		time.Sleep(2 * time.Hour)
		x.settle()
		if d, _ := x.router.Dial(id); d.Outcome != directdial.Silent || d.State != directdial.Answered {
			t.Errorf("%+v", d)
		}
	})
}

func TestWhoKnowsBetterCorrectsTheOutcome(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		_, id := answered(x)
		open := x.dialOf(x.hear(directdial.Mention{ID: "9", Text: "complaint #billing"})).ID
		for _, c := range []struct {
			a    directdial.Action
			want directdial.Reason
		}{
			{directdial.Action{Dial: open, By: "ops"}, directdial.Closed},
			{directdial.Action{Dial: "d0", By: "ana"}, directdial.Unknown},
			{directdial.Action{Dial: id, By: "bo"}, directdial.NotHolder},
		} {
			c.a.Kind = directdial.ActHelped
			if reason := x.refusedWith(c.a); reason != c.want {
				t.Errorf("%+v is refused with %q, want %q", c.a, reason, c.want)
			}
		}
		for _, tap := range []struct {
			kind directdial.ActionKind
			want directdial.Reason
		}{{directdial.ActNotYet, directdial.NotYet}, {directdial.ActHelped, directdial.Helped}} {
			x.do(directdial.Action{Kind: tap.kind, Dial: id, By: "ana"})
			if d, _ := x.router.Dial(id); d.Outcome != tap.want {
				t.Errorf("the outcome is %q, want %q", d.Outcome, tap.want)
			}
		}
		if n := len(dump(t, x.db)[bAnswered]); n != 0 {
			t.Errorf("%d authors are still waited for", n)
		}
	})
}

func TestAPublicReplyOfOursAnswersAtItsTimeAndOnce(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		first := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{Handle: "u"}})
		id := x.dialOf(first).ID
		time.Sleep(time.Hour)
		replied := directdial.Clock(time.Now())
		time.Sleep(time.Hour)
		reply := directdial.Action{Kind: directdial.ActAnswer, At: replied, Source: "crm", Mention: first, Account: "mastodon:@acme@mastodon.example"}
		x.doAt(reply)
		d, _ := x.router.Dial(id)
		if d.State != directdial.Answered || !d.Answered.Equal(replied) {
			t.Errorf("%+v, want it answered at %s", d, replied)
		}
		if events := x.doAt(reply); len(events) != 0 {
			t.Errorf("the same answer again leads to %v", kinds(events))
		}
		x.hear(directdial.Mention{ID: "2", Text: "complaint", Thread: "1", Author: directdial.Author{Handle: "u"}})
		if events := x.doAt(reply); len(events) != 0 {
			t.Errorf("an old answer closes what was opened again: %v", kinds(events))
		}
		if d, _ := x.router.Dial(id); !d.State.Open() {
			t.Errorf("%+v", d)
		}
	})
}

// doAt is do for an action that says when it happened.
func (x *exchange) doAt(a directdial.Action) []directdial.Event {
	x.t.Helper()
	before := x.router.Applied()
	x.sendAt(a, a.At)
	x.settle()
	return x.eventsAfter(before)
}
