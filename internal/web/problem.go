package web

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/directdial/directdial"
)

// Problem is an error as RFC 9457 has it. Its type is about:blank: the status
// and the title say what kind of error it is, Detail what to do about it.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Field  string `json:"field,omitempty"` // of the request, where one is wrong

	RetryAfter time.Duration `json:"-"` // sent as the header, in whole seconds
}

// statusOf is the one table from kinds to statuses.
var statusOf = map[directdial.Kind]int{
	directdial.Internal:  http.StatusInternalServerError,
	directdial.Invalid:   http.StatusBadRequest,
	directdial.Denied:    http.StatusForbidden,
	directdial.NotFound:  http.StatusNotFound,
	directdial.Temporary: http.StatusServiceUnavailable,
	directdial.Ambiguous: http.StatusServiceUnavailable,
	directdial.Gone:      http.StatusGone,
}

// NewProblem makes a problem of a status.
func NewProblem(status int, detail string) Problem {
	return Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

// ProblemOf makes a problem of an error by its kind. What is internal or
// cannot be stored is told without its cause, which is for the log.
func ProblemOf(err error) Problem {
	kind := directdial.KindOf(err)
	p := NewProblem(statusOf[kind], "")
	var e *directdial.Error
	if errors.As(err, &e) {
		p.Field, p.RetryAfter = e.Field, e.After
	}
	switch kind {
	case directdial.Invalid, directdial.NotFound, directdial.Denied, directdial.Gone:
		p.Detail = err.Error()
	case directdial.Temporary, directdial.Ambiguous:
		p.Detail = "Nothing is known to be stored. Send the same request again later."
		p.RetryAfter = max(p.RetryAfter, time.Second)
	}
	return p
}

// Write answers with the problem. Equal problems are equal answers, byte for
// byte.
func (p Problem) Write(w http.ResponseWriter) {
	if p.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(p.RetryAfter.Seconds()))))
	}
	writeJSON(w, "application/problem+json", p.Status, p)
}

// WriteJSON answers with v as JSON. An answer is never sniffed and never kept.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	writeJSON(w, "application/json", status, v)
}

func writeJSON(w http.ResponseWriter, contentType string, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		// Our own types only: they can be marshalled.
		panic(err)
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)+1))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A client that is gone cannot be told anything.
	_, _ = w.Write(append(body, '\n'))
}

// MethodNotAllowed answers 405 with the methods that are.
func MethodNotAllowed(w http.ResponseWriter, allowed string) {
	w.Header().Set("Allow", allowed)
	NewProblem(http.StatusMethodNotAllowed, "Allowed here: "+allowed+".").Write(w)
}
