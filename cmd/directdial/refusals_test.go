package main

import (
	"context"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/email/smtptest"
	"github.com/directdial/directdial/experts/slack/slacktest"
	"github.com/directdial/directdial/internal/bus/bustest"
	"github.com/directdial/directdial/internal/metric"
)

// What cannot be is refused to the person in words, counted, and changes
// nothing, wherever it is asked for. Bo is not enabled any more; Ana has Slack,
// Kim has mail, and each has one dial that is open and one that is closed.
func TestWhatCannotBeIsRefusedOnEverySurfaceCountedAndChangesNothing(t *testing.T) {
	bustest.Clock()
	smtp := smtptest.Start(t, smtptest.Options{})
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		o := openOffice(t, dir, officeHears[1], smtp)
		defer o.close()
		open, closed := o.openAndClosed()
		cases := o.byCommand(open["ana"], closed["ana"])
		maps.Copy(cases, o.inSlack(open["ana"], closed["ana"]))
		maps.Copy(cases, o.byMail(open["kim"], closed["kim"]))
		for _, name := range slices.Sorted(maps.Keys(cases)) {
			c := cases[name]
			dials, from, before := o.dials(), o.lastStep(), o.refusals()
			told := o.atOnce(map[string][]hand{c.who: {c.do}})
			if words := strings.Join(told[c.who], "\n"); !strings.Contains(words, c.says) {
				t.Errorf("%s: the person is told %q, want %q", name, words, c.says)
			}
			after := o.refusals()
			if after[string(c.reason)] != before[string(c.reason)]+1 {
				t.Errorf("%s: counted before %v, after %v, want one more for %q", name, before, after, c.reason)
			}
			if !reflect.DeepEqual(dials, o.dials()) {
				t.Errorf("%s: a dial has changed", name)
			}
			o.events(from, func(e *directdial.Event) {
				if e.Kind != directdial.EvRefused {
					t.Errorf("%s: something has happened: %s", name, e.Kind)
				}
			})
		}
		if problems := o.slack.Problems(); len(problems) > 0 {
			t.Errorf("slacktest: %q", problems)
		}
	})
}

// impossible is something that cannot be.
type impossible struct {
	who    string
	do     hand
	says   string
	reason directdial.Reason
}

// openAndClosed makes an open and a closed dial for Ana and for Kim.
func (o *office) openAndClosed() (open, closed map[string]string) {
	o.t.Helper()
	if _, err := (replies{o.d.exchange}).Act(context.Background(), directdial.Action{
		Kind: directdial.ActEnd, By: "bo", Expert: "bo", GrantID: "billing", Surface: "slack",
	}); err != nil {
		o.t.Fatalf("%v", err)
	}
	open, closed = map[string]string{}, map[string]string{}
	for range 10 {
		o.hears()
		d := o.dials()[o.heard-1]
		switch {
		case closed[d.Holder] == "":
			o.form(deed{act: directdial.ActDecline}, &d) // a page that stays open
			if _, err := o.desk.Act(context.Background(), d.ID, directdial.Action{Kind: directdial.ActDecline, By: d.Holder}); err != nil {
				o.t.Fatalf("%v", err)
			}
			closed[d.Holder] = d.ID
		case open[d.Holder] == "":
			open[d.Holder] = d.ID
		}
	}
	o.settle()
	for _, who := range []string{"ana", "kim"} {
		if open[who] == "" || closed[who] == "" {
			o.t.Fatalf("open %v, closed %v", open, closed)
		}
	}
	return open, closed
}

func (o *office) byCommand(open, closed string) map[string]impossible {
	act := func(dial string, a directdial.Action) hand {
		return func() string {
			j, err := o.desk.Act(context.Background(), dial, a)
			if err != nil {
				return err.Error()
			}
			return j.Words
		}
	}
	give := func(a directdial.Action) hand {
		return func() string {
			j, err := (replies{o.d.exchange}).Act(context.Background(), a)
			if err != nil {
				return err.Error()
			}
			return j.Words
		}
	}
	return map[string]impossible{
		"command: unknown dial":       {"ana", act("dfffffffff", directdial.Action{Kind: directdial.ActTake, By: "ana"}), "there is no dial", directdial.Unknown},
		"command: unknown act":        {"ana", act(open, directdial.Action{Kind: "frob", By: "ana"}), `nothing is called "frob"`, directdial.Unknown},
		"command: unknown expert":     {"ana", act(open, directdial.Action{Kind: directdial.ActTake, By: "nobody"}), `there is no expert "nobody"`, directdial.Unknown},
		"command: unknown reason":     {"ana", act(open, directdial.Action{Kind: directdial.ActPass, By: "ana", Reason: "bored"}), `there is no reason "bored"`, directdial.Unknown},
		"command: to nobody":          {"ana", act(open, directdial.Action{Kind: directdial.ActPass, By: "ana", To: "nobody"}), `there is no expert "nobody"`, directdial.Unknown},
		"command: not enabled":        {"ana", act(open, directdial.Action{Kind: directdial.ActPass, By: "ana", To: "bo"}), "Bo Ek may not take it: grant ended", directdial.GrantEnded},
		"command: not the holder":     {"kim", act(open, directdial.Action{Kind: directdial.ActAsk, By: "kim"}), "the dial is with Ana Lind", directdial.NotHolder},
		"command: closed":             {"ana", act(closed, directdial.Action{Kind: directdial.ActTake, By: "ana"}), "the dial is declined already", directdial.Closed},
		"command: unknown topic":      {"kim", give(directdial.Action{Kind: directdial.ActGrant, By: "kim", Expert: "ana", Detail: "to try", Grant: &directdial.Grant{Topics: []string{"nowhere"}}}), `"nowhere"`, directdial.BadGrant},
		"command: unknown grant":      {"kim", give(directdial.Action{Kind: directdial.ActEnd, By: "kim", Expert: "ana", GrantID: "nowhere", Detail: "to try"}), `nowhere`, directdial.Unknown},
		"command: nobody is away":     {"kim", give(directdial.Action{Kind: directdial.ActAway, By: "kim", Expert: "nobody"}), `there is no expert "nobody"`, directdial.Unknown},
		"command: transfer to nobody": {"kim", give(directdial.Action{Kind: directdial.ActTransfer, By: "kim", Expert: "ana", To: "nobody"}), `there is no expert "nobody"`, directdial.Unknown},
	}
}

func (o *office) inSlack(open, closed string) map[string]impossible {
	o.t.Helper()
	dial := func(id string) (m slacktest.Message) {
		m, _ = o.message(directdial.OfferID(id, 1))
		return m
	}
	stale := dial(closed)
	stale.Content = stale.Earlier[0]
	forged := o.slack.Press("U0ANA", slacktest.On(dial(open)), "Take it")
	forged.Payload["actions"].([]any)[0].(map[string]any)["value"] = "dffffffffffffffff-1"
	pass := func(to string) hand {
		return func() string {
			o.tells(o.slack.Press("U0ANA", slacktest.On(dial(open)), "Pass on"))()
			return o.submit(deed{act: directdial.ActPass, to: to}, "U0ANA", directdial.OfferID(open, 1))
		}
	}
	return map[string]impossible{
		"slack: unknown offer":      {"ana", o.tells(forged), "There is nothing here any more.", directdial.Unknown},
		"slack: closed":             {"ana", o.tells(o.slack.Press("U0ANA", slacktest.On(stale), "Take it")), "That cannot be done any more: closed: not for us.", directdial.Closed},
		"slack: of somebody else's": {"bo", o.tells(o.slack.Press("U0BO", slacktest.On(dial(open)), "Take it")), "There is nothing here any more.", directdial.Unknown},
		"slack: to nobody":          {"ana", pass("nobody"), `There is no expert "nobody"`, directdial.Unknown},
		"slack: not enabled":        {"ana", pass("bo"), "Bo Ek may not take it: grant ended.", directdial.GrantEnded},
	}
}

func (o *office) byMail(open, closed string) map[string]impossible {
	o.t.Helper()
	send := func(dial string, fields url.Values) hand {
		link, ok := o.link(directdial.OfferID(dial, 1))
		if !ok {
			o.t.Fatalf("there is no link to %s", dial)
		}
		return func() string {
			resp, err := o.web.PostForm(link, fields)
			if err != nil {
				return err.Error()
			}
			return o.body(resp)
		}
	}
	return map[string]impossible{
		"mail: unknown act": {"kim", send(open, url.Values{"do": {"frob"}}), "That cannot be done any more", directdial.Closed},
		"mail: to nobody":   {"kim", send(open, url.Values{"do": {"pass"}, "to": {"nobody"}}), "There is no expert &#34;nobody&#34;", directdial.Unknown},
		"mail: not enabled": {"kim", send(open, url.Values{"do": {"pass"}, "to": {"bo"}}), "Bo Ek may not take it: grant ended", directdial.GrantEnded},
		"mail: closed":      {"kim", send(closed, url.Values{"do": {"take"}, "revision": {"1"}}), "The dial is declined already", directdial.Closed},
		"mail: closed, now": {"kim", send(closed, url.Values{"do": {"take"}, "revision": {"99"}}), "That cannot be done any more: closed: not for us", directdial.Closed},
	}
}

// refusals are the counts of what was refused, by reason.
func (o *office) refusals() map[string]int {
	o.t.Helper()
	families, err := o.d.registry.Gather()
	if err != nil {
		o.t.Fatalf("%v", err)
	}
	counts := map[string]int{}
	for _, f := range families {
		if f.GetName() != metric.ActionsRefused {
			continue
		}
		for _, m := range f.GetMetric() {
			counts[m.GetLabel()[0].GetValue()] = int(m.GetCounter().GetValue())
		}
	}
	return counts
}
