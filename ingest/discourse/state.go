package discourse

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
	Fetch  uint64 `json:"fetch"`
	Server string `json:"server"` // whose ids these are
	// Latest is the id up to which all public posts were read, nil before the
	// first time.
	Latest  *int64               `json:"latest,omitempty"`
	Queries map[string]*position `json:"queries,omitempty"`
}

const stateVersion = 1

// position is how far a query was read.
type position struct {
	// Since is when the query began: what is older is heard only if the search
	// finds it.
	Since time.Time `json:"since"`
	// At is when all was read that there was.
	At time.Time `json:"at"`
	// Last is the highest id of a post that was found until then.
	Last int64 `json:"last"`
	// From and Days are the window of the search where it found too much at
	// once.
	From time.Time `json:"from,omitzero"`
	Days int       `json:"days,omitempty"`
	// Done are the posts that were found and read since, by topic.
	Done map[int64]int64 `json:"done,omitempty"`
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
	if st.Fetch != s.fetched {
		for _, q := range s.queries {
			q.found = nil
			clear(q.seen)
		}
	}
	s.fetched = st.Fetch + 1
	next := &state{V: stateVersion, Fetch: s.fetched, Server: s.forum.Host, Queries: map[string]*position{}}
	if st.Server != next.Server {
		return next, nil
	}
	if s.all {
		next.Latest = st.Latest
	}
	for _, q := range s.queries {
		if p := st.Queries[q.text]; p != nil {
			next.Queries[q.text] = p
		}
	}
	return next, nil
}

// position returns that of a query; one that is new begins now.
func (st *state) position(q *query, now time.Time) *position {
	p := st.Queries[q.text]
	if p == nil {
		p = &position{Since: now.Add(-late).UTC(), At: now.UTC()}
		st.Queries[q.text] = p
	}
	return p
}
