package slack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

// late is a notice of mentions that are parked and of two dials that are late.
func late(to directdial.Expert) experts.Card {
	n := experts.Notice{Parked: 2, Waits: map[string]int{"nobody on duty": 2}}
	for _, d := range []directdial.Dial{
		{ID: "d0123456789abcdef", Tag: directdial.Complaint, Topic: "billing", Revision: 4},
		{ID: "dfedcba9876543210", Topic: directdial.Harm, Revision: 7},
	} {
		err := n.Add(&d, func() ([]experts.Said, error) {
			return []experts.Said{{Mention: &directdial.Mention{
				Platform: "mastodon", Text: "words about " + d.Topic, URL: "https://social.example/" + d.ID,
				Author: directdial.Author{Handle: "u@social.example"}, CreatedAt: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC),
			}}}, nil
		})
		if err != nil {
			panic(err) // it is not asked
		}
	}
	return experts.Card{Kind: directdial.NoticeCard, Offer: "n0123456789abcdef-1", To: to, Revision: 1, Notice: n}
}

func newLate(t *testing.T, way string) *desk {
	return newDesk(t, way, func(b *book) {
		b.card = late(b.card.To)
		b.card.State = directdial.Offered // as the book knows what nobody has taken
	})
}

func TestALateDialIsAnsweredByTheButtonsOfItsNotice(t *testing.T) {
	for _, way := range ways {
		for label, want := range map[string]directdial.Action{
			"Take it":    {Kind: directdial.ActTake},
			"Pass on":    {Kind: directdial.ActPass, To: "kim", Reason: directdial.TooBusy},
			"Not for us": {Kind: directdial.ActDecline, Reason: directdial.Duplicate},
		} {
			t.Run(way+" "+label, func(t *testing.T) {
				d := newLate(t, way)
				d.tell(d.press(label)) // the first on the card: of the first dial
				if want.Kind != directdial.ActTake {
					await(t, "the form", func() bool { return len(d.Views()) == 1 })
					form := d.Views()[0]
					if shown := slacktest.RenderView(form); !strings.Contains(shown, "Complaint about billing") {
						t.Errorf("the form is\n%s", shown)
					}
					chosen := map[string]string{"why": string(want.Reason)}
					if want.To != "" {
						d.tell(d.Search(ana.ID, form, "other", "kim"))
						chosen["other"] = want.To
					}
					d.tell(d.Submit(ana.ID, form, chosen))
				}
				a := d.acted(1)[0]
				if a.Kind != want.Kind || a.Dial != "d0123456789abcdef" || a.Offer != "d0123456789abcdef-1" || a.By != "ana" || a.To != want.To || a.Reason != want.Reason {
					t.Errorf("did %+v", a)
				}
				d.said("Dial d0123456 is with Ana Lind now.") // the notice does not show it
			})
		}
	}
}

func TestALateDialThatWaitsNoMoreIsLeftAlone(t *testing.T) {
	d := newLate(t, "socket")
	press := d.press("Take it")
	d.book.mu.Lock()
	d.book.card.Notice.Dials = d.book.card.Notice.Dials[1:]
	d.book.mu.Unlock()
	d.tell(press)
	d.said("That dial does not wait with you any more.")
	if acts := d.book.done(); len(acts) != 0 {
		t.Errorf("did %+v", acts)
	}
}
