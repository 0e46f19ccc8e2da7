package route

import (
	"testing"

	"github.com/directdial/directdial"
)

// "The charger caught fire" complains of nothing by its words.
func TestRestrictedTopicIsNotLeftOutForWantOfATag(t *testing.T) {
	inBubble(t, office(), func(t *testing.T, x *exchange) {
		d := x.dialOf(x.hear(directdial.Mention{ID: "1", Text: "it caught fire #recall"}))
		if d.Holder != "kim" || d.Tag != directdial.Complaint || d.Topic != "recall" {
			t.Errorf("the dial is %+v", d)
		}
		rec, _ := x.router.Mention(x.hear(directdial.Mention{ID: "2", Text: "an invoice #billing"}))
		if rec.State != directdial.Suppressed || rec.Reason != directdial.NoTag {
			t.Errorf("what is not restricted is %s: %s", rec.State, rec.Reason)
		}
	})
}
