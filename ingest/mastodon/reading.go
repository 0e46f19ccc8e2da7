package mastodon

import (
	"context"
	"encoding/json"

	"github.com/coder/websocket"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// receive reads frames until the stream ends, and says why it did.
func (s *streamed) receive(ctx context.Context, conn *websocket.Conn, frames chan<- *frame) error {
	strange := false
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			return directdial.Errorf(directdial.Temporary, "the stream ended: %w", err)
		}
		f, ok := readFrame(data)
		switch {
		case !ok:
			if !strange {
				s.log.Warn().Int("bytes", len(data)).Msg("the stream has messages that cannot be read; this is told once a connection")
			}
			strange = true
			continue
		case f.Error != "":
			return directdial.Errorf(directdial.Temporary, "the server refuses the stream (it says %+q)", f.Error)
		}
		select {
		case frames <- f:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// hear emits what frames tell until ctx ends or something fails.
func (s *streamed) hear(ctx context.Context, frames <-chan *frame, emit ingest.Emit) error {
	for {
		select {
		case f := <-frames:
			item, err := s.item(ctx, f)
			if err != nil {
				return err
			}
			if item == nil {
				continue
			}
			if _, err := emit(ctx, item); err != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// item makes an item of a frame, nil if there is nothing to hear. Events and
// notifications of kinds that are not known are left out: there are more with
// each version.
func (s *streamed) item(ctx context.Context, f *frame) (directdial.Item, error) {
	var st *status
	addressed := false
	switch f.Event {
	case "update", "status.update":
		st = hashtag("").decode(json.RawMessage(f.Payload)).status
		addressed = s.source.known.uri(st.ID) != "" // an edit of what was heard
	case "notification":
		st, addressed = notifications().decode(json.RawMessage(f.Payload)).status, true
	case "delete":
		uri := s.source.known.uri(f.Payload)
		if uri == "" {
			return nil, nil // it was not for us
		}
		return &directdial.Deletion{Platform: platform, ID: uri, At: s.source.now()}, nil
	}
	if st == nil || st.ID == "" || !st.heard(addressed) {
		return nil, nil
	}
	m, err := s.source.mention(ctx, st)
	if err != nil {
		return nil, err
	}
	return m, nil
}
