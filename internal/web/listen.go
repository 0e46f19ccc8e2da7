package web

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/zerolog"
	"golang.org/x/net/netutil"

	"github.com/directdial/directdial/internal/metric"
)

// Bounds of a server. net/http has none of them by default, and one slow
// client after the other would hold a connection for ever.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second // of the whole request
	writeTimeout      = 30 * time.Second // from the end of the header to the end of the answer
	idleTimeout       = 60 * time.Second
	maxHeader         = 16 << 10 // bytes
	// MaxConnections bounds one listener. With bodies of 1 MiB it bounds the
	// memory that strangers can make us hold.
	MaxConnections = 512
	// HandlerTimeout is how long a handler may take so that its answer still
	// fits into writeTimeout.
	HandlerTimeout = 25 * time.Second
)

// Listen opens a TCP listener for at most MaxConnections at a time.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return netutil.LimitListener(ln, MaxConnections), nil
}

// Loopback reports whether a listen address can be reached from this host
// only. A name other than localhost, or no host at all, cannot be known to.
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// NewServer makes a server with bounds. What net/http complains about, mostly
// the manners of strangers, goes to the log at debug level.
func NewServer(h http.Handler, logger zerolog.Logger) *http.Server {
	return &http.Server{
		Handler:           paced(h),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ConnState:         (&crowd{many: crowded}).state,
		ErrorLog:          log.New(debugWriter{logger}, "", 0),
	}
}

// Serve serves on ln until ctx ends, then lets requests under way finish for
// at most grace. It returns nil after an orderly end.
func Serve(ctx context.Context, s *http.Server, ln net.Listener, grace time.Duration) error {
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		stopped <- s.Shutdown(deadline)
	})
	err := s.Serve(ln)
	if stop() {
		return fmt.Errorf("serve on %s: %w", ln.Addr(), err)
	}
	if err := <-stopped; err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("shut down %s: %w", ln.Addr(), err)
	}
	return s.Close()
}

// Requests counts requests by listener and status.
func Requests(reg prometheus.Registerer) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: metric.HTTPRequests,
		Help: "Requests answered, by listener and status.",
	}, []string{"listener", "code"})
	reg.MustRegister(c)
	return c
}

// Counted counts what h answers under the name of its listener. The series of
// refused requests is there from the start, so that an alert sees the first.
func Counted(requests *prometheus.CounterVec, listener string, h http.Handler) http.Handler {
	requests.WithLabelValues(listener, strconv.Itoa(http.StatusServiceUnavailable))
	return promhttp.InstrumentHandlerCounter(requests.MustCurryWith(prometheus.Labels{"listener": listener}), h)
}

// debugWriter takes what net/http logs, one line a call.
type debugWriter struct{ log zerolog.Logger }

func (w debugWriter) Write(p []byte) (int, error) {
	w.log.Debug().Bytes("message", p).Msg("http server")
	return len(p), nil
}
