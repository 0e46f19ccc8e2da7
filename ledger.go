package directdial

import "fmt"

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
	Expired      int            `json:"expired"` // after retention.ledger only their keys are kept

	Dials     int `json:"dials"` // that were ever opened
	Open      int `json:"open"`
	Late      int `json:"late"` // of those open
	Answered  int `json:"answered"`
	Declined  int `json:"declined"`
	Withdrawn int `json:"withdrawn"`
	Removed   int `json:"removed"` // after retention.ledger

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

// Balance holds both equations against each other and adds what does not add
// up to Damage.
func (l *Ledger) Balance() {
	states := l.Dialled + l.DeadLettered + l.Erased + l.Expired
	for _, n := range l.Suppressed {
		states += n
	}
	for _, n := range l.Parked {
		states += n
	}
	if states != l.Mentions {
		l.Damaged("%d mentions came in, %d are in a state", l.Mentions, states)
	}
	if dials := l.Open + l.Answered + l.Declined + l.Withdrawn + l.Removed; dials != l.Dials {
		l.Damaged("%d dials were opened, %d are in a state", l.Dials, dials)
	}
}

// Damaged adds something that does not add up.
func (l *Ledger) Damaged(format string, args ...any) {
	l.Damage = append(l.Damage, fmt.Sprintf(format, args...))
}
