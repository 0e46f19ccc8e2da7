package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

// State is what a stream holds.
type State struct {
	First, Last uint64 // sequences; Last is that of the last message ever written, even if it is gone
	Msgs        uint64
	Bytes       uint64
	LastTime    time.Time // when the last message was written
}

// State asks the leader for the state of a stream, each time anew. It is
// Temporary when there is none.
func (b *Bus) State(ctx context.Context, s Stream) (State, error) {
	// A handle of its own: the library's handles are not safe to refresh.
	st, err := b.js.Stream(ctx, string(s))
	if err != nil {
		return State{}, fmt.Errorf("the state of %s: %w", s, refused(err))
	}
	if err := leaderless(st.CachedInfo()); err != nil {
		return State{}, err
	}
	is := st.CachedInfo().State
	return State{First: is.FirstSeq, Last: is.LastSeq, Msgs: is.Msgs, Bytes: is.Bytes, LastTime: is.LastTime}, nil
}

// Get returns one message. Errors: NotFound when it is erased, purged or not
// written yet; Temporary; Gone.
func (b *Bus) Get(ctx context.Context, s Stream, seq uint64) (*Message, error) {
	if seq == 0 {
		return nil, directdial.Errorf(directdial.NotFound, "%s has no message 0", s)
	}
	m, err := b.streams[s].GetMsg(ctx, seq)
	if err != nil {
		return nil, fmt.Errorf("message %d of %s: %w", seq, s, refused(err))
	}
	return incoming(s, m), nil
}

// Last returns the last message of a subject. Errors are those of Get.
func (b *Bus) Last(ctx context.Context, s Stream, subject string) (*Message, error) {
	m, err := b.streams[s].GetLastMsgForSubject(ctx, subject)
	if err != nil {
		return nil, fmt.Errorf("the last message of %s: %w", subject, refused(err))
	}
	return incoming(s, m), nil
}

// next returns the first message from seq on; subject "" is any.
func (b *Bus) next(ctx context.Context, s Stream, subject string, seq uint64) (*Message, error) {
	if subject == "" {
		subject = ">"
	}
	m, err := b.streams[s].GetMsg(ctx, seq, jetstream.WithGetMsgSubject(subject))
	if err != nil {
		return nil, fmt.Errorf("the message of %s from %d on: %w", s, seq, refused(err))
	}
	return incoming(s, m), nil
}

// Erase removes one message and overwrites its bytes, for which the server
// writes the file that holds them anew; it takes some milliseconds. Errors:
// NotFound when it is not there (any more); Temporary, and it does no harm to
// do it again; Gone.
func (b *Bus) Erase(ctx context.Context, s Stream, seq uint64) error {
	err := b.streams[s].SecureDeleteMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgDeleteUnsuccessful) {
		// The library drops the code that says why.
		if _, gone := b.Get(ctx, s, seq); directdial.KindOf(gone) == directdial.NotFound {
			return gone
		}
		return fmt.Errorf("erasing message %d of %s: %w", seq, s, err)
	}
	if err != nil {
		return fmt.Errorf("erasing message %d of %s: %w", seq, s, refused(err))
	}
	return nil
}

// Purge removes all messages below a sequence. It drops whole blocks, which is
// cheap; the last block that is still needed keeps the old bytes until it goes.
// Errors: Temporary, and it does no harm to do it again; Gone.
func (b *Bus) Purge(ctx context.Context, s Stream, before uint64) error {
	st, err := b.State(ctx, s)
	if err != nil {
		return err
	}
	// The server would take 0 for everything, and go on counting from a
	// sequence that lies beyond the end.
	if before = min(before, st.Last+1); before <= st.First {
		return nil
	}
	if err := b.streams[s].Purge(ctx, jetstream.WithPurgeSequence(before)); err != nil {
		return fmt.Errorf("purging %s below %d: %w", s, before, refused(err))
	}
	return nil
}
