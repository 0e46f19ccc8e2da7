package ingest

import "github.com/directdial/directdial"

// Waiting is the state of a mention that was accepted and is not decided yet.
const Waiting directdial.MentionState = "waiting"

// exchange is what a receiver asks: the daemon, and where that does not know a
// mention yet, what this process has accepted.
type exchange struct {
	Exchange
	intake *intake
}

// Status implements Exchange.
func (x exchange) Status(platform, id string) (Status, bool) {
	if s, ok := x.Exchange.Status(platform, id); ok {
		return s, true
	}
	s, ok := x.intake.recent.get(x.intake.keyer.Mention(platform, id))
	return Status{State: Waiting, Source: s.source, Accepted: s.accepted}, ok
}
