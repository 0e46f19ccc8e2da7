package bus

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

func TestAnErrorSaysWhatToDo(t *testing.T) {
	api := func(code jetstream.ErrorCode) error {
		return fmt.Errorf("wrapped: %w", &jetstream.APIError{Code: 400, ErrorCode: code})
	}
	for _, c := range []struct {
		err            error
		asked, written directdial.Kind // of a request that may be repeated; of a write that was sent
		cause          error
	}{
		{api(10071), directdial.Denied, directdial.Denied, ErrStale},
		{api(10164), directdial.Denied, directdial.Denied, ErrStale},
		{api(10054), directdial.Invalid, directdial.Invalid, nil},
		{api(10037), directdial.NotFound, directdial.NotFound, nil},
		{api(10077), directdial.Temporary, directdial.Temporary, ErrFull},
		{api(10023), directdial.Temporary, directdial.Temporary, ErrFull},
		{api(10009), directdial.Temporary, directdial.Temporary, nil},
		{api(10176), directdial.Temporary, directdial.Temporary, errBatch},
		{api(10025), directdial.Internal, directdial.Internal, nil}, // not one that we know
		{jetstream.ErrStreamNotFound, directdial.NotFound, directdial.NotFound, nil},
		{jetstream.ErrNoStreamResponse, directdial.Temporary, directdial.Temporary, nil},
		{jetstream.ErrAsyncPublishTimeout, directdial.Temporary, directdial.Ambiguous, jetstream.ErrAsyncPublishTimeout},
		{jetstream.ErrInvalidJSAck, directdial.Temporary, directdial.Ambiguous, nil},
		{nats.ErrDisconnected, directdial.Temporary, directdial.Ambiguous, nil},
		{nats.ErrConnectionClosed, directdial.Gone, directdial.Ambiguous, nil},
		{nats.ErrMaxPayload, directdial.Invalid, directdial.Ambiguous, nil},
		{context.Canceled, directdial.Temporary, directdial.Ambiguous, context.Canceled},
		{errors.New("something else"), directdial.Temporary, directdial.Ambiguous, nil},
	} {
		t.Run(c.err.Error(), func(t *testing.T) {
			wantKind(t, refused(c.err), c.asked, c.cause)
			wantKind(t, unanswered(c.err), c.written, c.cause)
		})
	}
	if err := refused(nil); err != nil {
		t.Error(err)
	}
}

func TestALostAnswerWeighsMoreThanADefiniteError(t *testing.T) {
	full, lost := refused(&jetstream.APIError{ErrorCode: 10077}), unanswered(nats.ErrDisconnected)
	for _, results := range [][]result{{{err: full}, {err: lost}}, {{err: lost}, {err: full}}, {{seq: 1}, {err: lost}, {seq: 3}}} {
		wantKind(t, worst(results), directdial.Ambiguous, nil)
	}
	if err := worst([]result{{seq: 1}, {seq: 2}}); err != nil {
		t.Error(err)
	}
}

// A server answers for a stream without a leader, too, with what it has itself.
func TestAStreamWithoutALeaderTellsNothing(t *testing.T) {
	info := &jetstream.StreamInfo{Config: jetstream.StreamConfig{Name: "DIALS"}, Cluster: &jetstream.ClusterInfo{Name: "c"}}
	wantKind(t, leaderless(info), directdial.Temporary, nil)
	info.Cluster.Leader = "n1"
	if err := leaderless(info); err != nil {
		t.Error(err)
	}
	info.Cluster = nil // a server alone
	if err := leaderless(info); err != nil {
		t.Error(err)
	}
}
