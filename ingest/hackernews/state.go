package hackernews

import (
	"encoding/json"
	"fmt"
	"time"
)

// state is what the source remembers.
type state struct {
	V     int                  `json:"v"`
	Words map[string]*position `json:"words"` // by their folded form
	// Read is the number up to which posts were read from the tree while the
	// index lagged behind.
	Read number `json:"read,omitempty"`
}

const stateVersion = 1

// position is how far a word was read, in seconds since 1970 by the platform's
// clock.
type position struct {
	// Begin is where the word begins: what is older is past.
	Begin int64 `json:"begin"`
	// Until is the time up to which the index had everything and was read.
	Until int64 `json:"until"`
	// Again is when the last long walk began, by our clock.
	Again int64 `json:"again"`
	// Walk is how far the walk under way has come, 0 if none is.
	Walk int64 `json:"walk,omitempty"`
}

// decodeState reads a saved state. It forgets words that are not configured any
// more.
func decodeState(saved []byte, words []word) (*state, error) {
	old := state{V: stateVersion}
	if saved != nil {
		if err := json.Unmarshal(saved, &old); err != nil {
			return nil, fmt.Errorf("read the state: %w", err)
		}
	}
	if old.V != stateVersion {
		return nil, fmt.Errorf("the state has version %d, this program knows %d", old.V, stateVersion)
	}
	st := &state{V: stateVersion, Words: map[string]*position{}, Read: old.Read}
	for _, w := range words {
		if p := old.Words[w.folded]; p != nil {
			st.Words[w.folded] = p
		}
	}
	return st, nil
}

func (st *state) encode() ([]byte, error) { return json.Marshal(st) }

// position returns how far a word was read; one that was never read begins at
// start.
func (st *state) position(w word, start int64, now time.Time) *position {
	p := st.Words[w.folded]
	if p == nil {
		p = &position{Begin: start - overlap, Until: start, Again: now.Unix()}
		st.Words[w.folded] = p
	}
	return p
}

// walking reports whether a walk is under way.
func (st *state) walking() bool {
	for _, p := range st.Words {
		if p.Walk != 0 {
			return true
		}
	}
	return false
}
