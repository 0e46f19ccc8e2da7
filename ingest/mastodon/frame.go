package mastodon

import (
	"encoding/json"
	"net/url"
)

// subscription asks for a stream on an open connection.
type subscription struct {
	Type   string `json:"type"`
	Stream string `json:"stream"`
	Tag    string `json:"tag,omitempty"`
}

// query asks for it in the address of a connection.
func (s subscription) query() string {
	q := url.Values{"stream": {s.Stream}}
	if s.Tag != "" {
		q.Set("tag", s.Tag)
	}
	return q.Encode()
}

// frame is one message of the streaming API.
type frame struct {
	Event string `json:"event"`
	// Payload is JSON in a string; of a deletion it is the id of the post.
	Payload string `json:"payload"`
	Error   string `json:"error"` // in place of all this
}

// readFrame reads a frame; ok is false if it is none. Some events have no
// payload, or one that is no string; none of these is read.
func readFrame(data []byte) (f *frame, ok bool) {
	f = &frame{}
	if err := json.Unmarshal(data, f); err != nil && !json.Valid(data) {
		return nil, false
	}
	return f, f.Event != "" || f.Error != ""
}
