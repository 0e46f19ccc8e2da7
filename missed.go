package directdial

import "time"

// MissedSample is how many suppressed mentions of a week are shown to a coach.
const MissedSample = 20

// Missed is what a random sample of the suppressed mentions tells of what was
// missed.
type Missed struct {
	From  time.Time `json:"from"` // the last whole week, Monday to Monday in UTC
	Until time.Time `json:"until"`
	Heard int       `json:"heard"` // suppressed in it, of those that may be missed
	// Sample are up to MissedSample of them, drawn by their keys: whoever draws
	// again draws the same.
	Sample []MentionRecord `json:"sample,omitempty"`
	// Of the samples of all weeks that the index has: how many a coach judged,
	// and of how many they said that they belonged to somebody.
	Reviewed int `json:"reviewed"`
	Belonged int `json:"belonged"`
	// Share is Belonged of Reviewed; it lies between Low and High with 95 %
	// confidence (Wilson). Without a review it may be anything.
	Share float64 `json:"share"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}
