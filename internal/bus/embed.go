package bus

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
)

// maxMemory bounds streams in memory. There are none, but whoever reaches the
// port could make some.
const maxMemory = 64 << 20

// embed starts the server in this process and connects to it.
func (b *Bus) embed(ctx context.Context, o Options) error {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return fmt.Errorf("the directory of the log: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the directory of the log: %w", err)
	}
	if b.lock, err = lockDir(dir); err != nil {
		return err
	}
	so, err := serverOptions(dir, o)
	if err != nil {
		return err
	}
	if b.srv, err = server.NewServer(so); err != nil {
		return fmt.Errorf("the embedded NATS server: %w", err)
	}
	log := &serverLog{log: o.Log.With().Str("component", "nats").Logger()}
	b.srv.SetLoggerV2(log, false, false, false)
	go b.srv.Start()
	if err := b.started(ctx, log, o.syncLater); err != nil {
		return err
	}
	b.room = newRoom(b.srv, dir)
	if err := b.dial("", nats.InProcessServer(b.srv)); err != nil {
		return fmt.Errorf("connecting to the embedded NATS server: %w", err)
	}
	return nil
}

// serverOptions are the settings of the embedded server.
func serverOptions(dir string, o Options) (*server.Options, error) {
	so := &server.Options{
		ServerName:             "directdial",
		DontListen:             true,
		NoSigs:                 true, // signals are the daemon's
		JetStream:              true,
		StoreDir:               dir,
		SyncAlways:             !o.syncLater, // see the package comment
		JetStreamMaxStore:      o.MaxStore,
		JetStreamMaxMemory:     maxMemory,
		MaxPayload:             maxPayload,
		DisableJetStreamBanner: true,
	}
	if o.Listen == "" {
		return so, nil
	}
	host, port, err := net.SplitHostPort(o.Listen)
	if err != nil || host == "" {
		return nil, directdial.Errorf(directdial.Invalid, "the NATS server listens on host:port, not on %q", o.Listen)
	}
	so.DontListen, so.Host = false, host
	if so.Port, err = strconv.Atoi(port); err != nil || so.Port < 0 || so.Port > 65535 {
		return nil, directdial.Errorf(directdial.Invalid, "the NATS server cannot listen on port %q", port)
	}
	if so.Port == 0 {
		so.Port = server.RANDOM_PORT
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		o.Log.Warn().Str("listen", o.Listen).Msg("whoever reaches this port may read and write the whole log")
	}
	return so, nil
}

// started waits until the server has recovered the streams, however long that
// takes, and makes sure that it keeps them as it should.
func (b *Bus) started(ctx context.Context, log *serverLog, syncLater bool) error {
	for !b.srv.ReadyForConnections(50 * time.Millisecond) {
		if fatal := log.fatal.Load(); fatal != nil {
			return fmt.Errorf("the embedded NATS server: %s", *fatal)
		}
		if err := ctx.Err(); err != nil {
			return directdial.Errorf(directdial.Temporary, "the embedded NATS server is still starting: %w", err)
		}
	}
	if c := b.srv.JetStreamConfig(); c == nil || c.SyncAlways == syncLater {
		return fmt.Errorf("the embedded NATS server does not sync each write")
	}
	return nil
}

// serverLog passes the log of the embedded server on. What it finds worth a
// notice (start, stop, recovery of streams) is detail to us.
type serverLog struct {
	log   zerolog.Logger
	fatal atomic.Pointer[string]
}

func (l *serverLog) Noticef(format string, v ...any) { l.log.Debug().Msgf(format, v...) }
func (l *serverLog) Warnf(format string, v ...any)   { l.log.Warn().Msgf(format, v...) }
func (l *serverLog) Errorf(format string, v ...any)  { l.log.Error().Msgf(format, v...) }
func (l *serverLog) Debugf(format string, v ...any)  { l.log.Trace().Msgf(format, v...) }
func (l *serverLog) Tracef(string, ...any)           {} // would hold the messages themselves

// Fatalf must not end the process: Open returns the message.
func (l *serverLog) Fatalf(format string, v ...any) {
	msg := fmt.Sprintf(format, v...)
	l.fatal.Store(&msg)
	l.log.Error().Msg(msg)
}
