package route

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
)

// good is a mention as it stands on MENTIONS, with a change.
func good(id string, change func(*directdial.Mention)) []byte {
	m := directdial.Mention{
		V: directdial.MentionVersion, ID: id, Platform: "mastodon", Source: "crm", Text: "complaint #billing",
		AcceptedAt: longAgo.AddDate(1, 0, 0),
	}
	if change != nil {
		change(&m)
	}
	return encode(m)
}

func poison() map[string][]byte {
	return map[string][]byte{
		"empty":                {},
		"no JSON":              []byte("hello"),
		"half of it":           good("1", nil)[:40],
		"another type":         []byte(`["mention"]`),
		"a number as text":     []byte(`{"v":1,"id":"1","platform":"mastodon","source":"crm","text":7}`),
		"of a newer program":   good("1", func(m *directdial.Mention) { m.V = directdial.MentionVersion + 1 }),
		"without a version":    good("1", func(m *directdial.Mention) { m.V = 0 }),
		"without a source":     good("1", func(m *directdial.Mention) { m.Source = "" }),
		"a source like a path": good("1", func(m *directdial.Mention) { m.Source = "a.>" }),
		"a source of 900 KB":   good("1", func(m *directdial.Mention) { m.Source = strings.Repeat("s", 900_000) }),
		"a platform like a subject": good("1", func(m *directdial.Mention) {
			m.Platform = "x.*"
		}),
		"without a text":      good("1", func(m *directdial.Mention) { m.Text = " " }),
		"without an id":       good("", nil),
		"never accepted":      bytes.Replace(good("1", nil), []byte(`"accepted_at"`), []byte(`"rejected_at"`), 1),
		"of the year 10000":   bytes.Replace(good("1", nil), []byte(`"accepted_at":"2000`), []byte(`"accepted_at":"10000`), 1),
		"nested without end":  []byte(strings.Repeat(`{"v":`, 20_000)),
		"negative reach":      good("1", func(m *directdial.Mention) { m.Reach.Likes = -1 }),
		"a text of a million": good("1", func(m *directdial.Mention) { m.Text = strings.Repeat("a", 1_000_000) }),
	}
}

func TestMentionThatCannotBeReadIsADeadLetterAndStopsNothing(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		n := 0
		for name, data := range poison() {
			x.publish(bus.Mentions, bus.Message{Subject: "mentions.mastodon.crm", Data: data})
			x.settle()
			n++
			l, err := x.router.Ledger(t.Context())
			if err != nil || l.DeadLettered != n || !l.Balanced() {
				t.Fatalf("%s: %d dead letters of %d, damage %q, %v", name, l.DeadLettered, n, l.Damage, err)
			}
		}
		x.restart()
		if d := x.dialOf(x.hear(directdial.Mention{ID: "2", Text: "complaint #billing"})); d.Holder != "ana" {
			t.Errorf("the next mention led to %+v", d)
		}
	})
}

// A header may say anything: no key of ours, or the key of a known mention.
func TestHeaderOfADeadLetterTakesNothingFromWhatIsKnown(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		for _, header := range []string{string(key), strings.ToUpper(string(key)), "short", string(key) + "00", "äöüäöüäöüäöüäöüä"} {
			x.publish(bus.Mentions, bus.Message{
				Subject: "mentions.mastodon.crm", Data: []byte("?"), Header: map[string]string{directdial.HeaderMention: header},
			})
		}
		x.settle()
		if d := x.dialOf(key); d.Revision != 1 {
			t.Errorf("the dial is %+v", d)
		}
		if l, _ := x.router.Ledger(t.Context()); l.DeadLettered != 5 || l.Dialled != 1 {
			t.Errorf("the ledger is %+v", l)
		}
	})
}

func TestDeadLetterThatComesAgainWholeIsDecided(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.keys.Mention("mastodon", "1")
		x.publish(bus.Mentions, bus.Message{
			Subject: "mentions.mastodon.crm", Data: []byte("?"), Header: map[string]string{directdial.HeaderMention: string(key)},
		})
		x.settle()
		if rec := x.record(key); rec.State != directdial.DeadLetter || rec.Reason != directdial.Unreadable {
			t.Fatalf("the record is %+v", rec)
		}
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing", Author: directdial.Author{Handle: "u"}})
		rec, d := x.record(key), x.dialOf(key)
		if rec.Platform != "mastodon" || rec.Source != "crm" || rec.Author == "" || len(d.Authors) != 1 {
			t.Errorf("the record is %+v, the dial %+v", rec, d)
		}
	})
}

func TestActionThatCannotBeReadIsRefusedAndStopsNothing(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		key := x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		n := 0
		for name, data := range map[string]string{
			"empty":              "",
			"no JSON":            "hello",
			"another type":       "[]",
			"of a newer program": `{"v":9,"kind":"take","id":"newer"}`,
			"without a version":  `{"kind":"take"}`,
			"of an unknown kind": `{"v":1,"kind":"dance\u001b[2J"}`,
			// Both the name and the words of the refusal would repeat it.
			"of 600 KB":        `{"v":1,"kind":"take","dial":"` + x.dialOf(key).ID + `","by":"` + strings.Repeat("a", 600_000) + `"}`,
			"before the start": `{"v":1,"kind":"take","after":-1}`,
			"after the end":    `{"v":1,"kind":"take","after":1000000}`,
			"of control signs": `{"v":1,"kind":"take","by":"` + strings.Repeat(`\u0001`, 10_000) + `"}`,
		} {
			x.publish(bus.Actions, bus.Message{Subject: fmt.Sprint("actions.poison.", n), Data: []byte(data)})
			x.settle()
			n++
			if l, _ := x.router.Ledger(t.Context()); l.Refused != n {
				t.Fatalf("%s: %d refused of %d", name, l.Refused, n)
			}
		}
		if j, err := x.router.Await(t.Context(), "newer"); err != nil || !j.Refused() {
			t.Errorf("who asked with a newer program hears %+v, %v", j, err)
		}
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: x.dialOf(key).ID, By: "ana"})
		if d := x.dialOf(key); d.State != directdial.Accepted {
			t.Errorf("the next action led to %+v", d)
		}
	})
}

func TestGapIsInTheLogWithWhatTheSourceSaidOfIt(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		events := x.do(directdial.Action{
			Kind: directdial.ActGap, Source: "fediverse", Query: "#acme", Detail: "outage", Count: -1,
			From: longAgo, Until: farOff,
		})
		wantKinds(t, events, directdial.EvGap)
		if e := events[0]; e.Source != "fediverse" || e.Query != "#acme" || e.Detail != "outage" || e.Count != -1 ||
			!e.Since.Equal(longAgo) || !e.Until.Equal(farOff) {
			t.Errorf("the event is %+v", e)
		}
	})
}
