package webhook

import (
	"net/http"

	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// request is a request whose sender is known.
type request struct {
	to       target
	elements []ingest.Element
	signed   web.Signed // zero with a bearer token
	dryRun   bool
}

// post serves POST /v1/mentions.
func (e endpoint) post(w http.ResponseWriter, r *http.Request) {
	req, problem, err := e.read(w, r)
	switch {
	case err != nil:
		unauthorized(w)
	case problem != nil:
		problem.Write(w)
	default:
		req.serve(w, r)
	}
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
	body, problem := web.ReadBody(w, r, MaxBody)
	if problem != nil {
		return nil, problem, nil
	}
	if !bearer {
		if req.to, req.signed, err = e.bySignature(r.Header, body); err != nil {
			return nil, nil, err
		}
	}
	if problem = req.to.admit(); problem != nil {
		return nil, problem, nil
	}
	if req.dryRun, problem = ingest.DryRun(r); problem != nil {
		return nil, problem, nil
	}
	if req.elements, problem = ingest.Elements(r.Header, body); problem != nil {
		return nil, problem, nil
	}
	return req, nil, nil
}

// admit applies the rate of the source.
func (s *Source) admit() *web.Problem { return s.rate.Admit(s.setup.Now()) }

// serve takes the elements of a request and answers.
func (r *request) serve(w http.ResponseWriter, hr *http.Request) {
	s, now := r.to.decode(r.elements), r.to.setup.Now()
	switch {
	case r.dryRun:
		s.Try(w, r.to.setup.Exchange, now)
	case r.to.replays.Seen(r.signed, now):
		s.Repeat(w)
	case s.Publish(hr.Context(), w, r.to.setup.Report, r.to.emit):
		r.to.replays.Add(r.signed, now)
	}
}

// decode makes items of the elements, each for itself.
func (s *Source) decode(elements []ingest.Element) *ingest.Submitted {
	submitted := &ingest.Submitted{Source: s.setup.Name, MayWriteAs: s.mayWriteAs}
	for i, e := range elements {
		if e.Err != nil {
			submitted.Reject(i, e.Err)
		} else {
			submitted.Add(i, e.Raw)
		}
	}
	return submitted
}
