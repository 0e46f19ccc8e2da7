package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/experts/email/smtptest"
	"github.com/directdial/directdial/experts/slack/slacktest"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/bus/bustest"
)

// Whatever people do with the same dials at once, in Slack, by the pages of
// mails and by commands, once or twice and again later: all surfaces show the
// same, and of those who take a dial at once one wins and the others are told
// who.
func TestWhoeverActsWhereverEverySurfaceShowsTheSame(t *testing.T) {
	bustest.Clock()
	seldom(t)
	dirs := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(dirs, "")
		if err != nil {
			t.Fatal(err)
		}
		smtp := smtptest.Start(t, smtptest.Options{}) // outside of the bubble: it has a port
		hears := rapid.SampledFrom(officeHears).Draw(rt, "Slack is heard by")
		bubble(t, func() {
			o := openOffice(rt, dir, hears, smtp)
			defer o.close()
			for range rapid.IntRange(1, 3).Draw(rt, "dials") {
				o.hears()
			}
			for range rapid.IntRange(1, 5).Draw(rt, "rounds") {
				if rapid.Bool().Draw(rt, "a race") {
					o.race(rt)
				} else {
					o.together(drawDeeds(rt, len(o.dials())))
				}
				o.same()
			}
			for _, p := range o.slack.Problems() {
				rt.Errorf("slacktest: %s", p)
			}
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

// seldom tries a tenth of the cases that are asked for: each is a whole exchange.
func seldom(t *testing.T) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	n, err := strconv.Atoi(before)
	if err == nil {
		err = checks.Value.Set(strconv.Itoa(max(n/10, 1)))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = checks.Value.Set(before) })
}

// race lets everybody take the same dial at once, wherever they can: exactly one
// gets it if somebody does, and whoever does not is told who has it.
func (o *office) race(t *rapid.T) {
	t.Helper()
	dials := o.dials()
	n := rapid.IntRange(0, len(dials)-1).Draw(t, "raced for")
	var deeds []deed
	for _, who := range everybody {
		deeds = append(deeds, deed{
			by: who, typed: who != dials[n].Holder || rapid.Bool().Draw(t, who+" by command"),
			act: directdial.ActTake, dial: n, times: rapid.IntRange(1, 2).Draw(t, who+" times"),
		})
	}
	from := o.lastStep()
	told := o.together(deeds)
	before, after := dials[n], o.dials()[n]
	var winners []string
	o.events(from, func(e *directdial.Event) {
		if e.Kind == directdial.EvAccepted && e.Dial == after.ID {
			winners = append(winners, e.Expert)
		}
	})
	switch {
	case before.State != directdial.Offered:
		if len(winners) > 0 {
			t.Errorf("%v took a dial that was %s", winners, before.State)
		}
		return
	case len(winners) != 1:
		if len(winners) > 1 || !o.away(before.Holder) {
			t.Errorf("%d took the dial of %s: %v", len(winners), before.Holder, winners)
		}
		return
	case after.State != directdial.Accepted || after.Holder != winners[0]:
		t.Errorf("%s took it, and it is %s with %s", winners[0], after.State, after.Holder)
	}
	for _, who := range everybody {
		words := strings.Join(told[who], "\n")
		if who != winners[0] && !strings.Contains(words, o.name(winners[0])) && !strings.Contains(words, "you may not take it") {
			t.Errorf("%s took it, and %s was told %q", winners[0], who, words)
		}
	}
}

func (o *office) away(who string) bool {
	away, _ := o.d.router.Away(who, time.Now())
	return away
}

func (o *office) lastStep() uint64 {
	o.t.Helper()
	state, err := o.d.bus.State(context.Background(), bus.Dials)
	if err != nil {
		o.t.Fatalf("%v", err)
	}
	return state.Last
}

// events are those of the log behind a step.
func (o *office) events(behind uint64, each func(*directdial.Event)) {
	o.t.Helper()
	err := o.d.bus.Read(context.Background(), bus.Dials, "dials.>", behind+1, o.lastStep(), func(m *bus.Message) error {
		var step directdial.Step
		err := json.Unmarshal(m.Data, &step)
		for i := range step.Events {
			each(&step.Events[i])
		}
		return err
	})
	if err != nil {
		o.t.Fatalf("%v", err)
	}
}

// same checks that index, commands, Slack and the pages of mails show the same.
func (o *office) same() {
	o.t.Helper()
	l, err := o.desk.Ledger(context.Background())
	if err != nil || !l.Balanced() || l.Cards.Waiting != 0 {
		o.t.Fatalf("ledger %+v: %v", l, err)
	}
	waits := map[string]int{}
	for _, d := range o.dials() {
		if kept, ok := o.d.router.Dial(d.ID); !ok || !reflect.DeepEqual(kept, d.Dial) {
			o.t.Errorf("the index has %+v, the command shows %+v", kept, d.Dial)
		}
		if d.State.Open() && !d.Late {
			waits[d.Holder]++
		}
		for _, offer := range o.offers(&d) {
			o.cardShows(&d, &offer)
		}
	}
	for _, who := range slices.Sorted(maps.Keys(members)) {
		o.homeShows(who, waits[who])
	}
}

// cardShows checks the card of one hop, in Slack and as a page.
func (o *office) cardShows(d *desk.DialView, offer *directdial.Offer) {
	o.t.Helper()
	status, first := shouldShow(d, offer)
	if m, ok := o.message(offer.ID); ok {
		seen := slacktest.Render(m)
		if !strings.Contains(seen, status) || strings.Contains(seen, "[Pass on]") != (first != "" && d.State.Open()) || first != "" && !strings.Contains(seen, "["+first+"]") {
			o.t.Errorf("dial %+v: Slack shows %s, want %q and [%s]:\n%s", d.Dial, offer.Expert, status, first, seen)
		}
	}
	if link, ok := o.link(offer.ID); ok {
		seen := o.get(link)
		if !strings.Contains(strings.ToLower(seen), status) || strings.Contains(seen, "<form") != (first != "") || first != "" && !strings.Contains(seen, ">"+first+"<") {
			o.t.Errorf("dial %+v: the page shows %s, want %q and [%s]:\n%s", d.Dial, offer.Expert, status, first, seen)
		}
	}
}

// shouldShow is what a card says and the first thing that can be done with it,
// told from the dial alone.
func shouldShow(d *desk.DialView, offer *directdial.Offer) (status, first string) {
	switch {
	case offer.Hop < d.Hop || d.Late && d.Holder != offer.Expert:
		return "no longer yours", ""
	case d.State == directdial.Offered:
		return "", "Take it"
	case d.State == directdial.Accepted:
		return "taken by you", "I have answered"
	case d.State == directdial.Declined:
		return "closed: not for us", ""
	case d.State == directdial.Answered && d.Outcome == directdial.Helped:
		return "answered", "Not yet"
	case d.State == directdial.Answered:
		return "answered", "It helped"
	}
	return string(d.State), ""
}

// homeShows checks the Home tab of somebody with so many open dials.
func (o *office) homeShows(who string, dials int) {
	o.t.Helper()
	o.tells(o.slack.OpenHome(members[who]))()
	o.settle()
	v, _ := o.slack.Home(members[who])
	want := map[int]string{0: "Nothing waits for you", 1: "1 dial waits for you"}[dials]
	if want == "" {
		want = fmt.Sprintf("%d dials wait for you", dials)
	}
	if seen := slacktest.RenderView(v); !strings.Contains(seen, want) || strings.Contains(seen, "You are away") != o.away(who) {
		o.t.Errorf("%s: the Home tab does not say %q:\n%s", who, want, seen)
	}
}
