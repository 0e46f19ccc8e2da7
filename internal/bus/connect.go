package bus

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/directdial/directdial"
)

// connect opens the connection to an external cluster.
func (b *Bus) connect(o Options) error {
	var known []nats.Option
	for _, one := range strings.Split(o.URL, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		if err != nil || u.Host == "" {
			// The URL may hold a password: no error repeats it.
			return directdial.Errorf(directdial.Invalid, "the URL of a NATS server is nats://host:port")
		}
		if len(known) == 0 && u.User != nil {
			known = append(known, user(u.User))
		}
	}
	if err := b.dial(o.URL, known...); err != nil {
		return directdial.Errorf(directdial.Temporary, "connecting to NATS: %w", err)
	}
	if o.Replicas < 2 {
		b.log.Warn().Msg("one replica in an external NATS server: accepted messages survive a power cut only if it runs with sync_interval: always")
	}
	return nil
}

// user is who speaks to a server whose URL does not say it: the one of the first
// URL that does. Otherwise the connection would be lost with that one server.
func user(u *url.Userinfo) nats.Option {
	if password, ok := u.Password(); ok {
		return nats.UserInfo(u.Username(), password)
	}
	return nats.Token(u.Username())
}

// dial opens the connection, embedded or external. It is never given up: only
// Close closes it.
func (b *Bus) dial(url string, more ...nats.Option) (err error) {
	b.ncClosed = make(chan struct{})
	b.nc, err = nats.Connect(url, append(more,
		nats.Name("directdial"),
		nats.Timeout(requestWithin),
		nats.MaxReconnects(-1),
		nats.IgnoreAuthErrorAbort(),
		nats.ReconnectWait(100*time.Millisecond),
		nats.ReconnectJitter(100*time.Millisecond, time.Second),
		// Without a connection a write fails at once and is known not to have
		// happened, instead of waiting in a buffer to happen later.
		nats.ReconnectBufSize(-1),
		nats.DisconnectErrHandler(func(nc *nats.Conn, err error) {
			if !nc.IsClosed() {
				b.log.Warn().Err(err).Msg("lost the connection to NATS")
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { b.log.Info().Msg("connected to NATS again") }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.Warn().Err(err).Msg("NATS")
			if errors.Is(err, nats.ErrPermissionViolation) {
				b.refuse(err)
			}
		}),
		nats.ClosedHandler(func(*nats.Conn) { close(b.ncClosed) }),
	)...)
	return err
}

// hangUp closes the connection when the servers have all that was sent to them.
// All answers have come by now, so the library's Drain would do no more; and it
// keeps timers for the next connection, which then may live in another bubble
// of testing/synctest.
func (b *Bus) hangUp() {
	if b.nc == nil {
		return
	}
	if b.nc.IsConnected() {
		ctx, cancel := context.WithTimeout(context.Background(), requestWithin)
		defer cancel()
		if err := b.nc.FlushWithContext(ctx); err != nil {
			b.log.Warn().Err(err).Msg("closing the connection to NATS")
		}
	}
	b.nc.Close()
	<-b.ncClosed
}
