package youtube

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// state is what the source remembers.
type state struct {
	V       int                  `json:"v"`
	Spent   spent                `json:"spent"`
	Queries map[string]*position `json:"queries"` // by query.name
	// Replies is how many replies comments of the last days had, by id.
	Replies map[string]counted `json:"replies"`
	// Watched are the posts that were emitted and are read again, by id.
	Watched map[string]watched `json:"watched"`
	Reread  reread             `json:"reread"`
}

// Bounds. With them the state stays under ingest.MaxState.
const (
	maxCounted = 1000
	maxWatched = 1000
)

// counted is how many replies a comment had, and when it was made.
type counted struct {
	Replies int   `json:"n"`
	At      int64 `json:"at"` // seconds since 1970
}

// watched is when a post was made, and of a comment on which video.
type watched struct {
	At int64  `json:"at"` // seconds since 1970
	On string `json:"on,omitempty"`
}

// reread is how far the posts were read again.
type reread struct {
	Began  time.Time `json:"began"`
	Walks  bool      `json:"walks,omitempty"`  // it is under way
	Videos bool      `json:"videos,omitempty"` // comments are done
	Last   string    `json:"last,omitempty"`   // the last that was read
	// Doubted says that YouTube knew none of some posts. It is believed the
	// second time, hours later: an answer that is cut short looks the same.
	Doubted bool `json:"doubted,omitempty"`
}

// stateVersion is raised if an older program could not read the state.
const stateVersion = 1

// drop forgets the posts of which nothing may be kept.
func (st *state) drop(gone func(id string) bool) {
	maps.DeleteFunc(st.Watched, func(id string, _ watched) bool { return gone(id) })
	maps.DeleteFunc(st.Replies, func(id string, _ counted) bool { return gone(id) })
}

// decodeState reads a saved state, or makes the first one. It forgets queries
// that are not configured any more.
func decodeState(saved []byte, queries []*query, now time.Time) (*state, error) {
	st := &state{V: stateVersion, Reread: reread{Began: now.UTC().Truncate(time.Second)}}
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
	if st.Replies == nil {
		st.Replies = map[string]counted{}
	}
	if st.Watched == nil {
		st.Watched = map[string]watched{}
	}
	return st, nil
}
