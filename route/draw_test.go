package route

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// What is drawn part by part is what a reader of all of them finds.
func TestASampleDrawnInPartsIsThatOfTheWholeWeek(t *testing.T) {
	db, err := index.Open(t.TempDir()+"/index.db", Buckets()...)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	keys, err := directdial.NewKeyer(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	until := monday(noon)
	rapid.Check(t, func(t *rapid.T) {
		tx := db.Begin() // never confirmed: each case has its own mentions
		for i := range rapid.IntRange(0, 200).Draw(t, "mentions") {
			rec := directdial.MentionRecord{
				Key:     keys.Mention("crm", fmt.Sprint(i)),
				State:   rapid.SampledFrom([]directdial.MentionState{directdial.Suppressed, directdial.Suppressed, directdial.Parked}).Draw(t, "state"),
				Reason:  rapid.SampledFrom([]directdial.Reason{directdial.NoTag, directdial.NotAboutUs, directdial.TooOld}).Draw(t, "reason"),
				Deleted: rapid.IntRange(0, 9).Draw(t, "deleted") == 0,
				Decided: until.Add(time.Duration(rapid.IntRange(-2*7*24, 7*24).Draw(t, "hours")) * time.Hour),
			}
			put(tx, bMentions, string(rec.Key), rec)
		}
		var want []directdial.Key
		for _, rec := range samples(tx)[until.Add(-week)] {
			want = append(want, rec.Key)
		}
		want = want[:min(len(want), directdial.MissedSample)]
		var d drawing
		for !d.draw(tx, until) {
		}
		if got := d.take(); !slices.Equal(got, want) || d.under() {
			t.Errorf("drawn %v, want %v", got, want)
		}
	})
}

// Others are served while a sample is drawn.
func TestMentionsAreDialledWhileASampleIsDrawn(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "nothing"})
		x.later(time.Until(monday(time.Now()).Add(week)) - time.Second)
		if err := x.stop(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		w := x.router.begin()
		x.router.sampled(w)
		if !x.router.drawing.under() || len(w.messages) != 0 {
			t.Fatalf("one turn read all: %d messages", len(w.messages))
		}
		x.run()
		key := x.hear(directdial.Mention{ID: "2", Text: "complaint #billing"})
		if d := x.dialOf(key); d.Holder != "ana" {
			t.Errorf("it is with %q", d.Holder)
		}
		if card := x.sampleCard(); len(card.Sample) != 1 {
			t.Errorf("the card asks about %v", card.Sample)
		}
	})
}
