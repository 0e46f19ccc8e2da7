package desk

import (
	"io"
	"net/http"

	"github.com/directdial/directdial/internal/web"
)

// Over TCP every answer of a desk names the version of what is asked and
// answered, so that a client knows whom it reached. It is raised when a request
// or an answer changes so that the other side would misread it.
const (
	versionHeader = "Directdial-Desk"
	wireVersion   = "1"
)

const front = `This is the desk of a directdial exchange, for its commands:

  directdial dials --addr HOST:PORT --token-file FILE

Everything else here asks for the token.
`

// Guarded serves a desk to the network: to nobody who does not bring the token.
// Who brings it may do what the commands do, in anybody's name; but a backup is
// made on the machine itself, because it writes into any folder there that it
// is told.
//
// A page that somebody's browser shows can ask for this address, also by a name
// that it has made to point here, but it cannot bring the token: no browser adds
// one by itself, and no answer allows a page of elsewhere to read it or to set
// the header. No command says Origin, so whoever does is a page, and is refused
// whatever it brings.
func Guarded(desk http.Handler, token web.Token) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/backup", func(w http.ResponseWriter, _ *http.Request) {
		web.NewProblem(http.StatusForbidden, "A backup is made by a command on the machine of the daemon.").Write(w)
	})
	mux.Handle("/", desk)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set(versionHeader, wireVersion)
		if r.URL.Path == "/" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			h.Set("Content-Type", "text/plain; charset=utf-8")
			h.Set("X-Content-Type-Options", "nosniff")
			_, _ = io.WriteString(w, front) // who hung up need not be told
			return
		}
		given, ok := web.Bearer(r.Header)
		if r.Header.Get("Origin") != "" || !ok || !given.Equal(token) {
			h.Set("WWW-Authenticate", `Bearer realm="directdial"`)
			web.NewProblem(http.StatusUnauthorized, "The token is missing or wrong.").Write(w)
			return
		}
		mux.ServeHTTP(w, r)
	})
}
