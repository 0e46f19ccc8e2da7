package slack_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

func TestAButtonActs(t *testing.T) {
	for _, way := range ways {
		for label, want := range map[string]directdial.ActionKind{
			"Take it": directdial.ActTake, "Ask the coach": directdial.ActAsk,
		} {
			t.Run(way+" "+label, func(t *testing.T) {
				d := newDesk(t, way, nil)
				d.tell(d.press(label))
				a := d.acted(1)[0]
				if a.Kind != want || a.By != "ana" || a.Offer != d.book.card.Offer || a.Surface != "slack" || !directdial.ValidName(a.ID) {
					t.Errorf("the action is %+v", a)
				}
				if want == directdial.ActAsk {
					d.said("Kim Strand is asked.")
				}
			})
		}
	}
}

// Slack tells of one press again and again, out of order and through several
// websockets, and people press twice.
func TestAPressActsOnceHoweverOftenItIsTold(t *testing.T) {
	for _, way := range ways {
		t.Run(way, func(t *testing.T) {
			d := newDesk(t, way, nil)
			first, second := d.press("Take it"), d.press("Take it")
			d.tell(second, first, second, first)
			d.stop()
			if acts := d.book.done(); len(acts) != 1 || len(d.Told()) != 0 {
				t.Errorf("a double click told four times did %v and said %v", acts, d.Told())
			}
		})
	}
}

func TestAnInteractionIsAcknowledgedBeforeItIsJudged(t *testing.T) {
	for _, way := range ways {
		t.Run(way, func(t *testing.T) {
			d := newDesk(t, way, func(b *book) { b.hold = make(chan struct{}) })
			d.tell(d.press("Take it")) // returns with the acknowledgement
			if acts := d.book.done(); len(acts) != 0 {
				t.Errorf("before it was judged: %v", acts)
			}
			close(d.book.hold)
			d.acted(1)
		})
	}
}

func TestWhatIsRefusedIsToldToThePersonAlone(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*book)
		words  string
	}{
		"by the router": {func(b *book) {
			b.card.State, b.card.Choices = directdial.Accepted, experts.Choices(&experts.Card{Kind: directdial.DialCard, State: directdial.Offered})
		}, "Bo Ek took it at 10:04 UTC."},
		"over":           {func(b *book) { b.card.Past, b.card.Choices = "taken by Bo Ek", nil }, "That cannot be done any more: no longer yours: taken by Bo Ek."},
		"gone":           {func(b *book) { b.card.Offer = "d1-1" }, "There is nothing here any more."},
		"of another":     {func(b *book) { b.card.To.ID = "bo" }, "There is nothing here any more."},
		"not judged":     {func(b *book) { b.fail = directdial.Errorf(directdial.Temporary, "no") }, "Try again in a minute."},
		"not configured": {func(b *book) { b.people = nil }, "You are not among the colleagues of this exchange."},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "socket", nil)
			press := d.press("Take it")
			d.book.mu.Lock()
			c.change(d.book)
			d.book.mu.Unlock()
			d.tell(press)
			if m := d.said(c.words); m.User != ana.ID || !m.Ephemeral {
				t.Errorf("told to %+v", m)
			}
			d.stop()
			if n := len(d.book.done()); n != 0 || len(d.Messages()) != 1 {
				t.Errorf("%d actions, %d messages", n, len(d.Messages()))
			}
		})
	}
}

func TestAnAnswerGoesToTheChannelWhereSlacksAddressIsUsedUp(t *testing.T) {
	d := newDesk(t, "socket", func(b *book) { b.fail = directdial.Errorf(directdial.Temporary, "no") })
	d.Script(slacktest.Fault{Method: "response_url", Status: 404})
	d.tell(d.press("Take it"))
	d.said("Try again in a minute.")
	if n := len(d.Calls("chat.postEphemeral")); n != 1 {
		t.Errorf("%d messages to the person alone", n)
	}
}

func TestADialIsPassedOnByAForm(t *testing.T) {
	for _, way := range ways {
		t.Run(way, func(t *testing.T) {
			d := newDesk(t, way, nil)
			d.tell(d.press("Pass on"))
			await(t, "the form", func() bool { return len(d.Views()) == 1 })
			form := d.Views()[0]
			shown := slacktest.RenderView(form)
			if bo, kim := strings.Index(shown, "◉ Bo Ek"), strings.Index(shown, "○ Kim Strand"); bo < 0 || kim < bo || form.User != ana.ID {
				t.Errorf("the second choice does not stand first:\n%s", shown)
			}
			var found struct {
				Options []struct {
					Value string
					Text  struct{ Text string }
				}
			}
			raw := d.tell(d.Search(ana.ID, form, "other", "kim"))
			if err := json.Unmarshal(raw, &found); err != nil || len(found.Options) != 1 || found.Options[0].Value != "kim" || len(slacktest.CheckOptions(raw)) != 0 {
				t.Errorf("found %s, %v", raw, err)
			}
			sent := d.Submit(ana.ID, form, map[string]string{"other": "kim", "why": "too busy"})
			d.tell(sent, sent)
			d.acted(1)
			d.stop()
			acts := d.book.done()
			if len(acts) != 1 || acts[0].Kind != directdial.ActPass || acts[0].To != "kim" || acts[0].Reason != directdial.TooBusy {
				t.Errorf("did %+v", acts)
			}
		})
	}
}

func TestWhatIsNotForUsIsClosedByAFormWithTheReason(t *testing.T) {
	for _, way := range ways {
		for why, want := range map[string]directdial.Reason{
			"": directdial.NotUs, "duplicate": directdial.Duplicate, "wrong tag given": directdial.WrongTagged,
		} {
			t.Run(way+" "+why, func(t *testing.T) {
				d := newDesk(t, way, nil)
				d.tell(d.press("Not for us"))
				await(t, "the form", func() bool { return len(d.Views()) == 1 })
				form := d.Views()[0]
				if shown := slacktest.RenderView(form); !strings.Contains(shown, "◉ Not about us.") || !strings.Contains(shown, "○ Duplicate.") {
					t.Errorf("the form is\n%s", shown)
				}
				chosen := map[string]string{}
				if why != "" {
					chosen["why"] = why
				}
				sent := d.Submit(ana.ID, form, chosen)
				d.tell(sent, sent)
				d.acted(1)
				d.stop()
				if acts := d.book.done(); len(acts) != 1 || acts[0].Kind != directdial.ActDecline || acts[0].Reason != want || acts[0].To != "" {
					t.Errorf("did %+v", acts)
				}
			})
		}
	}
}

func TestAFormWhoseCardIsOverDoesNothing(t *testing.T) {
	d := newDesk(t, "socket", nil)
	d.tell(d.press("Pass on"))
	await(t, "the form", func() bool { return len(d.Views()) == 1 })
	sent := d.Submit(ana.ID, d.Views()[0], nil)
	d.book.mu.Lock()
	d.book.card.Past, d.book.card.Choices = "taken by Bo Ek", nil
	d.book.mu.Unlock()
	d.tell(sent)
	d.said("taken by Bo Ek")
	if acts := d.book.done(); len(acts) != 0 {
		t.Errorf("did %v", acts)
	}
}

func TestNobodyActsWithTheCardOfAnother(t *testing.T) {
	d := newDesk(t, "socket", func(b *book) {
		bo := person("U0BO")
		bo.ID, bo.Name = "bo", "Bo Ek"
		b.people = append(b.people, bo)
	})
	d.tell(d.Press("U0BO", d.card(), "Take it"))
	if m := d.said("There is nothing here any more."); m.User != "U0BO" {
		t.Errorf("told to %s", m.User)
	}
	if acts := d.book.done(); len(acts) != 0 {
		t.Errorf("did %v", acts)
	}
}

// Slack takes a form within three seconds of the press, and not too often.
func TestAFormThatCannotBeShownIsAskedForAgain(t *testing.T) {
	for name, arrange := range map[string]func(d *desk){
		"too late": func(d *desk) { d.Clock(func() time.Time { return time.Now().Add(time.Minute) }) },
		"too many": func(d *desk) { d.Script(slacktest.Fault{Method: "views.open", Status: 429, RetryAfter: time.Second}) },
		"refused":  func(d *desk) { d.Script(slacktest.Fault{Method: "views.open", Error: "internal_error"}) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "socket", nil)
			press := d.press("Pass on")
			arrange(d)
			d.tell(press)
			d.said("The form could not be shown. Press the button again.")
			if len(d.Views()) != 0 || len(d.book.done()) != 0 {
				t.Errorf("%d forms, did %v", len(d.Views()), d.book.done())
			}
		})
	}
}

// What a person does is done, whether or not Slack lets the Home tab be drawn.
func TestAHomeTabThatCannotBeDrawnHoldsNothingUp(t *testing.T) {
	for _, f := range []slacktest.Fault{{Error: "not_enabled"}, {Status: 429, RetryAfter: time.Second}, {Error: "missing_scope"}} {
		d := newDesk(t, "socket", nil)
		f.Method = "views.publish"
		d.Script(f)
		d.tell(d.press("Take it"))
		d.acted(1)
		d.stop()
		if told := d.Told(); len(told) != 0 {
			t.Errorf("%+v: said %+v", f, told)
		}
	}
}
