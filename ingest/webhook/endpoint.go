package webhook

import (
	_ "embed"
	"net/http"
	"strings"

	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/internal/web"
)

//go:embed openapi.json
var openapi []byte

const (
	pathMentions = "/v1/mentions"
	pathOpenAPI  = "/v1/openapi.json"
)

// Handler serves all webhooks: /v1/mentions, /v1/mentions/{platform}/{id} and
// /v1/openapi.json. posted lists the sources at the moment of a request, as
// ingest.Runner.Posted does; those of another type are left out. It reads the
// path as it was sent, because an id may hold slashes, so nothing may clean the
// path before.
func Handler(posted func() []ingest.Posted) http.Handler {
	e := endpoint{posted}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		switch rest, isMention := strings.CutPrefix(path, pathMentions+"/"); {
		case path == pathMentions && r.Method == http.MethodPost:
			e.post(w, r)
		case path == pathMentions:
			web.MethodNotAllowed(w, "POST")
		case isMention && isGet(r):
			e.status(w, r, rest)
		case isMention:
			web.MethodNotAllowed(w, "GET, HEAD")
		case path == pathOpenAPI && isGet(r):
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(openapi)
		case path == pathOpenAPI:
			web.MethodNotAllowed(w, "GET, HEAD")
		default:
			web.NewProblem(http.StatusNotFound, "The addresses are described at "+pathOpenAPI+".").Write(w)
		}
	})
}

func isGet(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

type endpoint struct{ posted func() []ingest.Posted }

// target is the source that a request is for.
type target struct {
	*Source
	emit ingest.Emit
}

// sources lists the webhooks there are.
func (e endpoint) sources() []target {
	var list []target
	for _, p := range e.posted() {
		if s, ok := p.Receiver.(*Source); ok {
			list = append(list, target{s, p.Emit})
		}
	}
	return list
}

// byToken finds the source of a bearer token. It looks at all tokens of all
// sources, each in constant time, so that the time tells nothing.
func (e endpoint) byToken(token web.Token) (found target, err error) {
	err = errUnauthorized
	for _, t := range e.sources() {
		for _, own := range t.tokens {
			if own.Equal(token) {
				found, err = t, nil
			}
		}
	}
	return found, err
}

// bySignature finds the source whose key a request was signed with.
func (e endpoint) bySignature(h http.Header, body []byte) (found target, signed web.Signed, err error) {
	err = errUnauthorized
	for _, t := range e.sources() {
		if s, e := web.Verify(t.keys, h, body, t.setup.Now()); e == nil {
			found, signed, err = t, s, nil
		}
	}
	return found, signed, err
}

// unauthorized is the one answer to whatever is wrong with a credential.
func unauthorized(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="directdial"`)
	web.NewProblem(http.StatusUnauthorized, "A valid bearer token or Standard Webhooks signature is required.").Write(w)
}
