package route

import (
	"testing"

	"github.com/directdial/directdial"
)

// A card that waits is not sent to somebody who may no longer have it.
func TestGateIsAskedAgainForACardThatWaits(t *testing.T) {
	for name, take := range map[string]func(d *directdial.Directory){
		"the grant was taken away": expert("ana", func(e *directdial.Expert) { e.Grants = nil }),
		"the colleague is gone":    func(d *directdial.Directory) { d.Experts = d.Experts[1:] },
		"the topic is restricted":  func(d *directdial.Directory) { restrict(d, "billing") },
		"no channel leads to them": expert("ana", func(e *directdial.Expert) { e.Addresses = nil }),
		"":                         func(*directdial.Directory) {},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, office(), func(t *testing.T, x *exchange) {
				x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
				waits := x.outbox()[0]
				if reason, err := x.router.Standing(t.Context(), waits); reason != "" || err != nil {
					t.Fatalf("before: %q, %v", reason, err)
				}
				x.configure(change(take))
				reason, err := x.router.Standing(t.Context(), waits)
				if (reason != "") != (name != "") || err != nil {
					t.Errorf("after: %q, %v", reason, err)
				}
			})
		})
	}
}

// Nobody needs to be on duty to take a dial by hand; its card then comes, too.
func TestCardOfADialThatWasTakenByHandAfterHoursIsSent(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		x.hear(directdial.Mention{ID: "1", Text: "complaint #billing"})
		dial := x.outbox()[0].Dial
		x.do(directdial.Action{Kind: directdial.ActAway, By: "bo"})
		x.do(directdial.Action{Kind: directdial.ActTake, Dial: dial, By: "bo"})
		x.configure(office())
		waits, ok := x.router.Offer(directdial.OfferID(dial, 2))
		if reason, err := x.router.Standing(t.Context(), waits); !ok || waits.Expert != "bo" || reason != "" || err != nil {
			t.Errorf("the card %+v may not be sent: %q, %v", waits, reason, err)
		}
	})
}

func restrict(d *directdial.Directory, topic string) {
	topics := append([]directdial.Topic(nil), d.Topics...)
	for i := range topics {
		if topics[i].Name == topic {
			topics[i].Restricted = true
		}
	}
	d.Topics = topics
	for i := range d.Experts {
		for j := range d.Experts[i].Grants {
			d.Experts[i].Grants[j].Topics = []string{"*"}
		}
	}
}
