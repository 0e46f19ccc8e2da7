package slack_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

func TestACardIsFoundAmongManyMessages(t *testing.T) {
	b := setUp(t, ana)
	to := person(ana.Email)
	var refs []string
	for i := range 230 {
		c := channeltest.Card(to)
		c.Offer = fmt.Sprintf("d%016x-1", i)
		b.now = b.now.Add(time.Second)
		ref, err := b.channel.Send(t.Context(), to, c)
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, ref)
	}
	for _, i := range []int{229, 130, 129, 30, 29, 0} {
		ref, found, err := b.channel.Find(t.Context(), to, fmt.Sprintf("d%016x-1", i))
		if ref != refs[i] || !found || err != nil {
			t.Errorf("card %d: %q, %v, %v", i, ref, found, err)
		}
	}
	if _, found, err := b.channel.Find(t.Context(), to, "dffffffffffffffff-1"); found || err != nil {
		t.Errorf("a card that was never sent: %v, %v", found, err)
	}
	b.now = b.now.Add(8 * 24 * time.Hour)
	if _, found, err := b.channel.Find(t.Context(), to, "d0000000000000000-1"); found || err != nil {
		t.Errorf("a card from before the window: %v, %v", found, err)
	}
}

func TestNothingIsConcludedFromAnUnreadRest(t *testing.T) {
	b := setUp(t, ana)
	to := person(ana.Email)
	for i := range 1001 {
		c := channeltest.Card(to)
		c.Offer = fmt.Sprintf("d%016x-1", i)
		if _, err := b.channel.Send(t.Context(), to, c); err != nil {
			t.Fatal(err)
		}
	}
	_, found, err := b.channel.Find(t.Context(), to, "d0000000000000000-1")
	if found {
		t.Error("found a card beyond the bound")
	}
	wantKind(t, err, directdial.Ambiguous, "there are more")
	if n := len(b.Calls("conversations.history")); n != 10 {
		t.Errorf("%d pages were read, want 10", n)
	}
}

func TestALookUpThatFailsSaysSo(t *testing.T) {
	b := setUp(t, ana)
	to := person(ana.Email)
	b.send(t, to)
	for _, f := range []slacktest.Fault{{Error: "internal_error"}, {Lose: true}, {Status: 500}, {Status: 429, RetryAfter: time.Second}, {Reset: true}} {
		f.Method = "conversations.history"
		b.Script(f)
		if _, found, err := b.channel.Find(t.Context(), to, channeltest.Card(to).Offer); found || directdial.KindOf(err) != directdial.Temporary {
			t.Errorf("%+v: %v, %v", f, found, err)
		}
	}
}
