package route

import (
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// hop is what is asked when a dial goes on.
type hop struct {
	why   directdial.Reason
	to    string   // the one who is named; "" for whoever is best
	held  []string // who had their turn
	tried []string // channels that do not count for the one who is named
}

// nextCase is the case of a dial that goes on: past, the one that opened it, at
// another time under the rules of today.
func (x *directory) nextCase(r index.Reader, at time.Time, past directdial.Case, d *directdial.Dial, h hop) directdial.Case {
	c := x.freshCase(at, subject{mention: past.Mention, classification: past.Classification})
	c.Topic = x.topicOf(past.Topic.Name, past.Topic)
	c.Dial = caseDial(d)
	c.Dial.Next, c.Dial.To = h.why, h.to
	author := directdial.Key("")
	if len(d.Authors) > 0 {
		author = d.Authors[0]
	}
	x.addCandidates(r, &c, author, h.held)
	for i := range c.Candidates {
		if k := &c.Candidates[i]; k.Expert == h.to {
			k.Channels = slices.DeleteFunc(k.Channels, func(ch string) bool { return slices.Contains(h.tried, ch) })
		}
	}
	return c
}
