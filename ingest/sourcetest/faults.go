package sourcetest

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// fault answers a request in place of the platform, or spoils its answer.
type fault func(w http.ResponseWriter, r *http.Request, platform http.Handler)

// gate stands before the platform: it notes each request and lets faults
// answer.
type gate struct {
	platform http.Handler

	mu       sync.Mutex
	requests []time.Time
	skip     int   // requests until the fault
	next     fault // nil: none
	times    int   // how many requests it answers
}

// arm lets f answer n requests after the next skip ones.
func (g *gate) arm(skip, n int, f fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.skip, g.times, g.next = skip, n, f
}

// armed reports whether a fault still waits for a request.
func (g *gate) armed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.times > 0
}

// since counts the requests after t.
func (g *gate) since(t time.Time) (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, at := range g.requests {
		if at.After(t) {
			n++
		}
	}
	return n
}

func (g *gate) take() fault {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.requests = append(g.requests, time.Now())
	switch {
	case g.times == 0:
		return nil
	case g.skip > 0:
		g.skip--
		return nil
	}
	g.times--
	return g.next
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f := g.take(); f != nil {
		f(w, r, g.platform)
		return
	}
	g.platform.ServeHTTP(w, r)
}

// status answers a status without a word.
func status(code int) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(code) }
}

// limited answers 429 until a time.
func limited(headers func(http.Header, time.Time), wait time.Duration) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		headers(w.Header(), time.Now().Add(wait))
		w.WriteHeader(http.StatusTooManyRequests)
	}
}

// retryAfter tells the time as most servers do, in seconds.
func retryAfter(h http.Header, reset time.Time) {
	h.Set("Retry-After", strconv.Itoa(int(time.Until(reset).Round(time.Second).Seconds())))
}

// torn sends the first half of the true answer and hangs up.
func torn(w http.ResponseWriter, r *http.Request, platform http.Handler) {
	answer := httptest.NewRecorder()
	platform.ServeHTTP(answer, r)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	body := answer.Body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body[:len(body)/2])
	panic(http.ErrAbortHandler)
}

// hangUp closes the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// silence accepts the request and never answers. The body is read to its end,
// or the server would not notice that the client has gone.
func silence(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// body answers 200 with something that is not what was asked for.
func body(contentType string, content []byte) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(content)
	}
}

// redirect sends the client elsewhere.
func redirect(to string) fault {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Redirect(w, r, to, http.StatusFound)
	}
}

// tooMuch is more bytes than any source or receiver reads.
const tooMuch = 4 << 20

// endless writes and notes in sent how many bytes the client took.
func endless(sent *atomic.Int64) fault {
	chunk := bytes.Repeat([]byte(" "), 1<<16)
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		for sent.Store(0); sent.Load() < tooMuch; sent.Add(int64(len(chunk))) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
}

// bomb answers with a small body that unpacks to one that is too large.
func bomb() fault {
	body := packed()
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(body)
	}
}

// packed is too much white space, which no parser refuses before its end, as
// gzip.
var packed = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(bytes.Repeat([]byte(" "), tooMuch)) // a bytes.Buffer does not fail
	_ = z.Close()
	return b.Bytes()
})

// stale repeats the oldest answer to the same URL, as a broken cache does.
func stale() (record, repeat fault) {
	var mu sync.Mutex
	kept := map[string]*httptest.ResponseRecorder{}
	serve := func(w http.ResponseWriter, r *http.Request, platform http.Handler, old bool) {
		mu.Lock()
		answer := kept[r.URL.String()]
		mu.Unlock()
		if !old || answer == nil {
			answer = httptest.NewRecorder()
			platform.ServeHTTP(answer, r)
			mu.Lock()
			if kept[r.URL.String()] == nil {
				kept[r.URL.String()] = answer
			}
			mu.Unlock()
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}
	return func(w http.ResponseWriter, r *http.Request, p http.Handler) { serve(w, r, p, false) },
		func(w http.ResponseWriter, r *http.Request, p http.Handler) { serve(w, r, p, true) }
}
