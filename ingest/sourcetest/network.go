package sourcetest

import (
	"context"
	"net"
	"net/http"
	"sync"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

// Host is the name of the platform on the network in memory.
const Host = "platform.example"

// maxBody bounds what the client reads of an answer: more than a platform
// answers. The real one reads forty times as much, which would show nothing
// besides: a source is to bear that there is a bound.
const maxBody = 256 << 10

// network is a network in memory with one server on it. In a bubble of
// testing/synctest a goroutine that waits for a real network is not idle, so
// that fake time would stand still.
type network struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	server *http.Server
	stray  func(address string) // told of every other host that is dialled
}

func newNetwork(h http.Handler, stray func(string)) *network {
	n := &network{conns: make(chan net.Conn), closed: make(chan struct{}), server: &http.Server{Handler: h}, stray: stray}
	go func() { _ = n.server.Serve(n) }() // ends with http.ErrServerClosed
	return n
}

// client is the real client, with this network in place of the public one. The
// guard sees every address that is written as one.
func (n *network) client() *http.Client {
	return web.Client{UserAgent: "directdial-sourcetest", MaxBody: maxBody, Dial: n.dial}.HTTP()
}

func (n *network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	if host, _, _ := net.SplitHostPort(address); host != Host {
		n.stray(address)
		return nil, directdial.Errorf(directdial.Temporary, "no route to %s", address)
	}
	ours, theirs := net.Pipe()
	select {
	case n.conns <- theirs:
		return ours, nil
	case <-n.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (n *network) Accept() (net.Conn, error) {
	select {
	case c := <-n.conns:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (n *network) Close() error {
	n.once.Do(func() { close(n.closed) })
	return nil
}

// Addr implements net.Listener.
func (n *network) Addr() net.Addr { return &net.UnixAddr{Name: Host, Net: "memory"} }
