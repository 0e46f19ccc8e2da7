package github

import (
	"encoding/json"
	"fmt"
	"time"
)

// state is what the source remembers.
type state struct {
	V int `json:"v"`
	// Fetch counts the fetches. What the source remembers in memory holds only
	// beside the state of the last one: else what that brought was not stored.
	Fetch   uint64               `json:"fetch"`
	Queries map[string]*position `json:"queries"`
}

const stateVersion = 1

// position is how far a query was read.
type position struct {
	// Cursor is the newest update that was read.
	Cursor time.Time `json:"cursor"`
	// Walk is the update from which the walk under way goes on, zero if none
	// is.
	Walk time.Time `json:"walk,omitzero"`
	// Page is which page follows, where a page does not reach beyond Walk.
	Page string `json:"page,omitempty"`
}

// decodeState reads a saved state. It forgets queries that are not configured
// any more.
func (s *source) decodeState(saved []byte) (*state, error) {
	st := &state{}
	if saved != nil {
		if err := json.Unmarshal(saved, st); err != nil {
			return nil, fmt.Errorf("read the state: %w", err)
		}
		if st.V != stateVersion {
			return nil, fmt.Errorf("the state has version %d, this program knows %d", st.V, stateVersion)
		}
	}
	if st.Fetch != s.fetched {
		clear(s.read)
	}
	s.fetched = st.Fetch + 1
	next := &state{V: stateVersion, Fetch: s.fetched, Queries: map[string]*position{}}
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
		if !p.Walk.IsZero() {
			return true
		}
	}
	return false
}

// settled remembers up to which update the comments of a thread were read, by
// node id, so that they are not asked for again. An update of the last minute is
// not remembered: another of the same second would look the same.
type settled map[string]time.Time

const maxSettled = 10_000

func (s settled) has(p *post) bool { return s[p.NodeID].Equal(p.Updated.Time) && !p.Updated.IsZero() }

func (s settled) add(p *post, now time.Time) {
	if p.Updated.After(now.Add(-time.Minute)) {
		return
	}
	if len(s) >= maxSettled {
		clear(s)
	}
	s[p.NodeID] = p.Updated.Time
}
