package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/ingest"
)

// An id that is a URL may be asked for as it is; nobody is sent to another
// address, and what does not exist is answered as the webhook answers.
func TestAPublicAddressIsServedAsItIsAskedFor(t *testing.T) {
	d := &daemon{runner: ingest.NewRunner(ingest.Options{}), hearing: &experts.Hearing{}}
	for path, want := range map[string]int{
		"/v1/mentions/mastodon/https://social.example/1": http.StatusUnauthorized,
		"/v1/mentions/mastodon/a/../b":                   http.StatusUnauthorized,
		"/v1/openapi.json":                               http.StatusOK,
		"/nothing":                                       http.StatusNotFound,
	} {
		w := httptest.NewRecorder()
		d.public().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if kind := w.Header().Get("Content-Type"); w.Code != want || (want != 200 && kind != "application/problem+json") {
			t.Errorf("%s: %d %s", path, w.Code, kind)
		}
	}
}
