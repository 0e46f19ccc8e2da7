package ingest_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 123_456_789, time.UTC)

// exchange is a runner without sources in front of an exchange in memory.
type exchange struct {
	*sourcetest.Log
	metrics *prometheus.Registry
	emit    ingest.Emit
}

func newExchange() *exchange {
	x := &exchange{Log: sourcetest.NewLog(), metrics: prometheus.NewRegistry()}
	r := ingest.NewRunner(ingest.Options{
		Log: x.Log, Keyer: sourcetest.Key, Metrics: x.metrics, Logger: zerolog.Nop(), Now: func() time.Time { return now },
	})
	x.emit = r.Emit("crm")
	return x
}

func post(id, text string) *directdial.Mention {
	return &directdial.Mention{ID: id, Platform: "forum", Text: text}
}

func (x *exchange) take(t *testing.T, items ...directdial.Item) directdial.Taken {
	t.Helper()
	taken, err := x.emit(t.Context(), items...)
	if err != nil {
		t.Fatal(err)
	}
	return taken
}

func TestAMentionBecomesOneCompleteMessage(t *testing.T) {
	x := newExchange()
	m := &directdial.Mention{
		URL: "HTTPS://Forum.example/t/1/?utm_source=x#top", Text: "<b>Billed twice & angry</b>",
		CreatedAt: now.Add(-time.Minute).In(time.FixedZone("", 3600)), Author: directdial.Author{Handle: "@User1"},
		Source: "forged", V: 99, AcceptedAt: now.Add(time.Hour),
	}
	given := *m
	x.take(t, m)
	if diff := cmp.Diff(&given, m); diff != "" {
		t.Errorf("the source's own item was changed (-before +after):\n%s", diff)
	}
	got := x.Messages()[0]
	want := ingest.Message{
		Subject: "mentions.crm.crm",
		Header: map[string]string{
			"Directdial-Mention": string(sourcetest.Key.Mention("crm", "https://forum.example/t/1")),
			"Directdial-Author":  string(sourcetest.Key.Author("crm", "user1")),
		},
		Data: []byte(`{"id":"https://forum.example/t/1","platform":"crm","url":"HTTPS://Forum.example/t/1/?utm_source=x#top",` +
			`"text":"<b>Billed twice & angry</b>","created_at":"2026-11-21T11:59:00.123Z","author":{"handle":"@User1"},` +
			`"v":1,"source":"crm","accepted_at":"2026-11-21T12:00:00.123Z"}`),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, got.Data)
	}
}

func TestABrokenMentionDoesNotTakeItsNeighboursWithIt(t *testing.T) {
	x := newExchange()
	bad := []struct {
		field string
		item  directdial.Item
	}{
		{"text", post("1", " \n")},
		{"text", post("2", "a\xffb")},
		{"text", post("3", strings.Repeat("a", directdial.MaxText+1))},
		{"text", post("4", strings.Repeat("\x01", directdial.MaxText))}, // six bytes each in JSON
		{"id", post("", "text")},
		{"id", post(strings.Repeat("i", directdial.MaxID+1), "text")},
		{"platform", &directdial.Mention{ID: "5", Platform: "a.b>", Text: "text"}},
		{"created_at", &directdial.Mention{ID: "6", Text: "text", CreatedAt: time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200))}},
		{"id", &directdial.Deletion{Platform: "forum"}},
		{"platform", &directdial.Deletion{Platform: "*", ID: "7"}},
		{"in_reply_to", &directdial.Answer{Platform: "forum", ID: "8"}},
		{"query", &directdial.Gap{Query: strings.Repeat("q", 1000)}},
	}
	var items []directdial.Item
	for i, b := range bad {
		items = append(items, b.item, post("good"+string(rune('a'+i)), "text"))
	}
	taken := x.take(t, items...)
	if taken.Accepted != len(bad) || len(x.Mentions()) != len(bad) {
		t.Errorf("%d accepted, %d on the stream, want %d", taken.Accepted, len(x.Mentions()), len(bad))
	}
	for i, b := range bad {
		r := taken.Rejected[i]
		if r.Index != 2*i || r.Field != b.field || r.Error == "" {
			t.Errorf("rejected %+v, want index %d and field %s", r, 2*i, b.field)
		}
	}
}

func TestRepeatsAndEdits(t *testing.T) {
	liked := func(m *directdial.Mention, n int) *directdial.Mention { m.Reach.Likes = n; return m }
	for name, lag := range map[string]bool{"the index has it": false, "the index has not got it yet": true} {
		t.Run(name, func(t *testing.T) {
			x := newExchange()
			x.SetFaults(sourcetest.Faults{Lag: lag})
			for i, step := range []struct {
				item     *directdial.Mention
				accepted int
				mentions int // on the stream
				actions  int
			}{
				{post("1", "billed twice"), 1, 1, 0},
				{post("1", "billed twice"), 0, 1, 0},
				{liked(post("1", "billed twice"), 3), 0, 1, 1},
				{liked(post("1", "billed twice"), 3), 0, 1, 1},
				{post("1", "billed twice"), 0, 1, 1}, // tells no reach: takes none back
				{post("1", "billed thrice"), 1, 2, 1},
				{post("1", "billed thrice"), 0, 2, 1},
				{post("1", "billed twice"), 1, 3, 1}, // edited back
			} {
				taken := x.take(t, step.item)
				if taken.Accepted != step.accepted || taken.Known != 1-step.accepted {
					t.Errorf("step %d: %+v", i, taken)
				}
				if m, a := len(x.Mentions()), len(x.Actions()); m != step.mentions || a != step.actions {
					t.Errorf("step %d: %d mentions and %d actions, want %d and %d", i, m, a, step.mentions, step.actions)
				}
			}
			want := directdial.Action{
				V: 1, Kind: directdial.ActReach, At: directdial.Clock(now), After: 1, Source: "crm",
				Mention: sourcetest.Key.Mention("forum", "1"), Reach: &directdial.Reach{Likes: 3},
			}
			if diff := cmp.Diff(want, x.Actions()[0]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOneIdTwiceInOneEmit(t *testing.T) {
	x := newExchange()
	taken := x.take(t, post("1", "one"), post("1", "one"), post("1", "two"))
	if taken.Accepted != 2 || taken.Known != 1 || len(x.Mentions()) != 2 {
		t.Errorf("%+v, %d on the stream", taken, len(x.Mentions()))
	}
}

func TestAnErasedMentionStaysErased(t *testing.T) {
	x := newExchange()
	x.take(t, post("1", "one"))
	x.SetRecord(directdial.MentionRecord{Key: sourcetest.Key.Mention("forum", "1"), State: directdial.Erased})
	m := post("1", "another text")
	m.Reach.Likes = 9
	if taken := x.take(t, m); taken.Known != 1 || len(x.Mentions()) != 1 || len(x.Actions()) != 0 {
		t.Errorf("%+v: %d mentions, %d actions", taken, len(x.Mentions()), len(x.Actions()))
	}
}

func TestADeletionOfWhatIsGoneIsKnown(t *testing.T) {
	x := newExchange()
	x.take(t, post("1", "one"))
	deletion := &directdial.Deletion{Platform: "forum", ID: "1", At: now}
	if taken := x.take(t, deletion); taken.Accepted != 1 || len(x.Actions()) != 1 {
		t.Errorf("%+v: %d actions", taken, len(x.Actions()))
	}
	x.SetRecord(directdial.MentionRecord{Key: sourcetest.Key.Mention("forum", "1"), State: directdial.Dialled, Deleted: true})
	if taken := x.take(t, deletion); taken.Known != 1 || taken.Accepted != 0 || len(x.Actions()) != 1 {
		t.Errorf("again: %+v: %d actions", taken, len(x.Actions()))
	}
}

func TestActionsFollowTheMentionsOfTheirEmit(t *testing.T) {
	x := newExchange()
	x.take(t, post("0", "before"))
	taken := x.take(t,
		&directdial.Deletion{Platform: "forum", ID: "1", At: now.Add(time.Hour)},
		post("1", "gone soon"),
		&directdial.Answer{Platform: "forum", ID: "3", InReplyTo: "0", Thread: "2", Account: "forum:ana", At: now.Add(-time.Second)},
		&directdial.Gap{Query: "#acme", From: now.Add(-time.Hour), To: now, Cause: "outage", Missing: -1},
	)
	if taken.Accepted != 4 {
		t.Errorf("%+v", taken)
	}
	key := func(id string) directdial.Key { return sourcetest.Key.Mention("forum", id) }
	at := directdial.Clock(now)
	want := []directdial.Action{
		{V: 1, Kind: directdial.ActDeletion, ID: "deletion-" + string(key("1")), At: at, After: 2, Source: "crm", Mention: key("1")},
		{
			V: 1, Kind: directdial.ActAnswer, ID: "answer-" + string(key("3")), At: at.Add(-time.Second), After: 2, Source: "crm",
			Mention: key("0"), Thread: key("2"), Account: "forum:ana",
		},
		{
			V: 1, Kind: directdial.ActGap, At: at, After: 2, Source: "crm", Query: "#acme", Detail: "outage",
			From: at.Add(-time.Hour), Until: at, Count: -1,
		},
	}
	if diff := cmp.Diff(want, x.Actions()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNothingIsKnownUntilItIsOnDisk(t *testing.T) {
	for name, stored := range map[string]bool{"it was not stored": false, "the answer was lost": true} {
		t.Run(name, func(t *testing.T) {
			x := newExchange()
			lost := errors.New("lost")
			x.SetFaults(sourcetest.Faults{Lag: true, Publish: func(int) (bool, error) { return stored, lost }})
			if _, err := x.emit(t.Context(), post("1", "one")); !errors.Is(err, lost) {
				t.Fatalf("error %v", err)
			}
			x.SetFaults(sourcetest.Faults{Lag: true})
			if taken := x.take(t, post("1", "one")); taken.Accepted != 1 {
				t.Errorf("%+v: it is counted as known and may not be on disk", taken)
			}
		})
	}
}

func TestManyRepeatsAreRememberedWithinBounds(t *testing.T) {
	x := newExchange()
	x.SetFaults(sourcetest.Faults{Lag: true})
	const n = 70_000 // more than are remembered
	for from := 0; from < n; from += 1000 {
		var items []directdial.Item
		for i := range 1000 {
			items = append(items, post(time.Duration(from+i).String(), "text"))
		}
		x.take(t, items...)
	}
	if taken := x.take(t, post(time.Duration(n-1).String(), "text")); taken.Known != 1 {
		t.Errorf("the last one: %+v", taken)
	}
	if taken := x.take(t, post(time.Duration(0).String(), "text")); taken.Accepted != 1 {
		t.Errorf("the first one, long forgotten: %+v", taken)
	}
}

func TestMetricsCountItems(t *testing.T) {
	x := newExchange()
	x.take(t, post("1", "one"), post("1", "one"), post("2", ""), &directdial.Gap{Query: "#acme", Missing: 7})
	const want = `
# HELP directdial_source_items_total Items by kind (mention, reach, deletion, answer, gap, and backfilled for a gap in which nothing is missing) and outcome (accepted, known, rejected).
# TYPE directdial_source_items_total counter
directdial_source_items_total{kind="gap",outcome="accepted",source="crm"} 1
directdial_source_items_total{kind="mention",outcome="accepted",source="crm"} 1
directdial_source_items_total{kind="mention",outcome="known",source="crm"} 1
directdial_source_items_total{kind="mention",outcome="rejected",source="crm"} 1
# HELP directdial_source_missing_total Mentions that sources report to have missed, as far as they can tell.
# TYPE directdial_source_missing_total counter
directdial_source_missing_total{source="crm"} 7
`
	if err := testutil.GatherAndCompare(x.metrics, strings.NewReader(want), "directdial_source_items_total", "directdial_source_missing_total"); err != nil {
		t.Error(err)
	}
}

// FuzzMention holds that whatever a source emits is refused, or stands on the
// stream as JSON that reads back and in a subject of three harmless tokens.
func FuzzMention(f *testing.F) {
	f.Add("1", "forum", "<!channel> \x1b[31m \u202e", "@user", "https://forum.example/1", int64(0))
	f.Add("\xff", "a.b", "\x00", "", "javascript:x", int64(1)<<60)
	f.Fuzz(func(t *testing.T, id, platform, text, handle, url string, created int64) {
		x := newExchange()
		taken, err := x.emit(context.Background(), &directdial.Mention{
			ID: id, Platform: platform, Text: text, URL: url,
			CreatedAt: time.Unix(created, 0), Author: directdial.Author{Handle: handle},
		})
		if err != nil {
			t.Fatal(err)
		}
		if taken.Accepted+len(taken.Rejected) != 1 {
			t.Fatalf("%+v", taken)
		}
		for _, msg := range x.Messages() {
			var m directdial.Mention
			if err := json.Unmarshal(msg.Data, &m); err != nil {
				t.Fatal(err)
			}
			if m.Text != text || len(msg.Data) > directdial.MaxMention {
				t.Errorf("text %q became %q", text, m.Text)
			}
			if tokens := strings.Split(msg.Subject, "."); len(tokens) != 3 || !directdial.ValidName(tokens[1]) {
				t.Errorf("subject %q", msg.Subject)
			}
		}
	})
}
