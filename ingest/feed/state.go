package feed

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// state is what the source remembers. It holds hashes of items, no id of any.
type state struct {
	V     int                   `json:"v"`
	Feeds map[string]*feedState `json:"feeds"` // by feed.key
}

const stateVersion = 1

// feedState is what is remembered of one feed. Its absence means that the feed
// was never read.
type feedState struct {
	// Moved is where the feed moved for good (301, 308).
	Moved string `json:"moved,omitempty"`
	// ETag and Modified are the validators of the last document, as they came.
	ETag     string `json:"etag,omitempty"`
	Modified string `json:"modified,omitempty"`
	// NotBefore is set where the publisher wants to be asked less often than
	// we would.
	NotBefore time.Time `json:"not_before,omitzero"`
	Pace      pace      `json:"pace,omitzero"`
	Seen      seen      `json:"seen"`
	// Read is the hour in which a document was last read; by the hour, so that
	// the state does not change with each reading.
	Read time.Time `json:"read,omitzero"`
}

// leastTurnover is how many items a document must have before it says that
// something was dropped: a feed of its newest item only always has another one.
const leastTurnover = 5

// turnedOver reports whether nothing that stood in a feed before stands in it
// now: between the two there may have been more.
func (f *feedState) turnedOver(items []item) bool {
	if len(f.Seen) < leastTurnover || len(items) < leastTurnover {
		return false
	}
	known := make(map[[6]byte]bool, 2*len(f.Seen))
	for _, e := range f.Seen {
		known[e.ID], known[e.Post] = true, true
	}
	return !slices.ContainsFunc(items, func(it item) bool { e := it.entry(); return known[e.ID] || known[e.Post] })
}

// decodeState reads a saved state. It forgets feeds that are not configured any
// more.
func decodeState(saved []byte, feeds []*feed) (*state, error) {
	all := state{}
	if saved != nil {
		if err := json.Unmarshal(saved, &all); err != nil {
			return nil, fmt.Errorf("read the state: %w", err)
		}
		if all.V != stateVersion {
			return nil, fmt.Errorf("the state has version %d, this program knows %d", all.V, stateVersion)
		}
	}
	st := &state{V: stateVersion, Feeds: map[string]*feedState{}}
	for _, f := range feeds {
		if past := all.Feeds[f.key]; past != nil {
			st.Feeds[f.key] = past
		}
	}
	return st, nil
}

func (st *state) encode() ([]byte, error) { return json.Marshal(st) }

// short is a hash that names something in the state.
func short(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// seen are the items of a feed that were read, oldest first.
type seen []entry

// entry is one item, as hashes. A feed of many items makes many entries, so
// they are short; an accident among a few hundred is out of the question.
type entry struct {
	ID   [6]byte // identity
	Post [6]byte // link, date and text: tells a post that was given a new guid
	Text [3]byte
	// Edits is how often it was emitted again because its text changed.
	Edits uint8
}

const (
	entrySize = 16
	// maxItems is how many items of one document are looked at, the newest.
	maxItems = 300
	// maxOlder is how many items are remembered that are no longer in the
	// document. Some publishers' servers disagree for a while, and items come
	// back.
	maxOlder = 100
	// maxEdits is how often a change of one item is emitted. Some feeds have a
	// counter in their text, which changes at every reading.
	maxEdits = 8
)

func (s seen) MarshalJSON() ([]byte, error) {
	packed := make([]byte, 0, len(s)*entrySize)
	for _, e := range s {
		packed = append(packed, e.ID[:]...)
		packed = append(packed, e.Post[:]...)
		packed = append(packed, e.Text[:]...)
		packed = append(packed, e.Edits)
	}
	return json.Marshal(packed)
}

func (s *seen) UnmarshalJSON(data []byte) error {
	var packed []byte
	if err := json.Unmarshal(data, &packed); err != nil {
		return err
	}
	if len(packed)%entrySize != 0 {
		return fmt.Errorf("%d bytes are no whole number of items", len(packed))
	}
	*s = make(seen, len(packed)/entrySize)
	r := bytes.NewReader(packed)
	for i := range *s {
		e := &(*s)[i]
		for _, field := range [][]byte{e.ID[:], e.Post[:], e.Text[:]} {
			_, _ = r.Read(field) // long enough: see above
		}
		e.Edits, _ = r.ReadByte()
	}
	return nil
}

// news compares the items of a document, oldest first, with those seen before.
// It returns the items that are new or changed, and what is seen now.
func (s seen) news(items []item) (fresh []item, now seen) {
	byID, byPost := map[[6]byte]int{}, map[[6]byte]int{}
	for i, e := range s {
		byID[e.ID], byPost[e.Post] = i, i
	}
	touched := make(map[int]bool, len(items))
	twice := make(map[[6]byte]bool, len(items))
	var current seen
	for _, it := range items {
		e := it.entry()
		if twice[e.ID] {
			continue // the document has one item twice
		}
		twice[e.ID] = true
		i, known := byID[e.ID]
		if !known {
			i, known = byPost[e.Post]
			known = known && it.link != ""
		}
		switch {
		case !known:
			fresh = append(fresh, it)
		case s[i].Text != e.Text && s[i].Edits < maxEdits:
			e.Edits = s[i].Edits + 1
			fresh = append(fresh, it)
		default:
			e.Edits = s[i].Edits
		}
		if known {
			touched[i] = true
		}
		current = append(current, e)
	}
	var older seen
	for i, e := range s {
		if !touched[i] {
			older = append(older, e)
		}
	}
	return fresh, append(older[max(0, len(older)-maxOlder):], current...)
}
