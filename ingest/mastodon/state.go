package mastodon

import (
	"encoding/json"
	"fmt"
	"time"
)

// state is what the source remembers.
type state struct {
	V       int                  `json:"v"`
	Server  string               `json:"server"` // whose ids these are
	Queries map[string]*position `json:"queries"`
}

const stateVersion = 1

// position is how far a query was read.
type position struct {
	// Cursor is where walks begin: what stands below it is done.
	Cursor string `json:"cursor"`
	// Walk is how far the walk under way has come, "" if none is.
	Walk string `json:"walk,omitempty"`
	// Since is set if a hashtag had no posts when it was first seen: what is
	// older is past all the same. The server may have hidden them then.
	Since time.Time `json:"since,omitzero"`
}

// decodeState reads a saved state. It forgets queries that are not configured
// any more, and everything of another server.
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
	next := &state{V: stateVersion, Server: s.client.server.Host, Queries: map[string]*position{}}
	for _, q := range s.queries {
		if p := st.Queries[q.name]; p != nil && st.Server == next.Server {
			next.Queries[q.name] = p
		}
	}
	return next, nil
}

// walking reports whether a walk is under way.
func (st *state) walking() bool {
	for _, p := range st.Queries {
		if p.Walk != "" {
			return true
		}
	}
	return false
}
