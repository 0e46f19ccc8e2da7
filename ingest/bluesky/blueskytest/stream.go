package blueskytest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// usualReplay is how far back a Jetstream goes.
const usualReplay = 36 * time.Hour

// stream is all that happened on the network, as a Jetstream tells it.
type stream struct {
	events  []event
	changed chan struct{} // closed when something happens; nil: nobody waits
	cut     chan struct{} // closed to end all connections; nil: there are none
	dialled []string      // queries of the connections
}

type event struct {
	at         int64  // microseconds since 1970
	collection string // "": wanted by all
	data       []byte
}

// tell appends an event.
func (st *stream) tell(collection string, e object) {
	at := time.Now().UnixMicro()
	if n := len(st.events); n > 0 && at <= st.events[n-1].at {
		at = st.events[n-1].at + 1
	}
	e["time_us"] = at
	data, err := json.Marshal(e)
	if err != nil {
		panic(err) // a post that a test made cannot be told
	}
	st.events = append(st.events, event{at, collection, data})
	if st.changed != nil {
		close(st.changed)
		st.changed = nil
	}
}

// commit tells a change of a record.
func (st *stream) commit(uri, operation string, record object) {
	parts := strings.Split(strings.TrimPrefix(uri, "at://"), "/")
	c := object{"rev": "3mptbypcq372f", "operation": operation, "collection": parts[1], "rkey": parts[2]}
	if record != nil {
		c["record"], c["cid"] = record, "bafyrei"
	}
	st.tell(parts[1], object{"did": parts[0], "kind": "commit", "commit": c})
}

// gone tells that an account is not there any more.
func (st *stream) gone(a *account, status string) {
	st.tell("", object{"did": a.did, "kind": "account", "account": object{
		"active": false, "did": a.did, "seq": len(st.events), "status": status, "time": stamp(time.Now()),
	}})
}

// Identity tells that an account has another handle, which matters to nobody.
func (s *Server) Identity(handle string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	did := s.account(handle).did
	s.stream.tell("", object{"did": did, "kind": "identity", "identity": object{"did": did, "handle": handle, "seq": 1, "time": stamp(time.Now())}})
}

// Repost makes an account show a post again, and returns the uri of that.
func (s *Server) Repost(handle, uri string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	x := s.find(uri)
	x.reposts++
	repost := "at://" + s.account(handle).did + "/app.bsky.feed.repost/3r" + strconv.Itoa(s.seq)
	s.stream.commit(repost, "create", object{
		"$type": "app.bsky.feed.repost", "createdAt": stamp(time.Now()), "subject": object{"uri": uri, "cid": x.cid},
	})
	return repost
}

// Forget makes the stream forget all that happened before, but for the last n
// events.
func (s *Server) Forget(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stream.events = slices.Clone(s.stream.events[max(len(s.stream.events)-n, 0):])
}

// Raw sends a message as it is.
func (s *Server) Raw(data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stream.tell("", object{})
	s.stream.events[len(s.stream.events)-1].data = []byte(data)
}

// Cut ends all connections to the stream.
func (s *Server) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stream.cut != nil {
		close(s.stream.cut)
		s.stream.cut = nil
	}
}

// Dialled returns the queries of all connections to the stream so far.
func (s *Server) Dialled() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.stream.dialled)
}

// serveStream serves /subscribe. A cursor that is too old is taken for the
// oldest that there is, without a word.
func (s *Server) serveStream(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	ctx := conn.CloseRead(r.Context())
	q := r.URL.Query()
	s.mu.Lock()
	s.stream.dialled = append(s.stream.dialled, r.URL.RawQuery)
	next := time.Now().UnixMicro()
	if cursor, err := strconv.ParseInt(q.Get("cursor"), 10, 64); err == nil {
		next = min(max(cursor, time.Now().Add(-usualReplay).UnixMicro()), next)
	}
	if s.stream.cut == nil {
		s.stream.cut = make(chan struct{})
	}
	cut := s.stream.cut // that of this connection, also if it is cut while it writes
	s.mu.Unlock()
	for {
		events, changed := s.after(next)
		for _, e := range events {
			next = e.at + 1
			if e.collection != "" && q.Has("wantedCollections") && !slices.Contains(q["wantedCollections"], e.collection) {
				continue
			}
			if conn.Write(ctx, websocket.MessageText, e.data) != nil {
				return
			}
		}
		if len(events) > 0 {
			continue
		}
		select {
		case <-changed:
		case <-cut:
			return
		case <-ctx.Done():
			return
		}
	}
}

// after returns the events from a time on, and what is closed when there are more.
func (s *Server) after(at int64) (events []event, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := &s.stream
	if st.changed == nil {
		st.changed = make(chan struct{})
	}
	i, _ := slices.BinarySearchFunc(st.events, at, func(e event, at int64) int { return int(e.at - at) })
	return slices.Clone(st.events[i:]), st.changed
}
