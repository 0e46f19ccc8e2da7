package mastodon

import "sync"

// known is what was read of late: the id that each post has on this server, by
// its uri, and the other way round. It is in memory and bounded: what was read
// first is forgotten first.
type known struct {
	mu    sync.Mutex
	ids   map[string]string // by uri
	uris  map[string]string // by id
	order []string          // uris, as they came
}

const maxKnown = 10_000

// add notes a post.
func (k *known) add(st *status) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ids == nil {
		k.ids, k.uris = map[string]string{}, map[string]string{}
	}
	uri := st.identity()
	if _, ok := k.ids[uri]; ok || uri == "" || st.ID == "" {
		return
	}
	k.ids[uri], k.uris[st.ID] = st.ID, uri
	k.order = append(k.order, uri)
	if len(k.order) > maxKnown {
		oldest := k.order[0]
		delete(k.uris, k.ids[oldest])
		delete(k.ids, oldest)
		k.order = k.order[1:]
	}
}

// id returns the id of a post, "" if it is not known.
func (k *known) id(uri string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.ids[uri]
}

// uri returns the uri of a post, "" if it is not known.
func (k *known) uri(id string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.uris[id]
}
