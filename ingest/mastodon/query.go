package mastodon

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// query is one list of the server that is walked.
type query struct {
	name   string // in the state
	path   string
	params url.Values
	limit  int    // most that the server gives at a time
	scope  string // that a token needs
	stream subscription
	// addressed says that the posts were written to us.
	addressed bool
	// decode reads an entry as far as it can be read: a field of another type
	// than it should be must not cost the post.
	decode func(json.RawMessage) post

	// What needs not survive a restart; see walk.go.
	window  []post            // read in this walk, and read again by the next; oldest first
	emitted map[string]string // of the window: uris of what was emitted, by id of the status
	missing map[string]bool   // of these, ids that the walk has not met yet
}

// post is one entry of a list.
type post struct {
	id     string // where it stands in the list
	at     time.Time
	status *status // nil: nothing to hear
}

func hashtag(tag string) *query {
	return &query{
		name: "#" + tag, path: "/api/v1/timelines/tag/" + url.PathEscape(tag), limit: 40, scope: "read:statuses",
		stream: subscription{Type: "subscribe", Stream: "hashtag", Tag: tag},
		decode: func(raw json.RawMessage) post {
			var s status
			_ = json.Unmarshal(raw, &s)
			return post{id: s.ID, at: s.CreatedAt.Time, status: &s}
		},
	}
}

func notifications() *query {
	return &query{
		name: "notifications", path: "/api/v1/notifications", limit: 80, scope: "read:notifications", addressed: true,
		stream: subscription{Type: "subscribe", Stream: "user:notification"},
		// Mastodon sets some notifications aside, of new or limited accounts;
		// one that is let through later would stand behind the cursor.
		params: url.Values{"types[]": {"mention"}, "include_filtered": {"true"}},
		decode: func(raw json.RawMessage) post {
			var n notification
			_ = json.Unmarshal(raw, &n)
			p := post{id: n.ID}
			if n.Type == "mention" && n.Status != nil { // not every server knows types[]
				p.status, p.at = n.Status, n.Status.CreatedAt.Time
			}
			return p
		},
	}
}

// page asks for the posts right above an id, oldest first; with above "" for
// the newest one. end is the id to go on from: the newest of the page.
func (q *query) page(ctx context.Context, c *client, above string) (posts []post, end string, err error) {
	params := url.Values{"limit": {"1"}}
	if above != "" {
		params = url.Values{"limit": {strconv.Itoa(q.limit)}, "min_id": {above}}
	}
	for name, values := range q.params {
		params[name] = values
	}
	var raw []json.RawMessage
	header, err := c.get(ctx, q.path, params, q.scope, &raw)
	if errors.Is(err, errNoRecord) && !q.addressed {
		return nil, above, nil // nobody has used the hashtag yet
	}
	if err != nil {
		return nil, above, err
	}
	if raw == nil { // null is JSON, but no list
		return nil, above, directdial.Errorf(directdial.Invalid, "the answer of %s is no list", q.path)
	}
	for _, r := range raw {
		p := q.decode(r)
		if p.id == "" {
			return nil, above, directdial.Errorf(directdial.Invalid, "the answer of %s has an entry without an id", q.path)
		}
		posts = append(posts, p)
	}
	slices.SortStableFunc(posts, func(a, b post) int { return compare(a.id, b.id) })
	return posts, furthest(header, posts, above), nil
}

func furthest(h http.Header, posts []post, above string) string {
	end := above
	if n := len(posts); n > 0 && compare(posts[n-1].id, end) > 0 {
		end = posts[n-1].id
	}
	if id := newerThan(h); compare(id, end) > 0 {
		end = id
	}
	return end
}

// compare orders ids as their servers do: numbers by value, ULIDs and flake ids,
// which are all of one length, by their bytes.
func compare(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// begin begins a walk.
func (q *query) begin() {
	q.window = nil
	q.missing = map[string]bool{}
	for id := range q.emitted {
		q.missing[id] = true
	}
}

// pass notes that a post was read; uri is "" if it was not emitted. The cursor
// follows an hour or maxWindow posts behind.
func (q *query) pass(p *position, read post, uri string, now time.Time) {
	if read.status != nil {
		delete(q.missing, read.status.ID)
		if uri != "" {
			if q.emitted == nil {
				q.emitted = map[string]string{}
			}
			q.emitted[read.status.ID] = uri
		}
	}
	q.window = append(q.window, read)
	for len(q.window) > maxWindow || len(q.window) > 0 && q.window[0].at.Before(now.Add(-late)) {
		oldest := q.window[0]
		q.window = q.window[1:]
		if oldest.status != nil {
			delete(q.emitted, oldest.status.ID)
		}
		if compare(oldest.id, p.Cursor) > 0 {
			p.Cursor = oldest.id
		}
	}
	if compare(read.id, p.Walk) > 0 {
		p.Walk = read.id
	}
}
