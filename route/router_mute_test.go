package route

import (
	"testing"
	"time"

	"github.com/directdial/directdial"
)

func TestAuthorWhoIsMutedIsHeardAndNotDialled(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		u := directdial.Author{Handle: "u"}
		key := []directdial.Key{x.keys.Author("mastodon", "u")}
		say := func(id, thread string) directdial.MentionRecord {
			rec, _ := x.router.Mention(x.hear(directdial.Mention{ID: id, Thread: thread, Text: "complaint #billing", Author: u}))
			return rec
		}
		if first := say("1", ""); first.State != directdial.Dialled {
			t.Fatalf("before: %s", first.State)
		}
		until := time.Now().Add(48 * time.Hour)
		mute := directdial.Action{Kind: directdial.ActMute, By: "kim", Authors: []directdial.Key{key[0], key[0]}, Until: until, Detail: "sends the same every hour"}
		wantKinds(t, x.do(mute), directdial.EvMuted)
		for id, thread := range map[string]string{"2": "", "3": "1"} {
			if rec := say(id, thread); rec.State != directdial.Suppressed || rec.Reason != directdial.Muted {
				t.Errorf("muted, mention %s is %s (%s)", id, rec.State, rec.Reason)
			}
		}
		if mutes, err := x.router.Mutes(time.Now()); err != nil || len(mutes) != 1 || mutes[0].By != "kim" || mutes[0].Why == "" || !mutes[0].Until.Equal(until) {
			t.Errorf("listed are %+v, %v", mutes, err)
		}
		if last, ok := x.router.LastBy(key[0]); !ok || last.Key != x.keys.Mention("mastodon", "2") && last.Key != x.keys.Mention("mastodon", "3") {
			t.Errorf("the last by them is %+v", last)
		}
		time.Sleep(48 * time.Hour)
		if rec := say("4", ""); rec.State != directdial.Dialled {
			t.Errorf("after the end: %s (%s)", rec.State, rec.Reason)
		}
		mute.Until = time.Now().Add(time.Hour)
		x.do(mute)
		wantKinds(t, x.do(directdial.Action{Kind: directdial.ActUnmute, By: "ops", Authors: key}), directdial.EvUnmuted)
		if rec := say("5", ""); rec.State != directdial.Dialled {
			t.Errorf("unmuted: %s (%s)", rec.State, rec.Reason)
		}
	})
}

func TestMutingWhatIsParkedSuppressesIt(t *testing.T) {
	nobody := change(func(d *directdial.Directory) { d.Experts = d.Experts[2:]; d.Rules.Fallback = "" }, expert("kim", func(e *directdial.Expert) { e.Grants = nil }))
	inBubble(t, nobody, func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{Handle: "u"}})
		if rec, _ := x.router.Mention(key); rec.State != directdial.Parked {
			t.Fatalf("before: %s", rec.State)
		}
		x.do(directdial.Action{
			Kind: directdial.ActMute, By: "ops", Authors: []directdial.Key{x.keys.Author("mastodon", "u")},
			Until: time.Now().Add(time.Hour), Detail: "spam",
		})
		if rec, _ := x.router.Mention(key); rec.State != directdial.Suppressed || rec.Reason != directdial.Muted {
			t.Errorf("it is %s (%s)", rec.State, rec.Reason)
		}
	})
}

func TestMuteThatCannotBeIsRefused(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		good := directdial.Action{
			Kind: directdial.ActMute, By: "kim", Authors: []directdial.Key{x.keys.Author("mastodon", "u")},
			Until: time.Now().Add(time.Hour), Detail: "spam",
		}
		for name, test := range map[string]struct {
			change func(*directdial.Action)
			want   directdial.Reason
		}{
			"not a coach":     {func(a *directdial.Action) { a.By = "ana" }, directdial.NotCoach},
			"nobody":          {func(a *directdial.Action) { a.Authors = nil }, directdial.Unreadable},
			"no key":          {func(a *directdial.Action) { a.Authors = []directdial.Key{"u"} }, directdial.Unreadable},
			"without an end":  {func(a *directdial.Action) { a.Until = time.Time{} }, directdial.Unreadable},
			"until yesterday": {func(a *directdial.Action) { a.Until = time.Now().Add(-time.Hour) }, directdial.Unreadable},
			"for ever":        {func(a *directdial.Action) { a.Until = farOff }, directdial.Unreadable},
			"without a why":   {func(a *directdial.Action) { a.Detail = " " }, directdial.Unreadable},
			"who is not":      {func(a *directdial.Action) { a.Kind = directdial.ActUnmute }, directdial.Unknown},
		} {
			a := good
			test.change(&a)
			if got := x.refusedWith(a); got != test.want {
				t.Errorf("%s is refused with %q, want %q", name, got, test.want)
			}
		}
	})
}
