package experts

import (
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// plan is what comes next for a card that was not delivered yet.
type plan struct {
	deed    deed
	attempt int       // which one is made or looked up
	after   time.Time // not before
	settled time.Time // when the newest open attempt cannot be under way any more
	// open are the attempts of which nobody knows what became: claimed, with
	// no outcome.
	open []int
}

// deed is what can be done for a card.
type deed uint8

const (
	rest deed = iota // nothing: its outcome is on the log, the exchange will say what follows
	send
	find  // look up whether an open attempt arrived
	hold  // report open attempts as ambiguous, for a person
	lapse // report that it is too late to send
	edit
)

// settle is how long a send may still be under way after nobody waits for it
// any more: before that, a look-up proves nothing.
const settle = 5 * time.Second

// maxOpen is how many attempts may end without an answer before nothing is
// repeated any more: somebody may hold a card for each of them.
const maxOpen = 3

// planOf reads from the claims and outcomes of a card what comes next. It is
// pure; the log is all the memory there is, so that it does not matter whether
// the process was killed in between.
//
// An attempt whose outcome nobody knows is looked up where the channel can. Else
// `repeat` makes another attempt and leaves the open one without an outcome
// until the card is delivered or given up, because an ambiguous outcome ends
// the offer; `hold` reports it at once. underWay is how long after its claim an
// open attempt may still be made by somebody else.
func planOf(log []directdial.Action, canFind bool, policy Ambiguity, underWay time.Duration) plan {
	if len(log) == 0 {
		return plan{deed: send, attempt: 1}
	}
	if slices.ContainsFunc(log, final) {
		return plan{deed: rest}
	}
	var p plan
	last := 0
	outcomes := map[int]directdial.Action{}
	claims := map[int]time.Time{}
	for _, a := range log {
		last = max(last, a.Attempt)
		switch a.Kind {
		case directdial.ActClaim:
			claims[a.Attempt] = a.At
		case directdial.ActAmbiguous, directdial.ActRetry:
			outcomes[a.Attempt] = a
		}
	}
	if outcomes[last].Kind == directdial.ActAmbiguous {
		return plan{deed: rest} // left for a person; before another attempt it only counts
	}
	for n := range claims {
		if _, known := outcomes[n]; !known {
			p.open = append(p.open, n)
		}
	}
	slices.Sort(p.open)
	p.deed, p.attempt, p.after = send, last+1, outcomes[last].Until
	if len(p.open) == 0 {
		return p
	}
	newest := p.open[len(p.open)-1]
	p.settled = claims[newest].Add(underWay)
	switch {
	case canFind:
		p.deed, p.attempt, p.after = find, newest, p.settled.Add(settle)
	case policy != Repeat || len(p.open) >= maxOpen:
		p.deed, p.attempt, p.after = hold, newest, p.settled
	case newest == last:
		p.after = p.settled.Add(settle)
	}
	return p
}

// final reports whether an outcome ends the offer on its channel.
func final(a directdial.Action) bool {
	return a.Kind == directdial.ActDelivered || a.Kind == directdial.ActFailed || a.Kind == directdial.ActLapsed
}

// late turns a plan into what is left to do once nothing may be sent any more.
// A look-up is no sending and goes on.
func (p plan) late() plan {
	switch {
	case p.deed != send:
		return p
	case len(p.open) > 0:
		// It may have arrived, so it did not lapse.
		return plan{deed: hold, attempt: p.open[len(p.open)-1], after: p.settled, open: p.open}
	}
	return plan{deed: lapse, attempt: p.attempt}
}

// onTheWire reports whether the deed asks something of the channel.
func (d deed) onTheWire() bool { return d == send || d == find || d == edit }
