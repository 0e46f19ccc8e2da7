package bus

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

// Codes of the server that the client library does not name.
const (
	codeAccountFull      jetstream.ErrorCode = 10002
	codeNotAvailable     jetstream.ErrorCode = 10008
	codeNotLeader        jetstream.ErrorCode = 10009
	codeServerFull       jetstream.ErrorCode = 10023
	codeStorageFull      jetstream.ErrorCode = 10047
	codeStoreFailed      jetstream.ErrorCode = 10077 // refused by a limit of the stream
	codeHeaderTooLarge   jetstream.ErrorCode = 10097
	codeTooManyRequests  jetstream.ErrorCode = 10167
	codeBatchDisabled    jetstream.ErrorCode = 10174
	codeBatchIncomplete  jetstream.ErrorCode = 10176
	codeBatchTooLarge    jetstream.ErrorCode = 10199
	codeBatchTooManyOpen jetstream.ErrorCode = 10210
)

// meanings translates what the server says: the kind, and what the error
// wraps. A code that is not listed is a fault of ours, so Internal.
var meanings = map[jetstream.ErrorCode]struct {
	kind  directdial.Kind
	cause error
}{
	jetstream.JSErrCodeMessageNotFound:                 {directdial.NotFound, nil},
	jetstream.JSErrCodeStreamNotFound:                  {directdial.NotFound, nil},
	jetstream.JSErrCodeStreamMessageExceedsMaximum:     {directdial.Invalid, nil},
	codeHeaderTooLarge:                                 {directdial.Invalid, nil},
	jetstream.JSErrCodeStreamWrongLastSequence:         {directdial.Denied, ErrStale},
	jetstream.JSErrCodeStreamWrongLastSequenceConstant: {directdial.Denied, ErrStale},
	codeAccountFull:                                    {directdial.Temporary, ErrFull},
	codeServerFull:                                     {directdial.Temporary, ErrFull},
	codeStorageFull:                                    {directdial.Temporary, ErrFull},
	codeStoreFailed:                                    {directdial.Temporary, ErrFull},
	codeNotAvailable:                                   {directdial.Temporary, nil},
	codeNotLeader:                                      {directdial.Temporary, nil},
	codeTooManyRequests:                                {directdial.Temporary, nil},
	codeBatchDisabled:                                  {directdial.Temporary, errBatch},
	codeBatchIncomplete:                                {directdial.Temporary, errBatch},
	codeBatchTooLarge:                                  {directdial.Temporary, errBatch},
	codeBatchTooManyOpen:                               {directdial.Temporary, errBatch},
}

// errBatch is wrapped when the server refused a batch as such, whatever its
// messages.
var errBatch = errors.New("no batch")

// refused gives an error its kind when it is known that nothing happened, or
// when it does no harm to ask again.
func refused(err error) error {
	var api *jetstream.APIError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &api):
		m, ok := meanings[api.ErrorCode]
		switch {
		case !ok:
			return err
		case m.cause != nil:
			return directdial.Errorf(m.kind, "%w: %w", m.cause, err)
		}
		return directdial.Errorf(m.kind, "%w", err)
	case errors.Is(err, nats.ErrMaxPayload), errors.Is(err, nats.ErrBadSubject), errors.Is(err, nats.ErrBadHeaderMsg):
		return directdial.Errorf(directdial.Invalid, "%w", err)
	case errors.Is(err, nats.ErrConnectionClosed), errors.Is(err, nats.ErrConnectionDraining):
		return directdial.Errorf(directdial.Gone, "the log is closed: %w", err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return directdial.Errorf(directdial.Temporary, "waiting for NATS: %w", err)
	case errors.Is(err, nats.ErrReconnectBufExceeded), errors.Is(err, nats.ErrConnectionReconnecting), errors.Is(err, nats.ErrDisconnected):
		return directdial.Errorf(directdial.Temporary, "no connection to NATS: %w", err)
	}
	return directdial.Errorf(directdial.Temporary, "NATS: %w", err)
}

// unanswered gives the error of a write that was sent its kind: what the
// server said of it, or Ambiguous if it said nothing.
func unanswered(err error) error {
	if errors.Is(err, jetstream.ErrNoStreamResponse) || errors.As(err, new(*jetstream.APIError)) {
		return refused(err)
	}
	return directdial.Errorf(directdial.Ambiguous, "the answer to a write is lost: %w", err)
}
