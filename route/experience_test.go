package route

import (
	"context"
	"testing"

	"github.com/directdial/directdial"
)

func TestKeywordsAreConfirmedAndRejectedByWhatColleaguesDo(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		for id, text := range map[string]string{"1": "complaint #billing", "2": "one more complaint #billing", "3": "and a complaint #billing", "4": "hello", "5": "a last complaint #billing"} {
			x.hear(directdial.Mention{ID: id, Text: text, Author: directdial.Author{Handle: "u" + id}})
		}
		dial := func(id string) string { return x.dialOf(x.keys.Mention("mastodon", id)).ID }
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: dial("1"), By: x.holder(dial("1"))})
		x.do(directdial.Action{Kind: directdial.ActDecline, Dial: dial("2"), By: "kim"})
		x.do(directdial.Action{Kind: directdial.ActPass, Dial: dial("3"), By: "kim", Reason: directdial.WrongTagged})
		x.do(directdial.Action{Kind: directdial.ActDecline, Dial: dial("5"), By: "kim", Reason: directdial.Duplicate}) // says nothing about words

		all, err := x.router.KeywordUses(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]directdial.KeywordUse{
			"tag:complaint": {Fired: 4, Alone: 4, Confirmed: 1, Rejected: 2},
			"topic:billing": {Fired: 4, Alone: 4, Confirmed: 1, Rejected: 1}, // a wrong tag says nothing about the topic
		}
		if all.Mentions != 5 || len(all.Uses) != len(want) {
			t.Errorf("%d mentions, uses %+v", all.Mentions, all.Uses)
		}
		for _, u := range all.Uses {
			w := want[u.For]
			if u.Fired != w.Fired || u.Alone != w.Alone || u.Confirmed != w.Confirmed || u.Rejected != w.Rejected || u.Last.IsZero() {
				t.Errorf("%+v, want %+v", u, w)
			}
		}

		said, err := x.router.Feedback(context.Background())
		if err != nil || len(said) != 3 {
			t.Fatalf("feedback %+v, %v", said, err)
		}
		for _, f := range said {
			complaint, told := f.Tags[directdial.Complaint]
			if !told || complaint != (f.By == taken) || (f.By == directdial.NotUs) != (len(f.Tags) == 3) {
				t.Errorf("feedback %+v", f)
			}
		}
	})
}

// holder is who has a dial.
func (x *exchange) holder(dial string) string {
	d, _ := x.router.Dial(dial)
	return d.Holder
}
