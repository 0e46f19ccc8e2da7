package x

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// watched are posts that were emitted and are looked at again, by the ids of
// their first versions, and so in the order in which they were made.
type watched struct {
	Posts ids `json:"posts,omitempty"`
	// From and To are when the oldest and the newest of the posts were made for
	// which there was no room, 0 if there was room for all. They are times, written
	// as ids that no post needs to have.
	From id `json:"from,omitempty"`
	To   id `json:"to,omitempty"`
}

// add watches a post. Of more than most the oldest are left: what is deleted is
// mostly deleted soon.
func (w *watched) add(post id, most int) {
	i, known := slices.BinarySearch(w.Posts, post)
	if !known {
		w.Posts = slices.Insert(w.Posts, i, post)
	}
	if over := len(w.Posts) - most; over > 0 {
		w.leave(w.Posts[0], w.Posts[over-1])
		w.Posts = slices.Delete(w.Posts, 0, over)
	}
}

// leave notes that there was no room for posts.
func (w *watched) leave(from, to id) {
	from, to = from>>timeShift<<timeShift, to>>timeShift<<timeShift
	if w.From == 0 || from < w.From {
		w.From = from
	}
	w.To = max(w.To, to)
}

func (w *watched) has(post id) bool {
	_, yes := slices.BinarySearch(w.Posts, post)
	return yes
}

func (w *watched) remove(post id) {
	if i, yes := slices.BinarySearch(w.Posts, post); yes {
		w.Posts = slices.Delete(w.Posts, i, i+1)
	}
}

// above returns the posts above an id.
func (w *watched) above(last id) ids {
	i, known := slices.BinarySearch(w.Posts, last)
	if known {
		i++
	}
	return w.Posts[i:]
}

// ids are ids in ascending order. In the state they stand packed: there may be
// thousands.
type ids []id

// MarshalJSON writes eight bytes an id.
func (list ids) MarshalJSON() ([]byte, error) {
	packed := make([]byte, 0, 8*len(list))
	for _, one := range list {
		packed = binary.BigEndian.AppendUint64(packed, uint64(one))
	}
	return json.Marshal(base64.StdEncoding.EncodeToString(packed))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (list *ids) UnmarshalJSON(data []byte) error {
	var packed []byte
	if err := json.Unmarshal(data, &packed); err != nil {
		return err
	}
	if len(packed)%8 != 0 {
		return fmt.Errorf("%d bytes are no whole number of ids", len(packed))
	}
	*list = make(ids, 0, len(packed)/8)
	for ; len(packed) > 0; packed = packed[8:] {
		*list = append(*list, id(binary.BigEndian.Uint64(packed)))
	}
	slices.Sort(*list) // what searches it relies on that
	return nil
}

// heard are the posts that came in another way than by a fetch: posted to the
// webhook, or below a post that was looked at. Only a fetch has the state, so
// they wait for the next one.
type heard struct {
	mu   sync.Mutex
	wait watched
}

func (h *heard) add(post id) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wait.add(post, maxWatched)
}

// into watches what waits and is not gone. A post waits until it stands in a state
// that was saved, which is the one that the next fetch begins with.
func (h *heard) into(w *watched, most int, gone func(id) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.wait.From != 0 {
		w.leave(h.wait.From, h.wait.To)
	}
	h.wait = watched{Posts: slices.DeleteFunc(h.wait.Posts, func(post id) bool { return w.has(post) || gone(post) })}
	for _, post := range h.wait.Posts {
		w.add(post, most)
	}
	h.wait.Posts = slices.DeleteFunc(h.wait.Posts, func(post id) bool { return !w.has(post) }) // no room
}
