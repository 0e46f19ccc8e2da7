package route

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// Ledger counts both sides. It reads every record of the index: seconds for a
// million mentions.
func (r *Router) Ledger(ctx context.Context) (*directdial.Ledger, error) {
	state, err := r.bus.State(ctx, bus.Mentions)
	if err != nil {
		return nil, err
	}
	l := &tally{Ledger: &directdial.Ledger{}, erased: map[directdial.Reason]int{}}
	if err := r.db.View(func(v index.Reader) { l.read(v) }); err != nil {
		return nil, err
	}
	if state.Last < l.Position {
		l.Damaged("MENTIONS ends at %d, but was read up to %d", state.Last, l.Position)
	} else {
		l.Waiting = state.Last - l.Position
	}
	l.Balance()
	return l.Ledger, nil
}

// tally counts a ledger.
type tally struct {
	*directdial.Ledger
	erased map[directdial.Reason]int // by reason
}

// read counts one consistent state of the index.
func (l *tally) read(v index.Reader) {
	m, _ := get[meta](v, bMeta, "log")
	l.Position, l.Steps = m.Mentions, m.Applied
	l.Repeats = count(v, countRepeats)
	l.Mentions = int(m.Mentions) - l.Repeats
	l.Suppressed, l.Parked = map[string]int{}, map[string]int{}
	v.Scan(bMentions, "", func(_ string, data []byte) bool {
		var rec struct {
			State  directdial.MentionState
			Reason directdial.Reason
		}
		if err := json.Unmarshal(data, &rec); err != nil {
			l.Damaged("a record of the index cannot be read: %v", err)
			return true
		}
		l.mention(rec.State, rec.Reason)
		return true
	})
	l.Dials, l.Removed = count(v, countDials), count(v, "dial/"+expired)
	v.Scan(bDials, "", func(_ string, data []byte) bool {
		var d directdial.Dial
		if err := json.Unmarshal(data, &d); err != nil {
			l.Damaged("a dial of the index cannot be read: %v", err)
			return true
		}
		l.dial(&d)
		return true
	})
	l.Cards = directdial.Cards{
		Delivered: count(v, "card/delivered"), Ambiguous: count(v, "card/ambiguous"), Failed: count(v, "card/failed"),
	}
	v.Scan(bOutbox, "", func(string, []byte) bool { l.Cards.Waiting++; return true })
	l.Refused = count(v, string(directdial.EvRefused))
	l.TakenOver = count(v, string(directdial.EvTookOver))
	l.compareCounters(v)
}

func (l *tally) mention(state directdial.MentionState, reason directdial.Reason) {
	switch state {
	case directdial.Dialled:
		l.Dialled++
	case directdial.Suppressed:
		l.Suppressed[string(reason)]++
	case directdial.Parked:
		l.Parked[string(reason)]++
	case directdial.DeadLetter:
		l.DeadLettered++
	case directdial.Erased:
		l.Erased++
		l.erased[reason]++
	case directdial.Expired:
		l.Expired++
	default:
		l.Damaged("a mention is in the unknown state %q", state)
	}
}

func (l *tally) dial(d *directdial.Dial) {
	switch d.State {
	case directdial.Answered:
		l.Answered++
	case directdial.Declined:
		l.Declined++
	case directdial.Withdrawn:
		l.Withdrawn++
	default:
		l.Open++
		if d.Late {
			l.Late++
		}
	}
}

// compareCounters holds the running counters, which the metrics show, against
// what was counted one by one.
func (l *tally) compareCounters(v index.Reader) {
	counted := map[string]int{
		"mention/dialled": l.Dialled,
		"mention/dead-lettered/" + string(directdial.Unreadable): l.DeadLettered,
		"mention/expired/": l.Expired,
		"dial/answered":    l.Answered,
		"dial/declined":    l.Declined,
		"dial/withdrawn":   l.Withdrawn,
	}
	for reason, n := range l.Suppressed {
		counted["mention/suppressed/"+reason] = n
	}
	for reason, n := range l.Parked {
		counted["mention/parked/"+reason] = n
	}
	for reason, n := range l.erased {
		counted["mention/erased/"+string(reason)] = n
	}
	v.Scan(bCounts, "mention/", func(name string, _ []byte) bool {
		counted[name] += 0 // also what no record is in any more
		return true
	})
	for name, n := range counted {
		if c := count(v, name); c != n {
			l.Damaged("the counter %s is %d, the records are %d", strings.ReplaceAll(name, "/", " "), c, n)
		}
	}
	if open := count(v, "dial/offered") + count(v, "dial/accepted"); open != l.Open {
		l.Damaged("the counters of open dials are %d, the records are %d", open, l.Open)
	}
}
