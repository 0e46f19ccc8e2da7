package route

import (
	"fmt"
	"time"

	"github.com/directdial/directdial"
)

// presence is what the log says of who is there and of how a dial came round,
// said a second time from the design: nobody is dialled who said that they are
// away, or by a channel that does not lead to them; "at most max_hops, never back
// to a previous holder"; an ambassador never escalates; a dial always has an
// owner or a stated reason.
type presence struct {
	away  map[string]directdial.Event // the newest, by expert
	lost  map[string]bool             // by expert and channel
	late  map[string]bool             // by dial: with its owner, who was not dialled
	turns map[string]map[string]bool  // by dial: who had their turn
	over  map[string]bool             // by dial: a clock ran out in this step
}

func newPresence() *presence {
	return &presence{
		away: map[string]directdial.Event{}, lost: map[string]bool{}, late: map[string]bool{},
		turns: map[string]map[string]bool{}, over: map[string]bool{},
	}
}

func (p *presence) gone(expert string, at time.Time) bool {
	e, said := p.away[expert]
	return said && (e.Until.IsZero() || at.Before(e.Until))
}

// event says what is wrong with an event, "" if nothing is.
func (p *presence) event(d *directdial.Directory, e *directdial.Event, at time.Time) (wrong string) {
	switch e.Kind {
	case directdial.EvAway:
		p.away[e.Expert] = *e
	case directdial.EvBack:
		delete(p.away, e.Expert)
	case directdial.EvUnreachable:
		p.lost[e.Expert+" "+e.Channel] = true
	case directdial.EvReachable:
		delete(p.lost, e.Expert+" "+e.Channel)
	case directdial.EvExpiredPeople:
		delete(p.turns, e.Dial)
	case directdial.EvExpired:
		p.over[e.Dial] = true
		if e.Tag == directdial.Ambassador {
			return "an ambassador escalates"
		}
	case directdial.EvHandedOff, directdial.EvLate:
		if e.From != "" && !p.late[e.Dial] {
			p.turn(e.Dial, e.From)
		}
		if p.late[e.Dial] = e.Kind == directdial.EvLate; p.late[e.Dial] {
			delete(p.over, e.Dial) // who takes it now does so by hand
		}
		if e.Reason == "" {
			return "it goes on without a reason"
		}
	case directdial.EvOffered:
		defer delete(p.over, e.Dial)
		p.late[e.Dial] = false
		if p.lost[e.Expert+" "+e.Channel] {
			return "the channel does not lead to them"
		}
		if n := len(p.turns[e.Dial]); p.over[e.Dial] && d.Rules.MaxHops > 0 && n >= d.Rules.MaxHops {
			return fmt.Sprintf("%d had their turn, at most %d may", n, d.Rules.MaxHops)
		}
	}
	return ""
}

func (p *presence) turn(dial, expert string) {
	if p.turns[dial] == nil {
		p.turns[dial] = map[string]bool{}
	}
	p.turns[dial][expert] = true
}
