package directdial

import "time"

// SourceAccount is what is remembered of a source over a restart, beside its
// own state: when it last got through, how far it was behind, and how much it
// brought in which hour.
type SourceAccount struct {
	Success time.Time `json:"success,omitzero"` // when it last got through
	Newest  time.Time `json:"newest,omitzero"`  // when its newest mention was made
	// Lag is the age, in seconds, that the newest mention of the last batch had
	// when it was accepted.
	Lag float64 `json:"lag_seconds,omitempty"`
	// First is the hour of Hours[0], counted from 1970 in UTC; Hours are the new
	// mentions that it brought in each hour from then on.
	First int64 `json:"first,omitempty"`
	Hours []int `json:"hours,omitempty"`
}

// SourceGap is a span in which a source may have missed mentions.
type SourceGap struct {
	Query string    `json:"query,omitempty"` // which query of the source
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	Cause string    `json:"cause"` // as in Gap, or "stopped": nobody listened
	// Missing is how many mentions could not be had: 0 if all were fetched
	// later, -1 if it cannot be told.
	Missing int `json:"missing"`
}

// SourceGaps are all gaps of a source together.
type SourceGaps struct {
	Count      int `json:"count"`
	Backfilled int `json:"backfilled"` // of them, those in which nothing is missing
	Unknown    int `json:"unknown"`    // of them, those in which it cannot be told how many are missing
	Missing    int `json:"missing"`    // mentions, in the others
	// Newest lists the last of them, at most MaxSourceGaps, in the order in which
	// they were reported.
	Newest []SourceGap `json:"newest,omitempty"`
}

// MaxSourceGaps bounds how many gaps of a source are listed; further ones are
// only counted.
const MaxSourceGaps = 50

// SourceCondition is how a source does, in a word.
type SourceCondition string

// The conditions of a source.
const (
	SourceStarting SourceCondition = "starting" // has not got through yet
	SourceWorks    SourceCondition = "ok"
	SourceFails    SourceCondition = "failing" // is tried again
	SourceTooQuiet SourceCondition = "too quiet"
	SourceEnded    SourceCondition = "ended" // will never work again as it is configured
	SourceStopped  SourceCondition = "not running"
)

// SourceStanding is how a source does, for people.
type SourceStanding struct {
	Name      string          `json:"name"`
	Type      string          `json:"type"`
	Condition SourceCondition `json:"condition"`
	Why       string          `json:"why,omitempty"` // it fails or ended, or what is missed

	Lag      float64   `json:"lag_seconds"` // age of the newest mention of the last batch when it was accepted
	Success  time.Time `json:"success,omitzero"`
	Newest   time.Time `json:"newest,omitzero"`
	Requests int64     `json:"requests"` // since the start of the process
	// Budget is how many requests the platform still allows, nil if it does not
	// say; Reset when it allows the full number again.
	Budget *int      `json:"budget,omitempty"`
	Reset  time.Time `json:"reset,omitzero"`
	// PerHour is what it brought an hour over the last hours, and Expected what
	// its own past says of the same hours, nil while that is not known.
	PerHour  float64  `json:"per_hour"`
	Expected *float64 `json:"expected_per_hour,omitempty"`

	Gaps SourceGaps `json:"gaps"`
}
