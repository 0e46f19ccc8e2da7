package channeltest

import (
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// LateNotice is a notice that names two late dials: one about billing with this
// tag, whose words are shown, and one about harm, whose words are hidden.
func LateNotice(to directdial.Expert, tag directdial.Tag) experts.Card {
	n := experts.Notice{Parked: 2, Waits: map[string]int{"nobody on duty": 2}}
	for _, d := range []directdial.Dial{
		{ID: "d0123456789abcdef", Tag: tag, Topic: "billing", Revision: 4},
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
