package bluesky

import (
	"encoding/json"
	"fmt"
)

// state is what a source that polls remembers.
type state struct {
	V int `json:"v"`
	// Server and Account are whose session and cursors these are.
	Server  string               `json:"server"`
	Account string               `json:"account,omitempty"`
	Session session              `json:"session,omitzero"`
	Queries map[string]*position `json:"queries"`
}

const stateVersion = 1

// decodeState reads a saved state. It forgets queries that are not configured
// any more, and everything of another server or account.
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
	next := &state{V: stateVersion, Server: s.client.server.Host, Account: s.account.name, Queries: map[string]*position{}}
	if st.Server != next.Server || st.Account != next.Account {
		return next, nil
	}
	next.Session = st.Session
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
