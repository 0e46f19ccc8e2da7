package webhook

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

// status serves GET /v1/mentions/{platform}/{id}, where rest is what stands
// behind the second slash, escaped. The mention of another source is as unknown
// as one that does not exist.
func (e endpoint) status(w http.ResponseWriter, r *http.Request, rest string) {
	to, err := e.reader(r.Header)
	if err != nil {
		unauthorized(w)
		return
	}
	if problem := to.admit(); problem != nil {
		problem.Write(w)
		return
	}
	rawPlatform, rawID, _ := strings.Cut(rest, "/")
	platform, err1 := url.PathUnescape(rawPlatform)
	id, err2 := url.PathUnescape(rawID)
	if err1 != nil || err2 != nil || id == "" {
		web.NewProblem(http.StatusBadRequest, "The address is /v1/mentions/{platform}/{id}, both URL-escaped.").Write(w)
		return
	}
	s, ok := to.known(platform, id)
	if !ok {
		web.NewProblem(http.StatusNotFound, "This source has sent no such mention.").Write(w)
		return
	}
	web.WriteJSON(w, http.StatusOK, s)
}

// reader finds the source of a request without a body.
func (e endpoint) reader(h http.Header) (target, error) {
	if token, ok := web.Bearer(h); ok {
		return e.byToken(token)
	}
	to, _, err := e.bySignature(h, nil)
	return to, err
}

// known looks a mention up, by its id or by its URL where that was sent in its
// place.
func (s *Source) known(platform, id string) (ingest.Status, bool) {
	for _, id := range []string{id, directdial.NormalURL(id)} {
		if status, ok := s.setup.Exchange.Status(platform, id); ok && status.Source == s.setup.Name {
			return status, true
		}
	}
	return ingest.Status{}, false
}
