package webhook

import (
	"cmp"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

// answer is the body of a 202.
type answer struct {
	Accepted   int                   `json:"accepted"`
	Duplicates int                   `json:"duplicates"`
	Rejected   []directdial.Rejected `json:"rejected"`
}

// request is a request whose sender is known.
type request struct {
	to     target
	body   []byte
	lines  bool       // NDJSON
	signed web.Signed // zero with a bearer token
	dryRun bool
}

// post serves POST /v1/mentions.
func (e endpoint) post(w http.ResponseWriter, r *http.Request) {
	req, problem, err := e.read(w, r)
	if err != nil {
		unauthorized(w)
		return
	}
	if problem == nil {
		var elements [][]byte
		if elements, problem = req.elements(); problem == nil {
			req.serve(r.Context(), w, elements)
			return
		}
	}
	problem.Write(w)
}

// read finds out who sends and reads what they send. A bearer token is checked
// before a byte of the body is read; a signature covers the body, so that only
// its size is bounded before. What is wrong besides the credential is told to
// those who have one.
func (e endpoint) read(w http.ResponseWriter, r *http.Request) (*request, *web.Problem, error) {
	req := &request{}
	token, bearer := web.Bearer(r.Header)
	var err error
	if bearer {
		req.to, err = e.byToken(token)
	} else if !web.HasSignature(r.Header) {
		err = errUnauthorized
	}
	if err != nil {
		return nil, nil, err
	}
	body, problem := readBody(w, r)
	if problem != nil {
		return nil, problem, nil
	}
	req.body = body
	if !bearer {
		if req.to, req.signed, err = e.bySignature(r.Header, body); err != nil {
			return nil, nil, err
		}
	}
	if problem := req.to.admit(); problem != nil {
		return nil, problem, nil
	}
	if req.lines, problem = isLines(r.Header); problem != nil {
		return nil, problem, nil
	}
	if q := r.URL.Query(); q.Has("dry_run") {
		v := cmp.Or(q.Get("dry_run"), "true")
		if req.dryRun, err = strconv.ParseBool(v); err != nil {
			p := web.NewProblem(http.StatusBadRequest, "dry_run must be true or false.")
			p.Field = "dry_run"
			return nil, &p, nil
		}
	}
	return req, nil, nil
}

// readBody reads at most MaxBody bytes.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, *web.Problem) {
	tooLarge := web.NewProblem(http.StatusRequestEntityTooLarge, "A request may have 1048576 bytes. Send the mentions in several.")
	if r.ContentLength > MaxBody {
		return nil, &tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var max *http.MaxBytesError
	if errors.As(err, &max) {
		return nil, &tooLarge
	}
	if err != nil {
		p := web.NewProblem(http.StatusBadRequest, "The body broke off.")
		return nil, &p
	}
	return body, nil
}

// admit applies the rate of the source.
func (s *Source) admit() *web.Problem {
	now := s.setup.Now()
	res := s.rate.ReserveN(now, 1)
	wait := res.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	res.CancelAt(now)
	p := web.NewProblem(http.StatusTooManyRequests, "This source sends more requests than it may. Up to 1000 mentions go into one.")
	p.RetryAfter = max(wait, time.Second)
	return &p
}

// isLines tells NDJSON from JSON by the media type.
func isLines(h http.Header) (bool, *web.Problem) {
	problem := func(detail string) *web.Problem {
		p := web.NewProblem(http.StatusUnsupportedMediaType, detail)
		return &p
	}
	// Not unpacked: 1 MiB could become a thousand, and nobody has to send more
	// at once.
	if c := h.Get("Content-Encoding"); c != "" && !strings.EqualFold(c, "identity") {
		return false, problem("The body must not be compressed.")
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return false, problem("The charset must be UTF-8.")
	}
	switch kind {
	case "application/json":
		return false, nil
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
		return true, nil
	}
	return false, problem("The Content-Type must be application/json (one mention, or an array) or application/x-ndjson (one mention a line).")
}

// serve takes the elements of a request and answers.
func (r *request) serve(ctx context.Context, w http.ResponseWriter, elements [][]byte) {
	b := r.to.decode(elements)
	if r.dryRun {
		web.WriteJSON(w, http.StatusOK, r.to.try(b))
		return
	}
	if r.to.replays.Seen(r.signed, r.to.setup.Now()) {
		web.WriteJSON(w, http.StatusAccepted, answer{Duplicates: len(b.items), Rejected: b.rejected})
		return
	}
	r.to.setup.Report.Rejected(len(b.rejected))
	ctx, cancel := context.WithTimeout(ctx, web.HandlerTimeout)
	defer cancel()
	taken, err := r.to.emit(ctx, b.items...)
	if err != nil {
		cannotStore(err).Write(w)
		return
	}
	r.to.replays.Add(r.signed, r.to.setup.Now())
	for _, rejected := range taken.Rejected {
		rejected.Index = b.index[rejected.Index]
		b.reject(rejected)
	}
	web.WriteJSON(w, http.StatusAccepted, answer{Accepted: taken.Accepted, Duplicates: taken.Known, Rejected: b.rejected})
}

// cannotStore is the answer when the exchange has not taken the items, whatever
// the cause: the sender can do nothing but send them again, and their identity
// absorbs what was stored all the same.
func cannotStore(err error) web.Problem {
	p := web.NewProblem(http.StatusServiceUnavailable, "Nothing is known to be stored. Send the same request again later.")
	p.RetryAfter = time.Second
	var e *directdial.Error
	if errors.As(err, &e) {
		p.RetryAfter = max(e.After, time.Second)
	}
	return p
}
