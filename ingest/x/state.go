package x

import (
	"encoding/json"
	"fmt"
	"time"
)

// state is what the source remembers.
type state struct {
	V       int                  `json:"v"`
	Spent   spent                `json:"spent"`
	Queries map[string]*position `json:"queries"`
	Watched watched              `json:"watched,omitzero"`
	Recheck recheck              `json:"recheck,omitzero"`
	// Here is when a source that is only posted to last noted that it was there.
	Here time.Time `json:"here,omitzero"`
}

const stateVersion = 1

// position is how far a query was read.
type position struct {
	// Since is the id above which walks read.
	Since id `json:"since"`
	// Newest is the newest post that was read; what stands between it and Since
	// is read again, because a post may come into the list late.
	Newest id `json:"newest"`
	// Held says that the query could not be read when the day's cap was
	// reached.
	Held bool  `json:"held,omitempty"`
	Walk *walk `json:"walk,omitempty"`
}

// walk is one that is under way.
type walk struct {
	Began time.Time `json:"began"`
	// Open: it reads as far down as X shows, not to Since, which is too old.
	Open bool `json:"open,omitempty"`
	// Late: it catches up with a day whose cap was reached.
	Late   bool   `json:"late,omitempty"`
	Token  string `json:"token,omitempty"` // of the page that follows
	Read   int    `json:"read,omitempty"`  // posts
	Newest id     `json:"newest,omitempty"`
	Oldest id     `json:"oldest,omitempty"`
}

// decodeState reads a saved state. It forgets queries that are not configured
// any more.
func (s *source) decodeState(saved []byte) (*state, error) {
	st := &state{}
	if st.Here.UnmarshalText(saved) == nil {
		saved = nil // by ingest.Attend, when it had no token
	}
	if saved != nil {
		if err := json.Unmarshal(saved, st); err != nil {
			return nil, fmt.Errorf("read the state: %w", err)
		}
		if st.V != stateVersion {
			return nil, fmt.Errorf("the state has version %d, this program knows %d", st.V, stateVersion)
		}
	}
	s.spend.recall(st.Spent)
	next := &state{V: stateVersion, Queries: map[string]*position{}, Watched: st.Watched, Recheck: st.Recheck, Here: st.Here}
	for _, q := range s.queries {
		if p := st.Queries[q.name]; p != nil {
			next.Queries[q.name] = p
		}
	}
	return next, nil
}

// walking reports whether a walk is under way.
func (st *state) walking() bool {
	for _, p := range st.Queries {
		if p.Walk != nil {
			return true
		}
	}
	return false
}
