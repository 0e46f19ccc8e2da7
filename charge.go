package directdial

import "time"

// Charge is something that is in the hands of one colleague: an account of the
// brand, with which they write, or a topic, which they own. One of the two is set.
type Charge struct {
	Account string `json:"account,omitempty"` // "<platform>:<identity>"
	Topic   string `json:"topic,omitempty"`
	// Configured is in whose hands it is by the configuration; "" nobody's.
	Configured string `json:"configured,omitempty"`
	// Since is when it was transferred to who has it; zero: it is theirs as
	// configured.
	Since time.Time `json:"since,omitzero"`
}
