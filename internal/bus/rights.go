package bus

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/directdial/directdial"
)

// A server does not answer what a user has no right to: it says so beside it, and
// whoever asked waits in vain. So while the log is opened, such a word ends all
// waiting.

// whilePermitted returns a context that ends when the user lacks a right; that
// is its cause.
func (b *Bus) whilePermitted(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, end := context.WithCancelCause(ctx)
	b.refuse = end
	return ctx, func() { end(nil) }
}

// forbidden is the right that the user lacks, else err.
func forbidden(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, nats.ErrPermissionViolation) {
		return directdial.Errorf(directdial.Denied, "%w", cause)
	}
	return err
}

// mayWrite finds out whether the user may write to each stream; the embedded
// server lets everybody. What it sends names another stream and is therefore
// refused, also by the one that it reaches: nothing is written. An answer that
// does not come in time tells nothing.
func (b *Bus) mayWrite(ctx context.Context) error {
	if b.srv != nil {
		return nil
	}
	for _, s := range everyStream {
		m := nats.NewMsg(s.prefix() + "right")
		m.Header.Set(jetstream.ExpectedStreamHeader, "none")
		asking, end := context.WithTimeout(ctx, requestWithin)
		_, _ = b.nc.RequestMsgWithContext(asking, m)
		end()
	}
	return refused(ctx.Err())
}
