package directdial

import "time"

// Coverage is who could be dialled for what in the hours to come, as far as it
// is known: grants, duty, leave and channels as they are now.
type Coverage struct {
	From  time.Time `json:"from"`  // a full hour
	Hours int       `json:"hours"` // how many
	Cells []Cell    `json:"cells"`
	Holes []Hole    `json:"holes"`
	// Train lists what came in within four weeks and nobody is enabled for, the
	// most frequent first: whom to train next.
	Train []Unmet `json:"train"`
}

// Cell is one topic with one tag, platform and language. A platform or a
// language of "" is any that nobody has named.
type Cell struct {
	Topic    string `json:"topic"`
	Tag      Tag    `json:"tag"`
	Platform string `json:"platform,omitempty"`
	Language string `json:"language,omitempty"`
	// Enabled counts the colleagues who could be dialled at some hour, OnDuty
	// those who could at each.
	Enabled int   `json:"enabled"`
	OnDuty  []int `json:"on_duty"`
}

// Hole is a span in which nobody could be dialled for a topic. What is "" is
// the same for all.
type Hole struct {
	Topic    string    `json:"topic"`
	Tag      Tag       `json:"tag,omitempty"`
	Platform string    `json:"platform,omitempty"`
	Language string    `json:"language,omitempty"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"`
	// Enabled counts the colleagues who could be dialled at another hour; 0: a
	// grant is missing, not an hour.
	Enabled int `json:"enabled"`
}

// Unmet is what came in and nobody is enabled for.
type Unmet struct {
	Topic    string `json:"topic"`
	Tag      Tag    `json:"tag"`
	Mentions int    `json:"mentions"` // in four weeks
}
