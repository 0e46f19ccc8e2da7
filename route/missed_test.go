package route

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

func TestACoachLearnsFromASampleHowMuchIsMissed(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		for i := range 30 {
			x.hear(directdial.Mention{ID: fmt.Sprint(i), Text: fmt.Sprint("nothing much ", i)})
		}
		if m, err := x.router.Missed(time.Now()); err != nil || len(m.Sample) != 0 || m.High != 1 {
			t.Errorf("before the week is over: %+v, %v", m, err)
		}
		x.later(week)
		card := x.sampleCard()
		m, err := x.router.Missed(time.Now())
		if err != nil || m.Heard != 30 || len(m.Sample) != directdial.MissedSample {
			t.Fatalf("%d heard, %d drawn, %v", m.Heard, len(m.Sample), err)
		}
		for i, rec := range m.Sample {
			if card.Expert != "kim" || card.Sample[i] != rec.Key || rec.Sampled != card.ID {
				t.Errorf("the card asks %s about %s, in place of %s", card.Expert, card.Sample[i], rec.Key)
			}
		}
		for i, rec := range m.Sample[:10] {
			a := directdial.Action{Kind: directdial.ActReview, By: "kim", Mention: rec.Key, Reason: directdial.RightlyLeft}
			if i < 2 {
				a.Reason, a.To, a.Tag = directdial.Belonged, "ana", directdial.Complaint
			}
			wantKinds(t, x.do(a), directdial.EvReviewed)
		}
		late := x.hear(directdial.Mention{ID: "late", Text: "nothing at all"})
		x.do(directdial.Action{Kind: directdial.ActReview, By: "kim", Mention: late, Reason: directdial.Belonged}) // this week is not over
		x.restart()
		again, err := x.router.Missed(time.Now())
		if err != nil || again.Reviewed != 10 || again.Belonged != 2 || again.Share != 0.2 || again.Low > 0.06 || again.High < 0.50 {
			t.Errorf("%+v, %v", again, err)
		}
		for i := range m.Sample {
			if again.Sample[i].Key != m.Sample[i].Key {
				t.Fatalf("another was drawn in place %d", i)
			}
		}
	})
}

// sampleCard is the one card of the week that asks about what was left.
func (x *exchange) sampleCard() (card directdial.Offer) {
	x.t.Helper()
	asked := 0
	for _, o := range x.outbox() {
		if o.Card == directdial.NewsCard && o.Reason == directdial.Sampled {
			card = o
			asked++
		}
	}
	if asked != 1 {
		x.t.Fatalf("a coach is asked %d times", asked)
	}
	return card
}

// The words of a post that is gone must leave the card, and what was said of one
// shows on it, wherever it was said.
func TestTheCardOfASampleShowsWhatBecameOfIt(t *testing.T) {
	if testing.Short() {
		t.Skip("a week of a real NATS takes long with the race detector")
	}
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		left := x.hear(directdial.Mention{ID: "1", Text: "nothing", Author: directdial.Author{Handle: "u"}})
		time.Sleep(week)
		x.settle()
		revision := func() int {
			x.settle()
			o, _ := x.router.Offer(x.sampleCard().ID)
			return o.Revision
		}
		before := revision()
		x.do(directdial.Action{Kind: directdial.ActReview, By: "ops", Mention: left, Reason: directdial.Belonged, Topic: "billing"})
		said := revision()
		x.hear(directdial.Mention{ID: "1", Text: "nothing at all", Author: directdial.Author{Handle: "u"}})
		edited := revision()
		x.do(directdial.Action{Kind: directdial.ActDeletion, Mention: left})
		if gone := revision(); said <= before || edited <= said || gone <= edited {
			t.Errorf("revisions %d, %d, %d, %d", before, said, edited, gone)
		}
		if again, err := x.router.Missed(time.Now()); err != nil || again.Reviewed != 0 {
			t.Errorf("what was deleted counts: %+v, %v", again, err)
		}
	})
}

func TestWhatACoachSaysOfWhatWasLeftIsALabel(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		for i, a := range []directdial.Action{
			{Reason: directdial.RightlyLeft},
			{Reason: directdial.Belonged, Tag: directdial.Question},
			{Reason: directdial.Belonged, To: "ana"}, // of which tag, nobody says
			{Reason: directdial.Belonged, Topic: "billing"},
		} {
			a.Kind, a.By = directdial.ActReview, "kim"
			a.Mention = x.hear(directdial.Mention{ID: fmt.Sprint(i), Text: fmt.Sprint("nothing much ", i)})
			x.do(a)
		}
		said, err := x.router.Feedback(t.Context())
		if err != nil || len(said) != 3 {
			t.Fatalf("feedback %+v, %v", said, err)
		}
		for _, f := range said {
			question, told := f.Tags[directdial.Question]
			if f.Topic == "billing" && told || f.Topic == "" && (!told || question != (f.By == directdial.Belonged)) {
				t.Errorf("feedback %+v", f)
			}
		}
	})
}

func TestAReviewIsOfACoachAndAboutWhatWasLeft(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		left := x.hear(directdial.Mention{ID: "1", Text: "nothing"})
		dialled := x.hear(directdial.Mention{ID: "2", Text: "complaint #billing"})
		said := x.hear(directdial.Mention{ID: "3", Text: "nothing more"})
		x.do(directdial.Action{Kind: directdial.ActReview, By: "kim", Mention: said, Reason: directdial.RightlyLeft})
		for want, a := range map[directdial.Reason]directdial.Action{
			directdial.NotCoach:   {By: "ana", Mention: left, Reason: directdial.RightlyLeft},
			directdial.Unknown:    {By: "kim", Mention: dialled, Reason: directdial.RightlyLeft},
			directdial.Unreadable: {By: "ops", Mention: left, Reason: directdial.RightlyLeft, Topic: "billing"},
			directdial.Duplicate:  {By: "kim", Mention: said, Reason: directdial.RightlyLeft},
		} {
			a.Kind = directdial.ActReview
			if got := x.refusedWith(a); got != want {
				t.Errorf("%+v is refused with %q, want %q", a, got, want)
			}
		}
	})
}

func TestWilsonIntervals(t *testing.T) {
	for _, test := range []struct {
		yes, n    int
		low, high float64
	}{{0, 0, 0, 1}, {0, 20, 0, 0.1611}, {10, 20, 0.2993, 0.7007}, {20, 20, 0.8389, 1}} {
		low, high := wilson(test.yes, test.n)
		if math.Abs(low-test.low) > 1e-4 || math.Abs(high-test.high) > 1e-4 {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", test.yes, test.n, low, high, test.low, test.high)
		}
	}
}

func TestAWeekBeginsOnMonday(t *testing.T) {
	want := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	for _, at := range []time.Time{want, want.Add(week - 1), time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)} {
		if got := monday(at); !got.Equal(want) {
			t.Errorf("the week of %s begins on %s", at, got)
		}
	}
}

func TestASampleIsSentWhenTheCoachIsThereAndAgainIfItFailed(t *testing.T) {
	late := change(expert("kim", func(e *directdial.Expert) { e.Hours = []string{"11-17"} }))
	inBubble(t, late, func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "nothing"})
		x.later(time.Until(monday(time.Now()).Add(week + 10*time.Hour + 30*time.Minute)))
		if cards := x.outbox(); len(cards) != 0 {
			t.Fatalf("at half past ten: %+v", cards)
		}
		time.Sleep(30 * time.Minute)
		x.settle()
		first := x.sampleCard()
		wantKinds(t, x.do(failed(first)), directdial.EvFailed)
		time.Sleep(sendNext - time.Minute)
		x.settle()
		if cards := x.outbox(); len(cards) != 0 {
			t.Fatalf("before a day is over: %+v", cards)
		}
		time.Sleep(time.Minute)
		x.settle()
		again := x.sampleCard()
		if again.ID == first.ID || len(again.Sample) != 1 || again.Sample[0] != first.Sample[0] {
			t.Errorf("sent again: %+v, first %+v", again, first)
		}
	})
}
