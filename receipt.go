package directdial

import "time"

// Receipt is a decision that was made, with all that it looked at.
type Receipt struct {
	Step     uint64    `json:"step"` // in DIALS
	At       time.Time `json:"at"`
	Event    Event     `json:"event"`
	Case     Case      `json:"case"`
	Decision Decision  `json:"decision"` // on Case, decided again now
	// Replayed is who had it decided, of a mention that was a dead letter before.
	Replayed string `json:"replayed,omitempty"`
	// Equal says that deciding again led to what stands in the log. It is not
	// set when another version decided then.
	Equal   bool `json:"equal"`
	Version int  `json:"version"` // that decided then
	// Differs says what deciding again leads to instead, in words; empty if it
	// leads to the same.
	Differs []string `json:"differs,omitempty"`
}

// Judgement is what became of an action of a person.
type Judgement struct {
	Action string `json:"action"`
	Dial   string `json:"dial,omitempty"`
	Event  Event  `json:"event"` // the last of the step
	Reason Reason `json:"reason,omitempty"`
	Words  string `json:"words,omitempty"` // what happened, or why it was refused, for the one who acted
}

// Refused reports whether the action changed nothing.
func (j Judgement) Refused() bool { return j.Event.Kind == EvRefused }
