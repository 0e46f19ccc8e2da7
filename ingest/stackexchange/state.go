package stackexchange

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// state is what the source remembers.
type state struct {
	V       int                  `json:"v"`
	Queries map[string]*position `json:"queries"` // by query.name
}

const stateVersion = 1

// position is how far a query was read, in seconds since 1970.
type position struct {
	// Begin is where the query begins: what is older is past.
	Begin int64 `json:"begin"`
	// Until is when the newest post was made that was found.
	Until int64 `json:"until"`
	// Again is when the last long walk began, by our clock.
	Again int64 `json:"again"`
	// Walk and Page are where the walk under way goes on, 0 if none is.
	Walk int64 `json:"walk,omitempty"`
	Page int   `json:"page,omitempty"`
	// Seen is what was found within the overlap.
	Seen []seen `json:"seen,omitempty"`
}

// seen is a post that was found: its number, and when it was made.
type seen [2]int64

func (s seen) id() int64      { return s[0] }
func (s seen) created() int64 { return s[1] }

// decodeState reads a saved state. It forgets queries that are not configured
// any more.
func decodeState(saved []byte, queries []query) (*state, error) {
	old := state{V: stateVersion}
	if saved != nil {
		if err := json.Unmarshal(saved, &old); err != nil {
			return nil, fmt.Errorf("read the state: %w", err)
		}
	}
	if old.V != stateVersion {
		return nil, fmt.Errorf("the state has version %d, this program knows %d", old.V, stateVersion)
	}
	st := &state{V: stateVersion, Queries: map[string]*position{}}
	for _, q := range queries {
		if p := old.Queries[q.name()]; p != nil {
			st.Queries[q.name()] = p
		}
	}
	return st, nil
}

func (st *state) encode() ([]byte, error) { return json.Marshal(st) }

// position returns how far a query was read. One that was never read begins at
// the present.
func (st *state) position(q query, now time.Time) *position {
	p := st.Queries[q.name()]
	if p == nil {
		p = &position{Begin: now.Unix() - overlap, Until: now.Unix(), Again: now.Unix()}
		st.Queries[q.name()] = p
	}
	return p
}

// news returns the posts of a site that no query has found before: one post may
// hold two words.
func (st *state) news(site string, found []post) (fresh []post) {
	known := map[int64]bool{}
	for name, p := range st.Queries {
		if strings.HasPrefix(name, site+" ") {
			for _, s := range p.Seen {
				known[s.id()] = true
			}
		}
	}
	for i := range found {
		if !known[found[i].id()] {
			fresh = append(fresh, found[i])
		}
	}
	return fresh
}

// walking reports whether a walk is under way.
func (st *state) walking() bool {
	for _, p := range st.Queries {
		if p.Walk != 0 {
			return true
		}
	}
	return false
}
