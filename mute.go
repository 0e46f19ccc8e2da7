package directdial

import "time"

// Mute is an author of whom nothing is dialled for a while: what they say is
// heard and suppressed.
type Mute struct {
	Author Key       `json:"author"`
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"`
	By     string    `json:"by"`  // id of an expert, or "ops"
	Why    string    `json:"why"` // in the words of who did it
}
