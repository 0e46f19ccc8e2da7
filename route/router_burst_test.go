package route

import (
	"strconv"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

// What a topic brings in a burst is counted on one card, but for a complaint that
// reaches many people.
func TestComplaintThatReachesManyHasItsOwnCardInABurst(t *testing.T) {
	d := change(func(d *directdial.Directory) {
		d.Rules.Burst = directdial.Burst{Window: time.Hour, Cards: 2, MaxReach: 1000}
	})
	inBubble(t, d, func(t *testing.T, x *exchange) {
		n := 0
		say := func(text string, followers int) directdial.Dial {
			n++
			return x.dialOf(x.hear(directdial.Mention{
				ID: strconv.Itoa(n), Text: text, Author: directdial.Author{Handle: "u" + strconv.Itoa(n), Followers: followers},
			}))
		}
		say("complaint #billing", 0)
		last := say("complaint #billing", 0)
		for range 3 {
			if got := say("complaint #billing", 1000); got.ID != last.ID {
				t.Errorf("one of the burst has the card %s", got.ID)
			}
		}
		if got := say("question #billing", 50_000); got.ID != last.ID || got.Burst != 4 {
			t.Errorf("a question is counted as number %d of %s", got.Burst, got.ID)
		}
		if got := say("complaint #billing", 50_000); got.ID == last.ID {
			t.Error("a complaint before fifty thousand is only counted")
		}
	})
}
