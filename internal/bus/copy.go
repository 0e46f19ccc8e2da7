package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

// chunkSize is how much of a stream is sent at once; the server waits for the
// receiver.
const chunkSize = 128 << 10

// checkWithin bounds how long the server may check a stream before it sends the
// first of it: it reads all of it.
const checkWithin = 10 * time.Minute

// apiError is how the server says no.
type apiError struct {
	Error *jetstream.APIError `json:"error"`
}

// Copy writes a stream to w as it is, sequences and times included, while
// others go on writing to it: what is written after the call may be in the copy
// or not. The server checks every message before. It returns the state of the
// stream when the copy began. Errors: Temporary, Gone, those of w.
func (b *Bus) Copy(ctx context.Context, s Stream, w io.Writer) (State, error) {
	inbox := nats.NewInbox()
	sub, err := b.nc.SubscribeSync(inbox)
	if err != nil {
		return State{}, refused(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	var begun struct {
		apiError
		State jetstream.StreamState `json:"state"`
	}
	request := map[string]any{"deliver_subject": inbox, "no_consumers": true, "jsck": true, "chunk_size": chunkSize}
	if err := b.api(ctx, "STREAM.SNAPSHOT."+string(s), request, &begun); err != nil {
		return State{}, fmt.Errorf("copying %s: %w", s, err)
	}
	if begun.Error != nil {
		return State{}, fmt.Errorf("copying %s: %w", s, refused(begun.Error))
	}
	for {
		chunk, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return State{}, fmt.Errorf("copying %s: %w", s, refused(err))
		}
		if len(chunk.Data) == 0 {
			if status := chunk.Header.Get("Status"); status != "" && status != "204" {
				return State{}, directdial.Errorf(directdial.Temporary, "copying %s: the server broke it off: %s %s", s, status, chunk.Header.Get("Description"))
			}
			break
		}
		if _, err := w.Write(chunk.Data); err != nil {
			return State{}, fmt.Errorf("copying %s: %w", s, err)
		}
		if chunk.Reply != "" {
			if err := b.nc.Publish(chunk.Reply, nil); err != nil {
				return State{}, fmt.Errorf("copying %s: %w", s, refused(err))
			}
		}
	}
	is := begun.State
	return State{First: is.FirstSeq, Last: is.LastSeq, Msgs: is.Msgs, Bytes: is.Bytes, LastTime: is.LastTime}, nil
}

// api calls the server's API. The client library has no call for copies.
func (b *Bus) api(ctx context.Context, what string, request, answer any) error {
	data, err := json.Marshal(request)
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	m, err := b.nc.RequestWithContext(bounded, "$JS.API."+what, data)
	if err != nil {
		return refused(err)
	}
	return json.Unmarshal(m.Data, answer)
}
