package slacktest

import (
	"net"
	"net/http"
	"strconv"
	"time"
)

// Fault is something that goes wrong with a call. Exactly one of Error,
// Status, Reset, Lose and Delay is meant to be set.
type Fault struct {
	Method  string // only calls of this method; "": of any
	Channel string // only calls for this channel; "": for any
	Times   int    // how many calls; 0: one, negative: all

	// The call has no effect, and the answer is
	Error  string // 200 with ok:false and this code
	Status int    // this status with a page of HTML
	// RetryAfter goes with Status 429, in whole seconds.
	RetryAfter time.Duration
	Reset      bool // a reset of the connection

	// The call takes effect, and
	Lose  bool          // the connection closes without an answer
	Delay time.Duration // the answer comes this much later
}

// Script adds a fault. Faults are tried in the order in which they were added;
// one call meets at most one.
func (s *Server) Script(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// fault takes the next fault for a call, nil if there is none.
func (s *Server) fault(method, channel string) *Fault {
	for _, f := range s.faults {
		if f.Times == 0 || f.Method != "" && f.Method != method || f.Channel != "" && f.Channel != channel {
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		return f
	}
	return nil
}

// before reports whether the fault keeps the call from taking effect.
func (f *Fault) before() bool { return f.Error != "" || f.Status != 0 || f.Reset }

// answer writes the answer of a call that has no effect.
func (f *Fault) answer(w http.ResponseWriter) {
	switch {
	case f.Reset:
		hangUp(w, true)
	case f.Error != "":
		write(w, refuse(f.Error))
	default:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
		}
		http.Error(w, "<html>"+http.StatusText(f.Status)+"</html>", f.Status)
	}
}

// after lets the fault act on a call that took effect. It reports whether the
// answer is still to be written.
func (f *Fault) after(w http.ResponseWriter, r *http.Request) bool {
	if f.Lose {
		hangUp(w, false)
		return false
	}
	timer := time.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// hangUp closes the connection, with a TCP reset if asked for.
func hangUp(w http.ResponseWriter, reset bool) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
