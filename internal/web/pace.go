package web

import (
	"io"
	"net/http"
	"time"
)

// A body must come at bodyRate bytes a second, once its first bodyGrace has passed:
// else a few hundred clients that trickle hold all connections for the whole of
// readTimeout, and everybody else waits. What a modem sends is faster than that, and
// a body that is slower and needs longer than the grace would be 60 KB or more before
// readTimeout ended it anyway.
const (
	bodyGrace = 5 * time.Second
	bodyRate  = 4 << 10
)

// paced holds the bodies of requests to bodyRate.
func paced(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			// A copy: what the server does with the rest of a body depends on its
			// own.
			r = r.WithContext(r.Context())
			r.Body = &pacedBody{ReadCloser: r.Body, conn: http.NewResponseController(w), began: time.Now()}
		}
		h.ServeHTTP(w, r)
	})
}

// pacedBody moves the deadline of its connection on as it is read.
type pacedBody struct {
	io.ReadCloser
	conn  *http.ResponseController
	began time.Time
	got   int64 // bytes
}

func (b *pacedBody) Read(p []byte) (int, error) {
	wait := min(bodyGrace+time.Duration(b.got)*time.Second/bodyRate, readTimeout)
	if err := b.conn.SetReadDeadline(b.began.Add(wait)); err != nil {
		return b.ReadCloser.Read(p) // no connection, as in a test
	}
	n, err := b.ReadCloser.Read(p)
	b.got += int64(n)
	if err == io.EOF {
		// The server goes on reading, to notice that the client hangs up; that this
		// comes to an end would look the same, and end the request.
		_ = b.conn.SetReadDeadline(time.Time{})
	}
	return n, err
}
