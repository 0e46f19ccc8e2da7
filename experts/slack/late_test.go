package slack_test

import (
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts/channeltest"
	"github.com/directdial/directdial/experts/slack/slacktest"
)

func newLate(t *testing.T, way string) *desk {
	return newDesk(t, way, func(b *book) {
		b.card = channeltest.LateNotice(b.card.To, directdial.Complaint)
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
