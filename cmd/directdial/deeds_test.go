package main

import (
	"context"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// deed is what somebody does in a round.
type deed struct {
	by     string
	typed  bool // as a command, and not on their own cards
	act    directdial.ActionKind
	dial   int
	to     string
	reason directdial.Reason
	times  int // at once: a double click, a form sent twice, a command typed twice
}

var everybody = []string{"ana", "bo", "kim"}

func drawDeeds(t *rapid.T, dials int) []deed {
	acts := []directdial.ActionKind{
		directdial.ActTake, directdial.ActTake, directdial.ActPass, directdial.ActPass, directdial.ActDecline,
		directdial.ActAnswered, directdial.ActAsk, directdial.ActAway, directdial.ActBack,
	}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) deed {
		d := deed{
			by: rapid.SampledFrom(everybody).Draw(t, "by"), typed: rapid.Bool().Draw(t, "by command"),
			act: rapid.SampledFrom(acts).Draw(t, "act"), dial: rapid.IntRange(0, dials-1).Draw(t, "dial"),
			times: rapid.IntRange(1, 2).Draw(t, "times"),
		}
		if d.act == directdial.ActDecline {
			d.reason = rapid.SampledFrom(experts.ReasonsFor(d.act)).Draw(t, "because")
		}
		if d.act == directdial.ActPass {
			d.to = rapid.SampledFrom(append(everybody, "")).Draw(t, "to")
			d.reason = rapid.SampledFrom(append(experts.ReasonsFor(d.act), "")).Draw(t, "because")
		}
		return d
	}), 2, 6).Draw(t, "deeds")
}

// together does deeds at once, each twice where it says so, and then tells of
// what was pressed and sent once more: a replay changes nothing.
func (o *office) together(deeds []deed) map[string][]string {
	o.t.Helper()
	told := o.atOnce(o.prepared(deeds))
	before := o.dials()
	o.atOnce(o.replays)
	for i, d := range o.dials() {
		if !reflect.DeepEqual(before[i], d) {
			o.t.Errorf("a replay changed a dial:\n%+v\n%+v", before[i], d)
		}
	}
	return told
}

// hand does a thing that was prepared, and returns what the person is told then
// and there.
type hand func() string

// prepared are the deeds that the people can do with what they see now.
func (o *office) prepared(deeds []deed) map[string][]hand {
	o.t.Helper()
	hands, dials := map[string][]hand{}, o.dials()
	o.replays = map[string][]hand{}
	for _, d := range deeds {
		h, again := o.hand(d, &dials[d.dial])
		if h == nil {
			continue // they have no card of it
		}
		for range d.times {
			hands[d.by] = append(hands[d.by], h)
		}
		if again != nil {
			o.replays[d.by] = append(o.replays[d.by], again)
		}
	}
	return hands
}

// hand makes the hand that does a deed, and the one that does it again, later.
func (o *office) hand(d deed, dial *desk.DialView) (h, again hand) {
	user, slack := members[d.by]
	switch {
	case d.typed || !slack && (d.act == directdial.ActAway || d.act == directdial.ActBack):
		return o.command(d, dial), nil
	case slack && (d.act == directdial.ActAway || d.act == directdial.ActBack):
		h = o.tells(o.slack.Type(user, "/dial "+string(d.act)))
		return h, h
	case slack:
		return o.button(d, user, dial)
	}
	if h = o.form(d, dial); h == nil {
		return nil, nil
	}
	return h, h
}

// atOnce does it all at once, lets everything that follows happen, and returns
// what each person was told.
func (o *office) atOnce(hands map[string][]hand) map[string][]string {
	o.t.Helper()
	before := len(o.slack.Told())
	var (
		mu     sync.Mutex
		told   = map[string][]string{}
		acting sync.WaitGroup
	)
	start := make(chan struct{})
	for who, all := range hands {
		for _, do := range all {
			acting.Go(func() {
				<-start
				words := do()
				mu.Lock()
				defer mu.Unlock()
				told[who] = append(told[who], words)
			})
		}
	}
	close(start)
	acting.Wait()
	o.settle()
	for _, m := range o.slack.Told()[before:] {
		for who, user := range members {
			if m.User == user {
				told[who] = append(told[who], slacktest.Render(m))
			}
		}
	}
	return told
}

// command is what a command does: it asks the desk.
func (o *office) command(d deed, dial *desk.DialView) hand {
	a := directdial.Action{Kind: d.act, By: d.by, Surface: "cli", To: d.to, Reason: d.reason}
	return func() string {
		var (
			j   directdial.Judgement
			err error
		)
		if d.act == directdial.ActAway || d.act == directdial.ActBack {
			j, err = o.desk.Do(context.Background(), a)
		} else {
			j, err = o.desk.Act(context.Background(), dial.ID, a)
		}
		if err != nil {
			o.t.Errorf("%+v: %v", d, err)
		}
		return j.Words
	}
}

// tells is Slack telling the program of something.
func (o *office) tells(d slacktest.Deed) hand {
	return func() string {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if _, err := o.slack.Tell(ctx, d); err != nil {
			o.t.Errorf("%v", err)
		}
		return ""
	}
}

// button presses a button of the newest card of a dial that has it: on a screen
// that was not drawn anew, perhaps.
func (o *office) button(d deed, user string, dial *desk.DialView) (h, again hand) {
	card := experts.Card{Kind: directdial.DialCard, State: directdial.Offered}
	if d.act == directdial.ActAnswered {
		card.State = directdial.Accepted
	}
	choices := experts.Choices(&card)
	label := choices[slices.IndexFunc(choices, func(c experts.Choice) bool { return c.Act == d.act })].Label
	for _, m := range slices.Backward(o.slack.Messages()) {
		if m.User != user || m.Payload("dial") != dial.ID {
			continue
		}
		for _, seen := range slices.Backward(append(m.Earlier, m.Content)) {
			if m.Content = seen; !strings.Contains(slacktest.Render(m), "["+label+"]") {
				continue
			}
			press := o.tells(o.slack.Press(user, slacktest.On(m), label))
			if d.act != directdial.ActPass && d.act != directdial.ActDecline {
				return press, press
			}
			return func() string { press(); return o.submit(d, user, m.Payload("offer")) }, press
		}
	}
	return nil, nil
}

// submit fills in the form that a press opens, if it does. Who pressed twice
// has one form.
func (o *office) submit(d deed, user, offer string) string {
	for range 20 {
		time.Sleep(100 * time.Millisecond)
		for _, v := range o.slack.Views() {
			if v.User != user || v.Callback != string(d.act) || !strings.HasPrefix(v.Private, offer+" ") {
				continue
			}
			chosen := map[string]string{"why": string(d.reason)}
			if d.act == directdial.ActPass {
				chosen["other"] = d.to
				if d.to == "" {
					chosen["to"] = "-"
				}
			}
			send := o.tells(o.slack.Submit(user, v, chosen))
			send()
			return send()
		}
	}
	return ""
}

var forms = regexp.MustCompile(`name="do" value="(\w+)"><input type="hidden" name="revision" value="(\d+)"`)

// form sends a form of a page that was opened before: as it is now or, where
// that has no such form, as it was when it had.
func (o *office) form(d deed, dial *desk.DialView) hand {
	for _, offer := range slices.Backward(o.offers(dial)) {
		link, ok := o.link(offer.ID)
		if !ok {
			continue
		}
		for _, found := range forms.FindAllStringSubmatch(o.get(link), -1) {
			o.drawn[offer.ID+" "+found[1]] = found[2]
		}
		revision, ok := o.drawn[offer.ID+" "+string(d.act)]
		if !ok {
			continue
		}
		fields := url.Values{"do": {string(d.act)}, "revision": {revision}, "to": {d.to}, "reason": {string(d.reason)}}
		return func() string {
			resp, err := o.web.PostForm(link, fields)
			if err != nil {
				o.t.Errorf("%v", err)
				return ""
			}
			return o.body(resp)
		}
	}
	return nil
}
