package mapped

import (
	"bytes"
	"net/http"

	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// receive answers one request.
func (s *Source) receive(w http.ResponseWriter, r *http.Request, emit ingest.Emit) {
	body, signed, ok := s.authenticate(w, r)
	if !ok {
		return
	}
	now := s.setup.Now()
	submitted, dryRun, problem := s.read(r, body)
	switch {
	case problem != nil:
		problem.Write(w)
	case dryRun:
		submitted.Try(w, s.setup.Exchange, now)
	case s.replays.Seen(signed, now):
		submitted.Repeat(w)
	default:
		if n := len(submitted.Rejected); n > 0 {
			// The words of jq repeat what was sent, so they are for the sender.
			s.setup.Log.Warn().Int("rejected", n).Int("mapped", len(submitted.Items)).Msg("the mapping rejects")
		}
		if submitted.Publish(r.Context(), w, s.setup.Report, emit) {
			s.replays.Add(signed, now)
		}
	}
}

// authenticate finds out whether the sender may post, and reads the body. Where
// ok is false it has answered.
func (s *Source) authenticate(w http.ResponseWriter, r *http.Request) (body []byte, signed web.Signed, ok bool) {
	token, bearer := web.Bearer(r.Header)
	if s.verifier != nil && !bearer {
		return s.verifier.Receive(w, r, ingest.MaxBody, s.setup.Now())
	}
	// Before a byte of the body is read. All are compared, so that the time tells
	// nothing.
	known := false
	for _, own := range s.tokens {
		known = own.Equal(token) || known
	}
	if !bearer || !known {
		w.Header().Set("WWW-Authenticate", `Bearer realm="directdial"`)
		web.NewProblem(http.StatusUnauthorized, "A valid bearer token or signature is required.").Write(w)
		return nil, web.Signed{}, false
	}
	if r.Method != http.MethodPost {
		web.MethodNotAllowed(w, http.MethodPost)
		return nil, web.Signed{}, false
	}
	body, problem := web.ReadBody(w, r, ingest.MaxBody)
	if problem != nil {
		problem.Write(w)
		return nil, web.Signed{}, false
	}
	return body, web.Signed{}, true
}

// read maps what was posted.
func (s *Source) read(r *http.Request, body []byte) (submitted *ingest.Submitted, dryRun bool, problem *web.Problem) {
	if problem = s.rate.Admit(s.setup.Now()); problem != nil {
		return nil, false, problem
	}
	if dryRun, problem = ingest.DryRun(r); problem != nil {
		return nil, false, problem
	}
	header := r.Header
	if payload, ok := web.Payload(header, body); ok && !bytes.Equal(payload, body) { // out of a form
		body, header = payload, header.Clone()
		header.Set("Content-Type", "application/json")
	}
	elements, problem := ingest.Elements(header, body)
	if problem != nil {
		return nil, false, problem
	}
	submitted, err := s.run(r.Context(), header, elements)
	if err != nil {
		s.setup.Log.Warn().Err(err).Msg("the mapping is stopped")
		p := problemOf(err)
		return nil, false, &p
	}
	return submitted, dryRun, nil
}
