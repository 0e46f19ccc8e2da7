package directdial

import "time"

// Backtest is what another configuration would have decided in the place of
// what was decided. Each decision is made again at its recorded time, on the
// state that really was: no choice of the new configuration is fed back, so
// that one change is not drowned in its own consequences.
type Backtest struct {
	From time.Time `json:"from"` // of the first decision
	To   time.Time `json:"to"`   // of the last
	// Decided counts the decisions that were made again: about mentions, and
	// about who holds a dial next. Skipped are those that cannot be, by reason.
	Decided int            `json:"decided"`
	Skipped map[Reason]int `json:"skipped,omitempty"`
	// Before and After count decisions by their outcome, as recorded and anew.
	Before map[Outcome]int `json:"before"`
	After  map[Outcome]int `json:"after"`
	// Experts says who was dialled how often, Topics what about.
	Experts []Shift `json:"experts"`
	Topics  []Shift `json:"topics"`
	// Differ counts the decisions that are others now, Changes lists the newest
	// of them, at most MaxChanges.
	Differ  int      `json:"differ"`
	Changes []Change `json:"changes"`
}

// MaxChanges bounds what a Backtest lists.
const MaxChanges = 1000

// Shift is how often somebody, or something, was dialled before and would be.
type Shift struct {
	Name   string `json:"name"`
	Before int    `json:"before"`
	After  int    `json:"after"`
	Gained int    `json:"gained"` // that went elsewhere before
	Lost   int    `json:"lost"`   // that go elsewhere now
}

// Change is one decision that is another now.
type Change struct {
	Mention Key       `json:"mention"`
	Step    uint64    `json:"step"` // in DIALS: what was decided
	At      time.Time `json:"at"`
	Before  Choice    `json:"before"`
	After   Choice    `json:"after"`
}

// Choice is a decision as far as it is compared.
type Choice struct {
	Outcome Outcome   `json:"outcome"`
	Reason  Reason    `json:"reason,omitempty"` // why suppressed or parked
	Tag     Tag       `json:"tag,omitempty"`
	Topic   string    `json:"topic,omitempty"`
	Expert  string    `json:"expert,omitempty"` // who is dialled
	Owner   string    `json:"owner,omitempty"`  // who keeps what is parked or late
	For     string    `json:"for,omitempty"`
	Until   time.Time `json:"until,omitzero"`
}

// Parked is the share of the decisions that park a mention, from 0 to 1.
func (b *Backtest) Parked() float64 {
	if b.Decided == 0 {
		return 0
	}
	return float64(b.After[ToPark]) / float64(b.Decided)
}
