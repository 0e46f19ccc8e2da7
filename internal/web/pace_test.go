package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// pipe is a listener for one connection that is in memory, and so in fake time.
type pipe struct {
	conn chan net.Conn
	done chan struct{}
}

func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conn:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipe) Close() error { close(p.done); return nil }
func (p *pipe) Addr() net.Addr {
	return &net.UnixAddr{Name: "pipe", Net: "pipe"}
}

func TestABodyThatTricklesIsNotWaitedFor(t *testing.T) {
	for name, c := range map[string]struct {
		size, part int           // bytes in all, and each time
		every      time.Duration // between them
		status     int
		within     time.Duration // the body was read or given up
	}{
		"at once":                        {1 << 20, 1 << 20, 0, 200, 0},
		"a byte a second":                {1000, 1, time.Second, 400, bodyGrace},
		"nothing":                        {1000, 1, time.Hour, 400, bodyGrace},
		"a small one in the grace":       {40, 10, time.Second, 200, 3 * time.Second},
		"a slow line":                    {60 << 10, 5 << 10, time.Second, 200, 11 * time.Second},
		"a little too slow":              {60 << 10, 2 << 10, time.Second, 400, 10 * time.Second},
		"fast enough, and yet too large": {1 << 20, 5 << 10, time.Second, 400, readTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var took time.Duration
				h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					began := time.Now()
					_, problem := ReadBody(w, r, 1<<20)
					took = time.Since(began).Truncate(time.Second)
					if problem != nil {
						problem.Write(w)
						return
					}
					time.Sleep(9 * time.Second) // what it does with the body has its own time
					if r.Context().Err() != nil {
						t.Error("the deadline of the body ended the request")
					}
				})
				server, client := net.Pipe()
				ln := &pipe{make(chan net.Conn, 1), make(chan struct{})}
				ln.conn <- server
				s := NewServer(h, zerolog.Nop())
				go func() { _ = s.Serve(ln) }()
				gone := make(chan struct{})
				defer func() {
					_, _ = s.Close(), client.Close()
					close(gone)
					time.Sleep(time.Second) // the server lingers for a moment
				}()
				go func() {
					_, _ = fmt.Fprintf(client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", c.size)
					for sent := 0; sent < c.size; sent += c.part {
						_, _ = client.Write(bytes.Repeat([]byte("x"), min(c.part, c.size-sent)))
						select {
						case <-time.After(c.every):
						case <-gone:
							return
						}
					}
				}()
				resp, err := http.ReadResponse(bufio.NewReader(client), nil)
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				if resp.StatusCode != c.status || took != c.within {
					t.Errorf("%d after %v, want %d after %v", resp.StatusCode, took, c.status, c.within)
				}
			})
		})
	}
}
