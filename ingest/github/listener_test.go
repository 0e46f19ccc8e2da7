package github

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/ingest/github/githubtest"
	"github.com/directdial/directdial/ingest/sourcetest"
)

// listener is a source that is asked by hand, and GitHub, in fake time.
type listener struct {
	*testing.T
	sourcetest.Listener
	ingest.Unreported
	github *githubtest.Server
	source *source
	spoil  func(w http.ResponseWriter, r *http.Request) bool // answers in place of GitHub
	budget int
}

const withToken = "token: " + githubtest.Token + "\n"

func listen(t *testing.T, settings string, f func(l *listener)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &listener{T: t, github: githubtest.New()}
		setup := sourcetest.Setup(t, "server: http://github.example\n"+settings)
		setup.Client, setup.Report = &http.Client{Transport: l}, l
		s, err := New(setup)
		if err != nil {
			t.Fatal(err)
		}
		l.source = s.(*source)
		l.Listener = sourcetest.Listener{T: t, Fetch: l.source.fetch}
		f(l)
	})
}

// RoundTrip implements http.RoundTripper.
func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", "directdial-test")
	return sourcetest.Answer(r, l.spoil, l.github), nil
}

// Budget implements ingest.Report.
func (l *listener) Budget(remaining int, _ time.Time) { l.budget = remaining }

// look asks for a post again.
func (l *listener) look(w githubtest.Written, thread string, since time.Time) ([]directdial.Item, error) {
	return l.source.Look(l.Context(), ingest.Post{ID: w.ID, URL: w.URL, Thread: thread, Since: since})
}

var _ interface {
	ingest.Looker
	ingest.Receiver
	ingest.Checker
} = (*source)(nil)
