package route

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// Ledger proves that no mention was lost. The left side is counted from the
// sequences of the stream MENTIONS, the right side from the records of the
// index, one by one.
type Ledger struct {
	Position uint64 `json:"position"` // in MENTIONS, that the index has reached
	Repeats  int    `json:"repeats"`  // messages up to it that were no new mention
	Mentions int    `json:"mentions"` // messages up to it, less repeats
	Waiting  uint64 `json:"waiting"`  // messages after it

	Dialled      int            `json:"dialled"`
	Suppressed   map[string]int `json:"suppressed"` // by reason
	Parked       map[string]int `json:"parked"`     // by reason
	DeadLettered int            `json:"dead_lettered"`
	Erased       int            `json:"erased"`

	Dials     int `json:"dials"` // that were ever opened
	Open      int `json:"open"`
	Late      int `json:"late"` // of those open
	Answered  int `json:"answered"`
	Declined  int `json:"declined"`
	Withdrawn int `json:"withdrawn"`

	Cards     Cards    `json:"cards"`
	Damage    []string `json:"damage,omitempty"` // what does not add up
	Steps     uint64   `json:"steps"`            // in DIALS, folded
	Refused   int      `json:"refused_actions"`
	TakenOver int      `json:"writers"`
}

// Cards counts what became of the cards.
type Cards struct {
	Delivered int `json:"delivered"`
	Ambiguous int `json:"ambiguous"`
	Failed    int `json:"failed"`
	Waiting   int `json:"waiting"` // not as they should be
}

// Balanced reports whether both equations hold.
func (l *Ledger) Balanced() bool { return len(l.Damage) == 0 }

// Ledger counts both sides. It reads every record of the index: seconds for a
// million mentions.
func (r *Router) Ledger(ctx context.Context) (*Ledger, error) {
	state, err := r.bus.State(ctx, bus.Mentions)
	if err != nil {
		return nil, err
	}
	l := &Ledger{}
	if err := r.db.View(func(v index.Reader) { l.read(v) }); err != nil {
		return nil, err
	}
	if state.Last < l.Position {
		l.damage("MENTIONS ends at %d, but was read up to %d", state.Last, l.Position)
	} else {
		l.Waiting = state.Last - l.Position
	}
	l.balance()
	return l, nil
}

// read counts one consistent state of the index.
func (l *Ledger) read(v index.Reader) {
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
			l.damage("a record of the index cannot be read: %v", err)
			return true
		}
		l.mention(rec.State, rec.Reason)
		return true
	})
	l.Dials = count(v, countDials)
	v.Scan(bDials, "", func(_ string, data []byte) bool {
		var d directdial.Dial
		if err := json.Unmarshal(data, &d); err != nil {
			l.damage("a dial of the index cannot be read: %v", err)
			return true
		}
		l.dial(&d)
		return true
	})
	l.Cards = Cards{
		Delivered: count(v, "card/delivered"), Ambiguous: count(v, "card/ambiguous"), Failed: count(v, "card/failed"),
	}
	v.Scan(bOutbox, "", func(string, []byte) bool { l.Cards.Waiting++; return true })
	l.Refused = count(v, string(directdial.EvRefused))
	l.TakenOver = count(v, string(directdial.EvTookOver))
	l.compareCounters(v)
}

func (l *Ledger) mention(state directdial.MentionState, reason directdial.Reason) {
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
	default:
		l.damage("a mention is in the unknown state %q", state)
	}
}

func (l *Ledger) dial(d *directdial.Dial) {
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
func (l *Ledger) compareCounters(v index.Reader) {
	counted := map[string]int{
		"mention/dialled": l.Dialled,
		"mention/dead-lettered/" + string(directdial.Unreadable): l.DeadLettered,
		"dial/answered":  l.Answered,
		"dial/declined":  l.Declined,
		"dial/withdrawn": l.Withdrawn,
	}
	for reason, n := range l.Suppressed {
		counted["mention/suppressed/"+reason] = n
	}
	for reason, n := range l.Parked {
		counted["mention/parked/"+reason] = n
	}
	for name, n := range counted {
		if c := count(v, name); c != n {
			l.damage("the counter %s is %d, the records are %d", strings.ReplaceAll(name, "/", " "), c, n)
		}
	}
	if open := count(v, "dial/offered") + count(v, "dial/accepted"); open != l.Open {
		l.damage("the counters of open dials are %d, the records are %d", open, l.Open)
	}
}

func (l *Ledger) balance() {
	states := l.Dialled + l.DeadLettered + l.Erased
	for _, n := range l.Suppressed {
		states += n
	}
	for _, n := range l.Parked {
		states += n
	}
	if states != l.Mentions {
		l.damage("%d mentions came in, %d are in a state", l.Mentions, states)
	}
	if dials := l.Open + l.Answered + l.Declined + l.Withdrawn; dials != l.Dials {
		l.damage("%d dials were opened, %d are in a state", l.Dials, dials)
	}
}

func (l *Ledger) damage(format string, args ...any) {
	l.Damage = append(l.Damage, fmt.Sprintf(format, args...))
}
