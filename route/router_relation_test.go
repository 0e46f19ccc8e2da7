package route

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// An author stays with the colleague who answered, also when somebody else was
// dialled for them since; while that colleague may take it.
func TestAuthorStaysWithWhoAnswered(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		u := directdial.Author{Handle: "u"}
		say := func(id string) directdial.Dial {
			return x.dialOf(x.hear(directdial.Mention{ID: id, Text: "complaint #billing", Author: u}))
		}
		first := say("1")
		x.do(directdial.Action{Kind: directdial.ActPass, By: first.Holder, Dial: first.ID, To: "bo"})
		x.do(directdial.Action{Kind: directdial.ActTake, By: "bo", Dial: first.ID})
		x.do(directdial.Action{Kind: directdial.ActAnswered, By: "bo", Dial: first.ID})
		since := directdial.Clock(time.Now())
		time.Sleep(time.Hour)
		second := say("2")
		if second.Holder != "bo" {
			t.Errorf("after an answer of bo it went to %s", second.Holder)
		}
		x.do(directdial.Action{Kind: directdial.ActPass, By: "bo", Dial: second.ID, To: "ana"})
		if third := say("3"); third.Holder != "bo" {
			t.Errorf("after ana was dialled once it went to %s", third.Holder)
		}
		if who, from := x.router.Knows(x.keys.Author("mastodon", "u")); who != "bo" || from.After(since) || from.IsZero() {
			t.Errorf("the author is with %q since %s, want bo since %s", who, from, since)
		}
		x.configure(change(expert("bo", func(e *directdial.Expert) { e.Grants = nil })))
		if fourth := say("4"); fourth.Holder != "ana" {
			t.Errorf("without a grant of bo it went to %s", fourth.Holder)
		}
	})
}
