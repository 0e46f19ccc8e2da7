package reddit

import (
	"encoding/json"
	"fmt"
	"time"
)

// state is what the source remembers. All times are seconds since 1970.
type state struct {
	V       int                  `json:"v"`
	Queries map[string]*position `json:"queries"` // by query.name
	// Watched are the posts that were emitted and are read again, by name, and
	// when they were made.
	Watched map[string]int64 `json:"watched"`
	Reread  reread           `json:"reread"`
}

// stateVersion is raised if an older program could not read the state.
const stateVersion = 1

// decodeState reads a saved state, or makes the first one. It forgets queries
// that are not configured any more.
func decodeState(saved []byte, queries []*query, now time.Time) (*state, error) {
	st := &state{V: stateVersion, Reread: reread{Began: now.Unix()}}
	if saved != nil {
		if err := json.Unmarshal(saved, st); err != nil {
			return nil, fmt.Errorf("read the state: %w", err)
		}
	}
	if st.V != stateVersion {
		return nil, fmt.Errorf("the state has version %d, this program knows %d", st.V, stateVersion)
	}
	kept := map[string]*position{}
	for _, q := range queries {
		if p := st.Queries[q.name]; p != nil {
			kept[q.name] = p
		}
	}
	st.Queries = kept
	if st.Watched == nil {
		st.Watched = map[string]int64{}
	}
	return st, nil
}

// goesOn reports whether something is under way.
func (st *state) goesOn() bool {
	for _, p := range st.Queries {
		if p.Walk != nil {
			return true
		}
	}
	return st.Reread.Walks
}
